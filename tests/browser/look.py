"""How pages look: widths, sizes, targets for fingers, contrast."""

import base64
import json
import re
import shutil

from house import ELDER, ORDINARY, PROBE, WIDTHS, served_below

SHOT_WIDTHS = [360, 1280]
# Pages whose colours are judged, besides one campaign of every colour.
COLOURED = ["page-home", "page-notice", "page-open-day c-open-day", "page-calendar c-open-day",
            "page-month c-open-day", "page-posters", "page-list", "page-search c-open-day"]


# 1280 by 1024 px enlarged to 400 % are as many as this (WCAG 2.2, 1.4.10).
NARROW = (320, 256)
# The colours a reader can come to, the view, and the least contrast of text and of large text.
SCHEMES = [("light", "ordinary", (4.5, 3), WIDTHS), ("dark", "ordinary", (4.5, 3), (360, 1440)),
           ("light", "elder", (7, 4.5), (360, 1440)), ("dark", "elder", (7, 4.5), (360,))]


def layout(house):
    """Every page fits 360, 768 and 1440 px, and 1280 px at 400 %, in the elder view too: nothing cut off, nothing small"""
    faults = []
    with house.tab() as tab:
        for page in house.resting:
            tab.open(house.disk(page))
            tab.run(PROBE)
            for width, height in [NARROW, *((width, 900) for width in WIDTHS)]:
                tab.screen(width, height)
                faults += [f"{page} at {width}: {fault}" for fault in tab.run(f"probe.layout({width})")]
            faults += [f"{page}, elder view: {fault}" for fault in elder_layout(tab)]
    return faults, f"{len(house.resting)} pages, {len(WIDTHS) + 1} widths"


def titles(house):
    """No line of a title ends inside a word, on small screens and in the elder view too"""
    faults, broken = [], 0
    with house.tab() as tab:
        for page in house.resting:
            tab.open(house.disk(page))
            tab.run(PROBE)
            for width, view in [(NARROW[0], ORDINARY), (WIDTHS[0], ORDINARY), (WIDTHS[0], ELDER), (WIDTHS[1], ORDINARY)]:
                tab.screen(width)
                tab.run(view)
                found, several = tab.run("probe.torn()")
                faults += [f"{page} at {width}: {fault}" for fault in found]
                broken += several
    if broken < 100:
        faults.append(f"{broken} titles of several lines prove nothing")
    return faults, f"{len(house.resting)} pages, {broken} titles of several lines"


def still(house):
    """Nothing moves by itself while a page comes over a slow line and is scrolled to its end"""
    faults, seen = [], 0
    with served_below(house, house.out, delay=0.15) as (base, _), house.tab() as tab:
        tab.before(WATCH_SHIFTS)
        for kind, page in [(kind, page) for kind, page in house.kinds.items() if page in house.resting]:
            for width in SHOT_WIDTHS:
                tab.screen(width)
                tab.open(base + page)
                tab.run(SCROLL_DOWN)
                shifts = tab.run("window.shifts")
                faults += [f"{kind} at {width}: {round(value, 4)} by {what}" for value, what in shifts]
                seen += tab.run("document.images.length")
    if seen < 50:
        faults.append(f"{seen} pictures prove nothing")
    return faults, f"{len(house.kinds)} kinds, {seen} pictures"


# Whatever moves without having been asked to, and by how much of the screen.
WATCH_SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const named = entry.sources.map((source) => source.node && (source.node.outerHTML || source.node.data).slice(0, 60));
    if (entry.value > 0.0005) window.shifts.push([entry.value, named.join("; ")]);
  }
}).observe({ type: "layout-shift", buffered: true });"""
SCROLL_DOWN = """(async () => {
  const pause = (time) => new Promise((go) => setTimeout(go, time));
  await pause(300);
  for (let y = 0; y < document.documentElement.scrollHeight; y += 700) {
    scrollTo(0, y);
    await pause(60);
  }
  await pause(250);
})()"""


def elder_layout(tab):
    """The faults of the open page in larger type, on the smallest and the largest screen."""
    script = "[...probe.overflow({0}), ...probe.clipped({0}), ...probe.squeezed(), ...probe.overlaps(), ...probe.elder()]"
    faults = []
    tab.run(ELDER)
    for width, height in (NARROW, (WIDTHS[0], 780), (WIDTHS[-1], 900)):
        tab.screen(width, height)
        faults += [f"at {width}: {fault}" for fault in tab.run(script.format(width))]
    tab.run(ORDINARY)
    return faults


def contrast(house):
    """Text stands out from what is painted behind it, in light and dark: 4.5 to 1, large 3 to 1; for elders 7 and 4.5"""
    pages = [house.kinds[kind] for kind in COLOURED]
    pages += [page for kind, page in house.kinds.items() if kind.startswith("page-campaign ")]
    faults, lines = [], 0
    with house.tab() as tab, house.tab() as judge:
        judge.run(PROBE)
        for scheme, view, least, widths in SCHEMES:
            tab.media(scheme=scheme)
            for page in pages:
                for width in widths:
                    found, seen = contrast_of(tab, judge, house.disk(page), width, least=least, view=view)
                    faults += [f"{page} at {width}, {scheme}, {view}: {fault}" for fault in found]
                    lines += seen
    return faults, f"{len(pages)} pages, {lines} lines of text"


def own(house):
    """Text in and on a colour that a campaign brings itself stands out as much, in light and dark, for elders too"""
    project = house.copy("own")
    source = project / "content/campaigns/organic/index.md"
    source.write_text(re.sub(r"(?m)^color: .*$", 'color: "#7a1f6b"', source.read_text(encoding="utf-8")), encoding="utf-8")
    faults, lines = [], 0
    with house.preview(project) as address, house.tab() as tab, house.tab() as judge:
        judge.run(PROBE)
        for scheme, view, least, _ in SCHEMES:
            tab.media(scheme=scheme)
            found, seen = contrast_of(tab, judge, f"{address}/campaigns/organic/", WIDTHS[0], least=least, view=view)
            faults += [f"{scheme}, {view}: {fault}" for fault in found]
            lines += seen
            ground = tab.run("getComputedStyle(document.querySelector('main .hero')).backgroundColor")
            red, green, blue = map(float, re.findall(r"[\d.]+", ground)[:3])
            if not green < blue < red:
                faults.append(f"{scheme}, {view}: the ground is {ground}")
    return faults, f"{lines} lines of text"


def contrast_of(tab, judge, address, width, ready="true", least=(4.5, 3), view="ordinary"):
    """Takes the ink of a page, then the paper without ink, and lets another page compare them, piece by piece."""
    tab.screen(width)
    tab.open(address)
    tab.until(ready, 10)
    tab.run(PROBE)
    tab.run(ELDER if view == "elder" else ORDINARY)
    # A picture that comes late moves what stands below it.
    tab.run("Promise.all([...document.images].map((one) => { one.loading = 'eager'; return one.decode().catch(() => 0); }))")
    inks = tab.run("probe.inks()")
    tab.run("probe.blank()")
    height, piece, faults = tab.run("document.documentElement.scrollHeight"), 4000, []
    for top in range(0, height, piece):
        here = [ink for ink in inks if top <= ink["y"] < top + piece]
        png = tab.picture(0, top, width, min(piece + 100, height - top))
        faults += judge.run(f"probe.contrast({json.dumps(png)}, {json.dumps(here)}, {top}, {json.dumps(least)})")
    return faults, len(inks)


def forced(house):
    """With the colours of the system buttons have edges, and what is chosen differs by more than its colour"""
    faults, count = [], 0
    with house.tab() as tab:
        tab.media(forced="active")
        for page in [page for page in house.kinds.values() if page in house.resting]:
            for width in (360, 1440):
                tab.screen(width)
                tab.open(house.disk(page))
                tab.run(PROBE)
                if not tab.run("matchMedia('(forced-colors: active)').matches"):
                    faults.append("the browser forces no colours")
                for view in (ORDINARY, ELDER):
                    tab.run(view)
                    faults += [f"{page} at {width}: {fault}" for fault in tab.run("probe.forced()")]
                    count += 1
                tab.run(ORDINARY)
    return faults, f"{count} looks"


def photographs(house, folder):
    """Writes full-length pictures of every kind of page, for people to look at: in light, in dark, and for elders."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    count = 0
    with served_below(house) as (base, _), house.tab() as tab:
        for kind, page in [(kind, page) for kind, page in house.kinds.items() if kind != "page-moved"]:
            for scheme, view, _, widths in SCHEMES:
                tab.media(scheme=scheme)
                for width in (NARROW[0], *widths):
                    tab.screen(width)
                    tab.open(base + page)
                    tab.run(ELDER if view == "elder" else ORDINARY)
                    name = f"{kind.replace(' ', '_')}-{width}-{scheme}-{view}.png"
                    (folder / name).write_bytes(photograph(tab, width))
                    count += 1
    print(f"{count} pictures in {folder}")


def photograph(tab, width):
    """One picture; the window becomes as high as the page, so that pictures far down are loaded."""
    height = min(tab.run("document.documentElement.scrollHeight"), 12000)
    tab.screen(width, height)
    tab.settle()
    return base64.b64decode(tab.picture(0, 0, width, height))
