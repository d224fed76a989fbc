"""The demonstration site as the tests see it: built into a folder, served below a path, previewed while it is edited."""

import http.server
import re
import shutil
import subprocess
import threading
import time
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from chromium import Failure

ROOT = Path(__file__).resolve().parents[2]
PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")
TODAY = "2022-09-20"
WIDTHS = [360, 768, 1440]
PREFIX = "/zt/x/"
# The links of the elder view, used at once.
ELDER = "document.querySelector('a.elder-on').click()"
ORDINARY = "document.querySelector('a.elder-off').click()"


class House:
    """The binary, a folder for everything temporary, and the browser that all tests share."""

    def __init__(self, site: Path, scratch: Path, browser):
        self.site, self.scratch, self.browser = site, scratch, browser

    @cached_property
    def out(self):
        """The site as it is delivered, built once."""
        return self.build("public")

    @cached_property
    def pages(self):
        """Every HTML file below `out`, in the order of paths."""
        return sorted(path.relative_to(self.out).as_posix() for path in self.out.rglob("*.html"))

    @cached_property
    def kinds(self):
        """The first page of every kind, by the class of its body; colours count as kinds of their own."""
        first = {}
        for page in self.pages:
            first.setdefault(self.kind(page), page)
        first["page-list second"] = next(page for page in self.pages if "/page/2/" in page)
        return first

    @cached_property
    def resting(self):
        """The pages that can be opened from the folder and stay: neither moved ones nor 404.html."""
        return [page for page in self.pages if self.kind(page) not in ("page-moved", "page-404")]

    @cached_property
    def base(self):
        """The address of the site, with a final slash."""
        return re.search(r'rel="canonical" href="([^"]*)"', self.text("index.html"))[1]

    def kind(self, page):
        """The class of the body."""
        return re.search(r'<body class="([^"]*)"', self.text(page))[1].strip()

    def text(self, page):
        """The HTML of a page."""
        return (self.out / page).read_text(encoding="utf-8")

    def disk(self, page):
        """The address of a page opened from the folder."""
        return (self.out / page).as_uri()

    def build(self, name, *options, root=ROOT, may_end=(0,)):
        """Builds the demonstration, or another project, into a folder of its own."""
        out = self.scratch / name
        self._say("build", "--root", str(root), "--out", str(out), "--today", TODAY, *options, may_end=may_end)
        return out

    def copy(self, name):
        """The sources of the demonstration, to be edited."""
        project = self.scratch / name
        shutil.copytree(ROOT / "content", project / "content")
        return project

    def _say(self, *words, may_end=(0,)):
        done = subprocess.run([self.site, *words], capture_output=True, text=True, timeout=600)
        if done.returncode not in may_end:
            raise Failure(f"site {words[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    @contextmanager
    def tab(self, width=1440):
        """A page of the browser, closed at the end."""
        tab = self.browser.tab()
        tab.screen(width)
        try:
            yield tab
        finally:
            tab.close()

    @contextmanager
    def preview(self, project, *options):
        """`site serve` on a free port, unless one is named; gives its address without the last `/`."""
        command = [self.site, "serve", "--root", str(project), "--today", TODAY]
        command += [*options] if "--port" in options else ["--port", "0", *options]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = []
        reader = threading.Thread(target=lambda: said.extend(iter(child.stdout.readline, "")), daemon=True)
        reader.start()
        try:
            yield address_in(said, child)
        finally:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                raise Failure("site serve does not stop within 10 s") from None


def address_in(said, child):
    """The address that the preview prints."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and child.poll() is None:
        found = re.search(r"http://(?:localhost|127\.0\.0\.1):(\d+)/", "".join(list(said)))
        if found:
            return f"http://127.0.0.1:{found[1]}"
        time.sleep(0.02)
    raise Failure("site serve printed no address:\n" + "".join(said))


class Below(http.server.SimpleHTTPRequestHandler):
    """A plain web server that knows a folder below `/zt/x/`, and answers 404.html to everything else."""

    delay = 0

    def translate_path(self, path):
        if not path.startswith(PREFIX):
            return str(Path(self.directory) / "there-is-no-such-file")
        return super().translate_path("/" + path[len(PREFIX):])

    def send_error(self, code, message=None, explain=None):
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def copyfile(self, source, outputfile):
        try:
            super().copyfile(source, outputfile)
        except ConnectionError:
            # A page that is left takes no more.
            pass

    def do_GET(self):
        if not self.path.endswith((".html", "/")):
            time.sleep(self.delay)
        super().do_GET()

    def log_message(self, *_):
        pass


@contextmanager
def served_below(house, out=None, delay=0):
    """The site built for an address below a path, or built before, and served there; gives that address and the folder.
    What is no page comes after `delay` seconds."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Below)
    base = f"http://127.0.0.1:{server.server_address[1]}{PREFIX}"
    out = out or house.build("below", "--base-url", base)
    handler = type("Late", (Below,), {"delay": delay})
    server.RequestHandlerClass = lambda *parts: handler(*parts, directory=str(out))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield base, out
    finally:
        server.shutdown()
        server.server_close()
