"""Runs the browser tests on the demonstration site: `python3 tests/browser/run.py [SITE] [--only NAME] [--shots DIR]`.

SITE is the binary, by default `target/debug/site`; nothing is compiled here. Each test opens real pages in a headless
Chromium and returns sentences about what is wrong. Without a Chromium everything fails.
"""

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import axe
import data
import dates
import heads
import leaving
import keys
import links
import look
import markup
import paper
import plain
import preview
import same
import search
import structured
from chromium import Chromium, Failure
from house import ROOT, House

TESTS = [
    markup.valid, markup.hostile, markup.scripted, data.feeds, data.sitemap, data.timeless, structured.known, heads.told,
    look.layout, look.contrast, look.own, look.forced, look.still, axe.clean, links.quiet, links.disk, links.below, links.light,
    leaving.downloads, leaving.asking, dates.journey, dates.refined,
    plain.scriptless, plain.calendar, plain.elder, plain.remembered, plain.aloud, plain.moved, plain.keyboard,
    keys.open_day, keys.poster, keys.case,
    paper.notices, paper.others, paper.kinds, paper.whole, preview.edits, preview.hostile, preview.lost,
    preview.kept, preview.elsewhere, preview.away,
    search.typed, search.composed, search.shared, search.filtered, search.over, search.nothing, search.hostile,
    search.broken, search.offline, search.scriptless, search.seen, same.foldings, same.answers,
]
MOST_SHOWN = 40


def main():
    arguments = argparse.ArgumentParser(description="Opens the demonstration site in a browser and judges it.")
    arguments.add_argument("site", nargs="?", type=Path, default=ROOT / "target/debug/site", help="the binary")
    arguments.add_argument("--only", metavar="NAME", help="tests whose name contains this")
    arguments.add_argument("--shots", metavar="DIR", type=Path, help="write pictures of every kind of page there")
    wish = arguments.parse_args()
    if not wish.site.is_file():
        sys.exit(f"{wish.site} does not exist: run `cargo build` first, or name the binary")
    tests = [test for test in TESTS if not wish.only or wish.only in f"{test.__module__}.{test.__name__}"]
    with tempfile.TemporaryDirectory(prefix="site-browser-") as scratch:
        sys.exit(run(tests, wish.site.resolve(), Path(scratch), wish.shots))


def run(tests, site, scratch, shots):
    """Runs the tests one after the other; the exit code."""
    begun = time.monotonic()
    try:
        browser = Chromium(scratch / "profile")
    except (Failure, OSError) as failure:
        print(f"FAILED: {failure}")
        return 1
    print(f"{browser.version}, {site}")
    try:
        house = House(site, scratch, browser)
        failed = [test for test in tests if not passed(test, house)]
        if shots:
            look.photographs(house, shots)
    finally:
        browser.close()
    took = time.monotonic() - begun
    print(f"{len(tests) - len(failed)} of {len(tests)} browser tests passed in {took:.0f} s")
    return 1 if failed or not tests else 0


def passed(test, house):
    """Runs one test and tells what it found."""
    begun = time.monotonic()
    try:
        faults, seen = test(house)
    except Exception as error:
        faults, seen = [f"{type(error).__name__}: {error}"], "broken off"
        if not isinstance(error, Failure):
            traceback.print_exc()
    took = time.monotonic() - begun
    print(f"{'FAILED' if faults else 'ok    '} {test.__module__}.{test.__name__}: {test.__doc__} ({seen}, {took:.1f} s)")
    for fault in faults[:MOST_SHOWN]:
        print(f"       - {fault}")
    if len(faults) > MOST_SHOWN:
        print(f"       - and {len(faults) - MOST_SHOWN} more")
    sys.stdout.flush()
    return not faults


if __name__ == "__main__":
    main()
