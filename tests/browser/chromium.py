"""A headless Chromium, spoken to in the Chrome DevTools Protocol over two pipes.

Chromium reads commands from file descriptor 3 and answers on 4, one JSON message after the other, each ended by a
NUL. Nothing listens on a port, and no driver has to match the browser's version. It resolves no host name, so a page
that asks for one fails the same way with and without a network.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path

NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"]
FLAGS = [
    "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--no-first-run", "--no-default-browser-check", "--disable-sync", "--disable-extensions", "--mute-audio",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
    "--disable-features=Translate,OptimizationHints,MediaRouter", "--force-color-profile=srgb", "--lang=zh-CN",
    "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
PATIENCE = 30.0


class Failure(Exception):
    """The browser could not do what was asked; not a fault of a page."""


def installed():
    """The path of the browser: `$CHROMIUM`, or the first known name on the path."""
    wished = os.environ.get("CHROMIUM")
    found = shutil.which(wished) if wished else next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise Failure("no Chromium found: install chromium (`.ci/run` does), or name one in $CHROMIUM")
    return found


class Chromium:
    """One browser process with a profile of its own."""

    def __init__(self, profile: Path):
        commands, self._write = os.pipe()
        self._read, answers = os.pipe()
        # Numbers above 9, so that neither end is overwritten when the child moves them to 3 and 4.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (commands, answers)]
        os.close(commands)
        os.close(answers)

        def move():
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self._log = open(profile.with_suffix(".log"), "w+b")
        self._child = subprocess.Popen(
            [installed(), *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
            close_fds=False, preexec_fn=move, start_new_session=True,
        )
        for end in ends:
            os.close(end)
        self._left = b""
        self._number = 0
        self._tabs = {}
        self._context = None
        self.version = self.call("Browser.getVersion")["product"]

    def renew(self):
        """Forgets everything that pages left in the browser."""
        if self._context:
            self.call("Target.disposeBrowserContext", browserContextId=self._context)
        self._context = self.call("Target.createBrowserContext")["browserContextId"]

    def tab(self):
        """A new empty page."""
        where = {"browserContextId": self._context} if self._context else {}
        target = self.call("Target.createTarget", url="about:blank", newWindow=True, **where)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = self._tabs[session] = Tab(self, session, target)
        tab.begin()
        return tab

    def call(self, method, session=None, **parameters):
        """Sends a command and waits for its answer."""
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._send(json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.hear(deadline)
            if answer is None:
                raise Failure(f"no answer to {method} within {PATIENCE:.0f} s")
            if answer.get("id") == number:
                if "error" in answer:
                    raise Failure(f"{method}: {answer['error'].get('message')}")
                return answer["result"]

    def hear(self, deadline):
        """The next message, given to its tab when it is an event; none when the time is over."""
        while b"\0" not in self._left:
            wait = deadline - time.monotonic()
            if wait <= 0 or not select.select([self._read], [], [], wait)[0]:
                return None
            piece = os.read(self._read, 1 << 20)
            if not piece:
                raise Failure(f"the browser ended: {self._last_words()}")
            self._left += piece
        text, self._left = self._left.split(b"\0", 1)
        message = json.loads(text)
        if "method" in message and message.get("sessionId") in self._tabs:
            self._tabs[message["sessionId"]].note(message["method"], message["params"])
        return message

    def close(self):
        """Ends the browser and its children."""
        try:
            self.call("Browser.close")
            self._child.wait(5)
        except (Failure, OSError, subprocess.TimeoutExpired):
            pass
        try:
            os.killpg(self._child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._child.wait()

    def _send(self, message):
        try:
            while message:
                message = message[os.write(self._write, message):]
        except BrokenPipeError:
            raise Failure(f"the browser ended: {self._last_words()}") from None

    def _last_words(self):
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-600:].strip()


class Tab:
    """A page with what was heard from it: requests by number, and faults as sentences."""

    def __init__(self, browser, session, target):
        self._browser, self._session, self._target = browser, session, target
        self._loaded, self._loader, self._scripts = set(), None, True
        self.forget()

    def begin(self):
        """Turns the events on and motion off."""
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)
        self.call("Network.setCacheDisabled", cacheDisabled=True)
        # Pictures are taken without them, and would be wider than what was measured.
        self.call("Emulation.setScrollbarsHidden", hidden=True)
        self.media()

    def call(self, method, **parameters):
        """Sends a command to this page."""
        return self._browser.call(method, self._session, **parameters)

    def forget(self):
        """Begins a new list of requests and faults."""
        self.requests, self.faults = {}, []

    def note(self, method, event):
        """Remembers one event."""
        if method == "Page.lifecycleEvent" and event["name"] == "load":
            self._loaded.add(event["loaderId"])
        elif method == "Page.frameNavigated":
            self._loader = event["frame"]["loaderId"]
        elif method == "Network.requestWillBeSent":
            self.requests[event["requestId"]] = Request(event)
        elif method == "Network.responseReceived":
            self._response(event)
        elif method in ("Network.loadingFinished", "Network.loadingFailed"):
            self._finished(event)
        elif method == "Runtime.exceptionThrown":
            thrown = event["exceptionDetails"]
            self.faults.append("script: " + thrown.get("exception", {}).get("description", thrown["text"]))
        elif method == "Runtime.consoleAPICalled" and event["type"] in ("error", "warning", "assert"):
            self.faults.append("console: " + " ".join(str(part.get("value", part)) for part in event["args"]))
        elif method == "Log.entryAdded" and event["entry"]["level"] in ("error", "warning"):
            entry = event["entry"]
            self.faults.append(f"log: {entry['text']} {entry.get('url', '')}")

    def _response(self, event):
        request = self.requests.get(event["requestId"])
        if request:
            request.status = event["response"]["status"]
            if request.status >= 400:
                self.faults.append(f"request: {request.status} for {request.url}")

    def _finished(self, event):
        request = self.requests.get(event["requestId"])
        if request:
            request.done = True
            request.bytes = int(event.get("encodedDataLength", 0))
            if event.get("errorText") and not event.get("canceled"):
                self.faults.append(f"request: {event['errorText']} for {request.url}")

    def open(self, url):
        """Goes to an address, and waits until it and all it asks for are there."""
        self.forget()
        answer = self.call("Page.navigate", url=url)
        if answer.get("errorText"):
            raise Failure(f"{answer['errorText']} for {url}")
        loader = answer["loaderId"]
        self.wait(lambda: loader in self._loaded, lambda: f"{url} is not loaded")
        self.settle()

    def settle(self):
        """Waits for the requests of this page that are under way; a stream of events never ends."""
        # Without scripts no callback is ever called.
        self.run("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))" if self._scripts else "0")
        open_ones = lambda: [r.url for r in self.requests.values() if r.loader == self._loader and r.is_awaited()]
        self.wait(lambda: not open_ones(), lambda: f"no end of {open_ones()}")

    def wait(self, condition, complaint, patience=PATIENCE):
        """Hears events until the condition holds; otherwise fails with the complaint."""
        deadline = time.monotonic() + patience
        while not condition():
            if self._browser.hear(deadline) is None:
                raise Failure(complaint())

    def until(self, script, patience=PATIENCE):
        """Asks the page until the expression is true; says whether it became so, and after how many seconds."""
        begun = time.monotonic()
        while time.monotonic() - begun < patience:
            try:
                if self.run(script):
                    return time.monotonic() - begun
            except Failure as failure:
                # The page is just being exchanged for another.
                if not any(word in str(failure) for word in ("context", "navigated", "closed")):
                    raise
            time.sleep(0.03)
        return None

    def run(self, script):
        """The value of an expression; promises are awaited."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            thrown = answer["exceptionDetails"]
            raise Failure(thrown.get("exception", {}).get("description", thrown["text"]))
        return answer["result"].get("value")

    def screen(self, width, height=900):
        """Takes the size of a phone, a tablet or a desk screen."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 1000)

    def media(self, kind="", scheme="light", forced="none"):
        """Shows the page as the medium asks, or always as `kind` would, in a colour scheme; never with motion."""
        wishes = {"prefers-reduced-motion": "reduce", "prefers-color-scheme": scheme, "forced-colors": forced}
        features = [{"name": name, "value": value} for name, value in wishes.items()]
        self.call("Emulation.setEmulatedMedia", media=kind, features=features)

    def before(self, script):
        """Runs a script in every page from now on, before the page's own; gives what `after` takes back."""
        return self.call("Page.addScriptToEvaluateOnNewDocument", source=script)["identifier"]

    def after(self, identifier):
        """Takes back what `before` promised."""
        self.call("Page.removeScriptToEvaluateOnNewDocument", identifier=identifier)

    def scripts(self, allowed):
        """Allows or forbids the page's own scripts from the next page on."""
        self._scripts = allowed
        self.call("Emulation.setScriptExecutionDisabled", value=not allowed)

    def press(self, key, code=0, text="", modifiers=0):
        """Presses and lets go a key."""
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def click(self, x, y):
        """Clicks at a point of the window."""
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def picture(self, x, y, width, height):
        """A part of the page, seen or not, as PNG in base64."""
        clip = {"x": x, "y": y, "width": width, "height": height, "scale": 1}
        return self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]

    def pdf(self):
        """The printed page, on the paper its style sheet asks for."""
        answer = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        return base64.b64decode(answer["data"])

    def close(self):
        """Closes the page."""
        self._browser.call("Target.closeTarget", targetId=self._target)


class Request:
    """One request of a page."""

    def __init__(self, event):
        self.url, self.kind, self.loader = event["request"]["url"], event.get("type", ""), event["loaderId"]
        self.status, self.bytes, self.done = 0, 0, False

    def is_awaited(self):
        """Whether an end of it is to come."""
        return not self.done and self.kind != "EventSource"
