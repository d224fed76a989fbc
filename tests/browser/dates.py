"""The calendar as a citizen uses it: from the month to a day, to an open day, to the phone's own calendar; refined."""

import time
from urllib.parse import parse_qs, unquote, urlsplit

from chromium import Failure
from house import PROBE, served_below

TAB, ENTER, SPACE = ("Tab", 9), ("Enter", 13, "\r"), (" ", 32, " ")
MONTH, DAY, REGION = "calendar/2022-09/index.html", "2022-09-22", "140100"
SHOWN = "[...document.querySelectorAll('.happening')].filter(probe.visible)"


def journey(house):
    """From the month to a day, to an open day, to its calendar file: on a desk, on a phone, without scripts, by keyboard"""
    faults = []
    with served_below(house) as (base, out):
        for width, scripts, way in ((1440, True, "mouse"), (360, True, "mouse"), (360, False, "mouse"), (1440, False, "keys")):
            with house.tab(width) as tab:
                tab.scripts(scripts)
                folder = house.scratch / f"downloads-{width}-{scripts}-{way}"
                name = f"{width} px, {'with' if scripts else 'without'} scripts, by {way}"
                faults += [f"{name}: {fault}" for fault in travelled(tab, base, out, folder, way)]
    return faults, "4 ways"


def travelled(tab, base, out, folder, way):
    """Goes the whole way once."""
    wide = tab.run("innerWidth") > 1000
    tab.open(base + "calendar/")
    tab.run(PROBE)
    follow(tab, "nav.tag-nav a[href*='2022-09']", way)
    if wide:
        # Arriving at the day, the reader sees its list.
        follow(tab, f".cell a.cell-day[href='#d-{DAY}']", way, same=True)
        if not tab.run(f"(({{top, bottom}}) => bottom > 0 && top < innerHeight)"
                       f"(document.getElementById('d-{DAY}').getBoundingClientRect())"):
            return ["the day is not in sight after its link"]
    follow(tab, f"#d-{DAY} .happening-title a[href*='open-days/']", way)
    page = tab.run("location.pathname")
    if "/open-days/" not in page:
        return [f"the open day is {page}"]
    tab.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    follow(tab, ".calendar-file a[href$='.ics']", way, same=True)
    wanted = out / page.removeprefix(urlsplit(base).path).removesuffix("index.html") / "calendar.ics"
    return arrived(tab, folder, wanted)


def arrived(tab, folder, wanted):
    """Waits for a download; it has to be the file of the site."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        tab.run("0")
        files = [file for file in folder.glob("*") if not file.name.endswith(".crdownload")] if folder.exists() else []
        if files and files[0].stat().st_size:
            break
        time.sleep(0.05)
    else:
        return [f"no {wanted.name} arrives"]
    same = files[0].read_bytes() == wanted.read_bytes()
    return [] if same and files[0].suffix == wanted.suffix else [f"{files[0].name} is not {wanted}"]


def follow(tab, selector, way, same=False):
    """Uses the first link of `selector` that can be seen, and waits for the page it leads to."""
    tab.run(PROBE)
    first = f"[...document.querySelectorAll({selector!r})].find(probe.visible)"
    if not tab.run(f"!!{first}"):
        raise Failure(f"{selector} is not to be seen on {tab.run('location.href')}")
    before = tab.run("location.href")
    if way == "keys":
        reach(tab, first)
        tab.press(*ENTER)
    else:
        tab.run(f"{first}.scrollIntoView({{block: 'center'}})")
        tab.click(*tab.run(f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])"
                           f"({first}.getClientRects()[0])"))
    if not same and tab.until(f"location.href != {before!r} && document.readyState == 'complete'") is None:
        raise Failure(f"{selector} leads nowhere")
    tab.run(PROBE)


def reach(tab, target):
    """Presses Tab until the element has the focus."""
    for _ in range(250):
        if tab.run(f"document.activeElement === {target}"):
            return
        tab.press(*TAB)
    raise Failure(f"Tab does not reach {target}")


def refined(house):
    """Refining by region shows what the region's own agenda shows, is kept in the address, and can be taken back"""
    faults = []
    with house.tab(360) as tab:
        tab.open(house.disk(f"calendar/regions/{REGION}/index.html"))
        tab.run(PROBE)
        wanted = titles(tab)
        tab.open(house.disk("calendar/index.html"))
        tab.run(PROBE)
        everything = titles(tab)
        if not 0 < len(wanted) < len(everything):
            faults.append(f"{len(wanted)} of {len(everything)} say nothing")
        choose(tab, "region", REGION)
        if titles(tab) != wanted:
            faults.append(f"{titles(tab)} is shown, not {wanted}")
        said = tab.run("document.querySelector('.refine [role=status]').textContent")
        if f" {len(wanted)} " not in said:
            faults.append(f"a screen reader hears “{said}”")
        faults += [f"refined: {fault}" for fault in tab.run("probe.layout(360)")]
        address = tab.run("location.href")
        if parse_qs(urlsplit(address).query) != {"region": [REGION]}:
            faults.append(f"the address is {address}")
        tab.open(address)
        tab.run(PROBE)
        if titles(tab) != wanted:
            faults.append("the address does not bring the choice back")
        month = tab.run("[...document.querySelectorAll('.tag-nav a[data-keep]')][0].href")
        if f"region={REGION}" not in month:
            faults.append(f"the month is linked as {month}")
        tab.open(month)
        tab.run(PROBE)
        if tab.run(f"document.querySelector('[name=region]').value") != REGION or not 0 < len(titles(tab)):
            faults.append("the month forgets the choice")
        tab.open(house.disk("calendar/index.html") + "?region=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E&programme=x")
        tab.run(PROBE)
        if titles(tab) != everything or tab.faults:
            faults.append(f"a foreign choice is taken: {tab.faults}")
        faults += combined(tab, everything)
    return faults, f"{len(wanted)} of {len(everything)}"


def combined(tab, everything):
    """Places, online and programme, by keyboard; taken back with the button."""
    faults = []
    for name in ("bookable", "online"):
        tab.run(f"document.querySelector('[name={name}]').focus()")
        tab.press(*SPACE)
        found = titles(tab)
        marked = tab.run(f"{SHOWN}.every((one) => one.dataset.can.split(' ').includes('{name}'))")
        if not marked or not 0 < len(found) < len(everything):
            faults.append(f"{name} leaves {len(found)}, marked: {marked}")
    query = unquote(urlsplit(tab.run("location.href")).query)
    if query != "bookable=1&online=1":
        faults.append(f"the address keeps {query}")
    reach(tab, "document.querySelector('.refine [type=reset]')")
    tab.press(*ENTER)
    if tab.until(f"{SHOWN}.length == {len(everything)} && !location.search") is None:
        faults.append("the choice cannot be taken back")
    return faults


def choose(tab, name, value):
    """Chooses in a list as a person does: the page hears that it changed."""
    tab.run(f"((list) => {{ list.value = '{value}'; list.dispatchEvent(new Event('change', {{bubbles: true}})); }})"
            f"(document.querySelector('[name={name}]'))")


def titles(tab):
    """The titles of the happenings that can be seen."""
    return tab.run(SHOWN + ".map((one) => one.querySelector('.happening-title').textContent + one.querySelector('.happening-when').textContent)")
