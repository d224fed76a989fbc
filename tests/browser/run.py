"""Runs the browser tests on the demonstration site: `python3 tests/browser/run.py [SITE] [--only NAME] [--shots DIR]`.

SITE is the binary, by default `target/debug/site`; nothing is compiled here. Each test opens real pages in a headless
Chromium and returns sentences about what is wrong. Without a Chromium everything fails.
"""

import argparse
import sys
import tempfile
import threading
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
    look.layout, look.titles, look.contrast, look.own, look.forced, look.still, axe.clean, links.quiet, links.disk, links.below, links.light,
    leaving.downloads, leaving.asking, dates.journey, dates.refined,
    plain.scriptless, plain.calendar, plain.elder, plain.remembered, plain.aloud, plain.moved, plain.keyboard,
    keys.open_day, keys.poster, keys.case,
    paper.notices, paper.others, paper.kinds, paper.whole, preview.edits, preview.hostile, preview.lost,
    preview.kept, preview.elsewhere, preview.away,
    search.typed, search.composed, search.shared, search.filtered, search.over, search.nothing, search.hostile,
    search.broken, search.offline, search.scriptless, search.seen, same.foldings, same.answers,
]
MOST_SHOWN = 40
# A browser waits as often as it works, so two keep two cores busy.
BROWSERS = 2
TURN = threading.Lock()


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
    """Runs the tests, each in the first of the browsers that is free; the exit code."""
    begun = time.monotonic()
    houses, waiting, failed = [], iter(tests), []
    try:
        for number in range(min(BROWSERS, max(len(tests), 1))):
            room = scratch / str(number)
            room.mkdir()
            houses.append(House(site, room, Chromium(room / "profile")))
        print(f"{houses[0].browser.version}, {site}")
        for house in houses:
            # One site for all of them.
            house.out = houses[0].out
        workers = [threading.Thread(target=work, args=(house, waiting, failed)) for house in houses]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if shots:
            look.photographs(houses[0], shots)
    except (Failure, OSError) as failure:
        print(f"FAILED: {failure}")
        return 1
    finally:
        for house in houses:
            house.browser.close()
    took = time.monotonic() - begun
    print(f"{len(tests) - len(failed)} of {len(tests)} browser tests passed in {took:.0f} s")
    return 1 if failed or not tests else 0


def work(house, waiting, failed):
    """Runs in one browser the tests that nobody has begun."""
    while True:
        with TURN:
            test = next(waiting, None)
        if test is None:
            return
        if not passed(test, house):
            failed.append(test)


def passed(test, house):
    """Runs one test and tells what it found."""
    begun = time.monotonic()
    try:
        house.browser.renew()
        faults, seen = test(house)
    except Exception as error:
        faults, seen = [f"{type(error).__name__}: {error}"], "broken off"
        if not isinstance(error, Failure):
            faults.append(traceback.format_exc())
    took = time.monotonic() - begun
    told = [f"{'FAILED' if faults else 'ok    '} {test.__module__}.{test.__name__}: {test.__doc__} ({seen}, {took:.1f} s)"]
    told += [f"       - {fault}" for fault in faults[:MOST_SHOWN]]
    if len(faults) > MOST_SHOWN:
        told.append(f"       - and {len(faults) - MOST_SHOWN} more")
    print("\n".join(told), flush=True)
    return not faults


if __name__ == "__main__":
    main()
