"""The preview in a browser: an edit shows by itself, a mistake shows as a message, a hostile name shows as text."""

import time

from house import PROBE

SOON = 3.0
OVERLAY = "document.querySelector('site-preview').shadowRoot.querySelector('.problems')"
PAGE = "news/yongji-dawn"
HOSTILE = "<img src=x onerror=window.struck=1>"


def edits(house):
    """An edit shows within 3 s where the reader was; a mistake shows in Chinese above the page until it is mended"""
    project = house.copy("edits")
    source = project / "content" / PAGE / "index.md"
    good = source.read_text(encoding="utf-8")
    waits, faults = [], []
    with house.preview(project) as address, house.tab(360) as tab:
        tab.open(f"{address}/{PAGE}/")
        tab.run(PROBE)
        tab.run("window.here = true; scrollTo(0, 500)")
        before = tab.run("scrollY")
        for number in range(3):
            source.write_text(good + f"\n\n晨雾散去{number}。\n", encoding="utf-8")
            waits.append(tab.until(f"document.querySelector('main').innerText.includes('晨雾散去{number}')", 10))
        if tab.run("scrollY") != before or before < 100 or not tab.run("window.here"):
            faults.append(f"the reader was at {before}, is at {tab.run('scrollY')}")
        found, more = mistaken(tab, source, good)
        faults += found
        waits += more
        faults += [f"{fault}" for fault in tab.faults]
    faults += [f"took {wait and round(wait, 1)} s" for wait in waits if wait is None or wait > SOON]
    return faults, f"slowest {max((wait or 99) for wait in waits):.2f} s"


def mistaken(tab, source, good):
    """Breaks the header and mends it, twice."""
    faults, waits = [], []
    for number in range(2):
        source.write_text(good.replace("title:", "titel:", 1), encoding="utf-8")
        waits.append(tab.until(f"!{OVERLAY}.hidden", 10))
        told = tab.run(f"{OVERLAY}.innerText")
        faults += [f"the message lacks “{word}”: {told}" for word in ("titel", "title", f"{PAGE}/index.md", "。")
                   if word not in told]
        if not tab.run(f"probe.visible({OVERLAY})") or "晨雾散去" not in tab.run("document.querySelector('main').innerText"):
            faults.append("the message is hidden, or the last good page is gone")
        source.write_text(good + f"\n\n晨雾散去，改正{number}。\n", encoding="utf-8")
        waits.append(tab.until(f"{OVERLAY}.hidden && document.querySelector('main').innerText.includes('改正{number}')", 10))
    return faults, waits


def hostile(house):
    """Markup in the name of a file or in a value is shown as text, in pages and in messages"""
    project = house.copy("hostile")
    news = project / "content/news"
    wrong = news / f"{HOSTILE}.md"
    header = f"---\ntitle: '{HOSTILE}标题'\npublished: 2022-09-19 10:00\nsummary: '</script>{HOSTILE}'\n---\n\n正文。\n"
    (news / "struck.md").write_text(header, encoding="utf-8")
    faults = []
    with house.preview(project) as address, house.tab() as tab:
        for page in ("news/struck/", "news/", "", "calendar/"):
            tab.open(f"{address}/{page}")
            faults += struck(tab, f"/{page}") + tab.faults
        tab.open(f"{address}/news/struck/")
        if HOSTILE not in tab.run("document.querySelector('h1, main').innerText"):
            faults.append("the title is not shown as it was typed")
        wrong.write_text(f"---\ntitle: 标题\npublished: 2022-09-19 10:00\ncampaigns: ['{HOSTILE}']\n---\n", encoding="utf-8")
        if tab.until(f"!{OVERLAY}.hidden", 10) is None:
            faults.append("a wrong file name brings no message")
        if "<img src=x" not in tab.run(f"{OVERLAY}.innerText"):
            faults.append(f"the message does not show the name: {tab.run(OVERLAY + '.innerText')}")
        faults += struck(tab, "the message")
        if tab.run(f"{OVERLAY}.querySelectorAll('img, script').length"):
            faults.append("the message contains an element from a name")
        # A page that is opened while the build refuses carries the message from the start.
        tab.open(f"{address}/no/such/{HOSTILE.replace(' ', '%20')}")
        faults += struck(tab, "the page that is missing")
    return faults, "4 pages, 2 messages"


def struck(tab, where):
    """Whether hostile markup came to life."""
    time.sleep(0.1)
    alive = tab.run("window.struck === 1 || document.querySelectorAll('img[src=x]').length > 0")
    return [f"{where}: markup from the sources came to life"] if alive else []


def lost(house):
    """The preview's page for a wrong address has its style and its links work"""
    faults = []
    with house.preview(house.copy("lost")) as address, house.tab() as tab:
        tab.open(f"{address}/no/such/page/")
        faults += [fault for fault in tab.faults if "/no/such/page/" not in fault]
        links = tab.run("[...document.querySelectorAll('main a, nav a')].map((link) => link.href)")
        for link in links[:8]:
            tab.open(link)
            faults += tab.faults
        if len(links) < 4:
            faults.append("it leads nowhere")
    return faults, f"{len(links)} links"
