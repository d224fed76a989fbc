"""Journeys of someone who has no mouse: by Tab and Enter alone, from the home page to what they came for."""

from urllib.parse import unquote, urljoin

from dates import arrived, follow
from house import PREFIX, PROBE, served_below
from plain import skipped


def open_day(house):
    """From the home page to an open day, and into one's calendar"""
    return fetched(house, "open-days", [".day-title a"], ".calendar-file a[href$='.ics']")


def poster(house):
    """From the home page to the posters of a campaign, and the first file of them"""
    return fetched(house, "posters", ["a.button[aria-label^='下载海报']"], ".files-made a")


def fetched(house, section, ways, last):
    """Follows the menu and then links of these selectors; the file that the last one names has to arrive."""
    with served_below(house, house.out) as (base, out), house.tab() as tab:
        folder = house.scratch / f"downloads-{section}"
        tab.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
        tab.open(base)
        for way in [f".menu a[href$='{section}/index.html']", *ways]:
            follow(tab, way, "keys")
        link = tab.run(f"document.querySelector({last!r}).getAttribute('href')")
        path = unquote(urljoin(tab.run("location.pathname"), link)).removeprefix(PREFIX)
        follow(tab, last, "keys", same=True)
        return arrived(tab, folder, out / path), path


def case(house):
    """From the home page to a case, over the skip link to its text, and down to its end"""
    with served_below(house, house.out) as (base, _), house.tab() as tab:
        tab.open(base)
        for way in (".menu a[href$='cases/index.html']", ".card-title a"):
            follow(tab, way, "keys")
        address = tab.run("location.href")
        faults = skipped(tab, address)
        tab.run(PROBE)
        if not tab.run("probe.visible(document.querySelector('.prose p'))"):
            faults.append("there is no text to read")
        for _ in range(40):
            tab.press("PageDown", 34)
        end = tab.until("scrollY > 0 && document.querySelector('.article-foot').getBoundingClientRect().top < innerHeight", 5)
        return faults + ([] if end else ["the keys do not lead to the end of the text"]), address
