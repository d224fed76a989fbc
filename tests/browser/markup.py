"""HTML as the Nu Html Checker of the W3C reads it: every page, the elder view, and a site whose every field is hostile."""

import json
import re
import shutil
import subprocess
import urllib.parse
from pathlib import Path

from chromium import Failure
from house import ROOT, served_below
from outside import checker

MARKUP = ROOT / "tests/sites/markup/project"
SMALL = ROOT / "tests/mistakes/base"
# Everything the checker says counts, warnings too, but for what is wrong for us: a pattern of message and extract, and why.
UNFIT = {
    r"Resource violates Content Security Policy.*blocked by “(style|script|img)-src”":
        "a file has no origin that 'self' could mean; links.quiet sees in a browser that nothing is blocked",
    r"Inline script violates Content Security Policy.* <script type=\"application/ld\+json\">":
        "data is no script, and no browser asks the policy for it",
}
# Where every field is markup, a page has few words, and what language they are is a guess, another one each time.
GUESS = r"This document appears to be written in"


def valid(house):
    """The Nu checker finds nothing in any page of the demonstration"""
    return judged(house, house.out), f"{len(house.pages)} pages"


def hostile(house):
    """The Nu checker finds nothing in a site with markup in every field"""
    project = house.scratch / "markup"
    shutil.copytree(SMALL, project)
    shutil.copytree(MARKUP, project, dirs_exist_ok=True)
    # Its mistakes are told, and its pages written.
    out = house.build("markup-built", root=project, may_end=(1,))
    faults = [fault for fault in judged(house, out) if not re.search(GUESS, fault)]
    return faults, f"{len(list(out.rglob('*.html')))} pages"


def scripted(house):
    """The Nu checker finds nothing in what scripts and the elder view make of any kind of page"""
    folder = house.scratch / "scripted"
    folder.mkdir()
    pages = [page for kind, page in house.kinds.items() if kind != "page-moved"]
    with served_below(house) as (base, _), house.tab() as tab:
        for page in pages + ["search/index.html?q=" + urllib.parse.quote("有机产品")]:
            tab.open(base + page)
            if "?q=" in page and tab.until("document.querySelector('.found-hits a') !== null") is None:
                raise Failure(f"{page} finds nothing")
            tab.run("document.getElementById('elder').click()")
            html = tab.run("'<!DOCTYPE html>\\n' + document.documentElement.outerHTML")
            tab.run("document.getElementById('elder').click()")
            name = re.sub(r"[^a-z0-9.]+", "-", page.split("?")[0].removesuffix(".html")) + ("-asked" if "?q=" in page else "")
            (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return judged(house, folder), f"{len(pages) + 1} pages"


def judged(house, folder):
    """What the checker says of every page below a folder: page, line, rule, and the markup at fault."""
    pages = sorted(folder.rglob("*.html"))
    if not pages:
        raise Failure(f"{folder} has no pages")
    listed = [str(page) for page in pages]
    command = [*checker(house.scratch), "nu.validator.client.SimpleCommandLineValidator", "--format", "json",
               "--exit-zero-always", "--stdout", *listed]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300)
    if done.returncode or not done.stdout.strip():
        raise Failure(f"the Nu checker ended with {done.returncode}: {done.stderr[-600:]}")
    faults = []
    for said in json.loads(done.stdout)["messages"]:
        page = Path(urllib.parse.unquote(urllib.parse.urlsplit(said["url"]).path)).relative_to(folder)
        extract = " ".join(said.get("extract", "").split())[:160]
        if any(re.search(pattern, f"{said['message']} {extract}") for pattern in UNFIT):
            continue
        faults.append(f"{page}:{said.get('lastLine', 0)}: {said.get('subType', said['type'])}: {said['message']} {extract}")
    return faults
