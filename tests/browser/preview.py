"""The preview in a browser: an edit shows by itself, a mistake shows as a message, a hostile name shows as text."""

import time

from house import ELDER, PROBE, ROOT

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
        if tab.until(f"!{OVERLAY}.hidden") is None:
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


def kept(house):
    """An edit leaves alone what it does not touch: elements, opened details, a selection; a style sheet is exchanged alone"""
    project = house.copy("kept")
    page = next(path for path in sorted((project / "content/pages").glob("*.md")) if path.read_text(encoding="utf-8").count("\n## ") > 3)
    theme = project / "themes/default"
    (theme / "assets").mkdir(parents=True)
    (theme / "templates").mkdir()
    style = (ROOT / "themes/default/assets/site.css").read_text(encoding="utf-8")
    (theme / "assets/site.css").write_text(style, encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    faults = []
    with house.preview(project) as address, house.tab(360) as tab:
        tab.open(f"{address}/{page.stem}/")
        tab.run("window.here = 1; var kept = document.querySelector('main details, main h2'); kept.open = true;"
                "getSelection().selectAllChildren(document.querySelector('main p')); var chosen = String(getSelection())")
        tab.run(ELDER)
        page.write_text(text + "\n\n补上的一段。\n", encoding="utf-8")
        if tab.until("document.querySelector('main').innerText.includes('补上的一段')") is None:
            faults.append("the edit does not show")
        for wrong, what in (("!kept.isConnected", "an element that did not change was put in anew"),
                            ("kept.nodeName == 'DETAILS' && !kept.open", "opened details were shut"),
                            ("String(getSelection()) != chosen || !chosen", "the selection was lost"),
                            ("!document.documentElement.matches('.is-elder')", "the elder view was left"),
                            ("!window.here", "the page was loaded anew")):
            if tab.run(wrong):
                faults.append(what)
        (theme / "assets/site.css").write_text(style + "\nbody { outline: 7px solid red }\n", encoding="utf-8")
        if tab.until("getComputedStyle(document.body).outlineWidth == '7px'") is None:
            faults.append("the style sheet was not exchanged")
        if not tab.run("window.here && kept.isConnected"):
            faults.append("for a style sheet the page was loaded anew")
        if tab.until("document.querySelectorAll('link[rel~=stylesheet]').length == 2") is None:
            faults.append("the old style sheet stays beside the new one")
        base = (ROOT / "themes/default/templates/base.html").read_text(encoding="utf-8")
        (theme / "templates/base.html").write_text(base.replace("<main", "<p>新的一行</p>\n<main", 1), encoding="utf-8")
        if tab.until("!window.here && document.body?.innerText.includes('新的一行')") is None:
            faults.append("a new frame of the page does not show")
        faults += tab.faults
    return faults, page.stem


NEWS = "document.querySelector('site-preview').shadowRoot.querySelector('.news')"


def elsewhere(house):
    """Another page that was saved is offered, and opened by itself with --follow; drafts are marked; a stop is told"""
    project = house.copy("elsewhere")
    source = project / "content" / PAGE / "index.md"
    good = source.read_text(encoding="utf-8")
    draft = project / "content/pages/unfinished.md"
    draft.write_text("---\ntitle: 没写完\ndraft: true\n---\n\n正文\n", encoding="utf-8")
    faults = []
    with house.preview(project, "--drafts") as address, house.tab() as tab:
        tab.open(f"{address}/about/")
        source.write_text(good + "\n\n又一段。\n", encoding="utf-8")
        if tab.until(f"!{NEWS}.hidden && {NEWS}.innerText.includes('已更新')") is None:
            faults.append("the other page is not offered")
        elif not tab.run(f"{NEWS}.querySelector('a').href").endswith(f"/{PAGE}/"):
            faults.append("the offer leads elsewhere")
        tab.open(f"{address}/unfinished/")
        badge = "document.querySelector('site-preview').shadowRoot.querySelector('.badge').innerText"
        if "草稿" not in tab.run(badge) or "正式网站不会出现" not in tab.run(badge):
            faults.append("a draft is not marked")
        tab.open(f"{address}/__site/")
        rows = tab.run("document.querySelectorAll('tbody tr').length")
        tab.run("document.querySelector('#filter').value = '没写完'; document.querySelector('#filter').oninput({target: document.querySelector('#filter')})")
        left = tab.run("[...document.querySelectorAll('tbody tr')].filter((row) => !row.hidden).length")
        if rows < 40 or left != 1:
            faults.append(f"the panel lists {rows} pages, {left} of them called like the draft")
        faults += tab.faults
    with house.preview(project, "--follow") as address, house.tab() as tab:
        tab.open(f"{address}/about/")
        # A page is led on only by what is saved while it listens, which it does a moment after it has come.
        for number in range(6):
            source.write_text(f"{good}\n\n再一段{number}。\n", encoding="utf-8")
            if tab.until(f"location.pathname == '/{PAGE}/'", 5) is not None:
                break
        else:
            faults.append("--follow does not lead to the page")
        faults += tab.faults
    return faults, f"{rows} pages in the panel"


# The element is missing for a moment while a page is loaded anew.
STRIP = "document.querySelector('site-preview')?.shadowRoot.querySelector('.strip')"


def away(house):
    """Ten tabs load and follow; hidden ones hold no stream; a preview that ends is told, and one that returns is found"""
    project = house.copy("away")
    source = project / "content" / PAGE / "index.md"
    good = source.read_text(encoding="utf-8")
    faults, tabs = [], []
    with house.preview(project) as address:
        port = int(address.rsplit(":", 1)[1])
        try:
            begun = time.monotonic()
            for number in range(10):
                tabs.append(house.browser.tab())
                tabs[-1].open(f"{address}/{PAGE}/")
                if number < 9:
                    # Headless tabs all count as seen; this is what a browser says when another tab is chosen.
                    tabs[-1].run("Object.defineProperty(document, 'hidden', {get: () => true, configurable: true});"
                                 "document.dispatchEvent(new Event('visibilitychange'))")
            loaded = time.monotonic() - begun
            if loaded > 20:
                faults.append(f"ten tabs took {loaded:.1f} s")
            time.sleep(2.5)
            if streams(port) != 1:
                faults.append(f"{streams(port)} streams for one tab that is seen")
            source.write_text(good + "\n\n第十个窗口。\n", encoding="utf-8")
            shows = "document.querySelector('main').innerText.includes('第十个窗口')"
            if tabs[9].until(shows) is None or tabs[0].run(shows):
                faults.append("the seen tab does not follow, or a hidden one does")
            tabs[0].run("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
            if tabs[0].until(shows) is None:
                faults.append("a tab that is seen again does not catch up")
        finally:
            for tab in tabs[1:]:
                tab.close()
    tab = tabs[0]
    try:
        if tab.until(f"{STRIP}?.hidden === false") is None:
            faults.append("a preview that ended is not told")
        source.write_text(good + "\n\n回来以后。\n", encoding="utf-8")
        with house.preview(project, "--port", str(port)):
            back = f"{STRIP}?.hidden && document.querySelector('main').innerText.includes('回来以后')"
            if tab.until(back) is None:
                faults.append("a preview that returned is not found")
    finally:
        tab.close()
    return faults, f"ten tabs in {loaded:.1f} s"


def streams(port):
    """Connections that are open at the preview's port."""
    lines = [line.split() for line in open("/proc/net/tcp", encoding="ascii")][1:]
    return sum(1 for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "01")


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
