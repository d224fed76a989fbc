"""How pages look: widths, sizes, targets for fingers, contrast."""

import base64
import json
import shutil

from house import PROBE, WIDTHS, served_below

SHOT_WIDTHS = [360, 1280]
# Pages whose colours are judged, besides one campaign of every colour.
COLOURED = ["page-home", "page-notice", "page-open-day c-open-day", "page-calendar c-open-day",
            "page-month c-open-day", "page-posters", "page-list", "page-search c-open-day"]


def layout(house):
    """Every page fits 360, 768 and 1440 px, in the elder view too: nothing cut off, nothing small"""
    faults = []
    with house.tab() as tab:
        for page in house.resting:
            tab.open(house.disk(page))
            tab.run(PROBE)
            for width in WIDTHS:
                tab.screen(width)
                faults += [f"{page} at {width}: {fault}" for fault in tab.run(f"probe.layout({width})")]
            faults += [f"{page}, elder view: {fault}" for fault in elder_layout(tab)]
    return faults, f"{len(house.resting)} pages, {len(WIDTHS)} widths"


def elder_layout(tab):
    """The faults of the open page in larger type, on the smallest and the largest screen."""
    script = "[...probe.overflow({0}), ...probe.clipped({0}), ...probe.squeezed(), ...probe.overlaps()]"
    faults = []
    tab.run("document.getElementById('elder').click()")
    for width in (WIDTHS[0], WIDTHS[-1]):
        tab.screen(width)
        faults += [f"at {width}: {fault}" for fault in tab.run(script.format(width))]
    tab.run("document.getElementById('elder').click()")
    return faults


def contrast(house):
    """Text stands out from what is painted behind it: 4.5 to 1, large text 3 to 1"""
    pages = [house.kinds[kind] for kind in COLOURED]
    pages += [page for kind, page in house.kinds.items() if kind.startswith("page-campaign ")]
    faults, lines = [], 0
    with house.tab() as tab, house.tab() as judge:
        judge.run(PROBE)
        for page in pages:
            for width in WIDTHS:
                found, seen = contrast_of(tab, judge, house.disk(page), width)
                faults += [f"{page} at {width}: {fault}" for fault in found]
                lines += seen
    return faults, f"{len(pages)} pages, {lines} lines of text"


def contrast_of(tab, judge, address, width, ready="true"):
    """Takes the ink of a page, then the paper without ink, and lets another page compare them, piece by piece."""
    tab.screen(width)
    tab.open(address)
    tab.until(ready, 10)
    tab.run(PROBE)
    inks = tab.run("probe.inks()")
    tab.run("probe.blank()")
    height, piece, faults = tab.run("document.documentElement.scrollHeight"), 4000, []
    for top in range(0, height, piece):
        here = [ink for ink in inks if top <= ink["y"] < top + piece]
        png = tab.picture(0, top, width, min(piece + 100, height - top))
        faults += judge.run(f"probe.contrast({json.dumps(png)}, {json.dumps(here)}, {top})")
    return faults, len(inks)


def photographs(house, folder):
    """Writes full-length pictures of every kind of page, plain and in the elder view, for people to look at."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    kinds = {kind: page for kind, page in house.kinds.items() if kind != "page-moved"}
    with served_below(house) as (base, _), house.tab() as tab:
        for kind, page in kinds.items():
            for width in SHOT_WIDTHS:
                tab.screen(width)
                tab.open(base + page)
                for view in ("plain", "elder"):
                    name = f"{kind.replace(' ', '_')}-{width}-{view}.png"
                    (folder / name).write_bytes(photograph(tab, width))
                    tab.run("document.getElementById('elder').click()")
                    tab.screen(width)
    print(f"{len(kinds) * len(SHOT_WIDTHS) * 2} pictures in {folder}")


def photograph(tab, width):
    """One picture; the window becomes as high as the page, so that pictures far down are loaded."""
    height = min(tab.run("document.documentElement.scrollHeight"), 12000)
    tab.screen(width, height)
    tab.settle()
    return base64.b64decode(tab.picture(0, 0, width, height))
