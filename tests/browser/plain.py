"""What works without scripts, and what scripts add: text, calendar, elder view, old addresses, the keyboard."""

from house import PROBE

KEYBOARD = ["page-home", "page-notice", "page-open-day c-open-day", "page-month c-open-day", "page-posters",
            "page-list second", "page-article c-organic", "page-search c-open-day"]
TAB, ENTER, SPACE = ("Tab", 9), ("Enter", 13, "\r"), (" ", 32, " ")


def scriptless(house):
    """Without scripts every text of every kind of page is there and can be seen"""
    faults, count = [], 0
    with house.tab(360) as tab, house.tab(360) as silent:
        silent.scripts(False)
        for page in [page for page in house.kinds.values() if page in house.resting]:
            for each in (tab, silent):
                each.open(house.disk(page))
                each.run(PROBE)
            # A form that refines what the page shows anyway is no text of the page.
            tab.run("document.querySelectorAll('form.refine').forEach((form) => form.remove())")
            with_scripts, without = (each.run("probe.words(document.body)") for each in (tab, silent))
            faults += [f"{page} without scripts: {fault}" for fault in silent.faults]
            faults += [f"{page} shows “{word}” only with scripts" for word in with_scripts if word not in without][:5]
            count += len(without)
        if count < 1000:
            faults.append(f"only {count} pieces of text were seen")
    return faults, f"{count} pieces of text"


def calendar(house):
    """Without scripts the month shows its days, as a table on a desk and as a list on a phone"""
    faults = []
    page = house.kinds["page-month c-open-day"]
    with house.tab() as tab:
        tab.scripts(False)
        tab.open(house.disk(page))
        tab.run(PROBE)
        cells = tab.run("[...document.querySelectorAll('.cell:not(.cell-other) time')]"
                        ".filter(probe.visible).map((time) => time.dateTime)")
        if cells != [f"2022-09-{day:02}" for day in range(1, 31)]:
            faults.append(f"the table shows {cells}")
        rows = tab.run("[...document.querySelectorAll('.month tbody tr')].map((row) => row.cells.length)")
        if not rows or set(rows) != {7}:
            faults.append(f"the weeks have {rows} days")
        happenings = tab.run("[...document.querySelectorAll('.month a')].filter(probe.visible).length")
        tab.screen(360)
        listed = tab.run("[...document.querySelectorAll('.agenda a')].filter(probe.visible).length")
        if tab.run("probe.visible(document.querySelector('.month'))"):
            faults.append("the table is shown on a phone")
        if min(happenings, listed) < 10:
            faults.append(f"{happenings} links in the table, {listed} in the list")
    return faults, f"{happenings} links in the table, {listed} in the list"


def elder(house):
    """长辈版 enlarges the text by a third, by mouse and by keyboard, without scripts; with them it is remembered"""
    faults = []
    with house.tab(360) as tab:
        tab.scripts(False)
        for way in ("mouse", "keyboard"):
            tab.open(house.disk("index.html"))
            before = text_size(tab)
            switch(tab, way)
            if text_size(tab) < 1.3 * before:
                faults.append(f"by {way}: {before} px become {text_size(tab)}")
        tab.scripts(True)
        tab.open(house.disk("index.html"))
        switch(tab, "mouse")
        large = text_size(tab)
        tab.open(house.disk("about/index.html"))
        if text_size(tab) != large:
            faults.append(f"the next page has {text_size(tab)} px, not {large}")
        switch(tab, "mouse")
        if text_size(tab) >= large:
            faults.append("it cannot be switched off")
    return faults, f"{large} px"


def text_size(tab):
    """The size of running text."""
    return tab.run("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)")


def switch(tab, way):
    """Works the elder switch as a person does."""
    if way == "mouse":
        tab.click(*tab.run("(({x, y, width, height}) => [x + width / 2, y + height / 2])"
                           "(document.querySelector('label.elder').getBoundingClientRect())"))
    else:
        tab.run("document.getElementById('elder').focus()")
        tab.press(*SPACE)


def moved(house):
    """An old address shows a link without scripts, and leads to the new page and its anchor with them"""
    faults = []
    old = [page for page in house.pages if house.kind(page) == "page-moved"]
    with house.tab(360) as tab, house.tab(360) as silent:
        silent.scripts(False)
        for page in old:
            silent.open(house.disk(page))
            silent.run(PROBE)
            faults += [f"{page}: {fault}" for fault in silent.faults + silent.run("probe.layout(360)")]
            new = silent.run("(document.querySelector('#moved-to') || {}).href")
            if not silent.run("probe.visible(document.querySelector('#moved-to'))"):
                faults.append(f"{page} shows no link")
            if not (new or "").startswith(house.out.as_uri()) or new == house.disk(page):
                faults.append(f"{page} leads to {new}")
            tab.call("Page.navigate", url=house.disk(page) + "#main")
            if tab.until(f"location.href == '{new}#main' && document.readyState == 'complete'", 10) is None:
                faults.append(f"{page} leads to {tab.run('location.href')}, not to {new}#main")
    if not old:
        faults.append("there are no old addresses to try")
    return faults, f"{len(old)} old addresses"


def keyboard(house):
    """Tab reaches the skip link first and then everything that can be used, and shows where it is"""
    faults, count = [], 0
    with house.tab() as tab:
        for kind in KEYBOARD:
            for width in (360, 1440):
                tab.screen(width, 780)
                tab.open(house.disk(house.kinds[kind]))
                tab.run(PROBE)
                found, stops = walked(tab)
                faults += [f"{kind} at {width}: {fault}" for fault in found]
                count += stops
        faults += skipped(tab, house.disk("index.html"))
    return faults, f"{count} stops"


def walked(tab):
    """Presses Tab until it comes round."""
    names = tab.run("probe.stops().map(probe.name)")
    faults, reached = [], []
    for _ in range(len(names) + 5):
        tab.press(*TAB)
        here = tab.run("probe.focus()")
        if here is None or here["number"] in reached:
            break
        if not reached and not here["skip"]:
            faults.append(f"the first stop is {here['name']}")
        if not here["seen"]:
            faults.append(f"the focus on {here['name']} cannot be seen")
        reached.append(here["number"])
    faults += [f"Tab does not reach {name}" for number, name in enumerate(names) if number not in reached]
    return faults, len(reached)


def skipped(tab, address):
    """The skip link leads behind the menu."""
    tab.open(address)
    tab.run(PROBE)
    tab.press(*TAB)
    tab.press(*ENTER)
    if tab.until("document.activeElement.id == 'main'", 5) is None:
        return ["the skip link does not lead to the text"]
    tab.press(*TAB)
    inside = tab.run("document.querySelector('main').contains(document.activeElement)")
    return [] if inside else ["the stop after the skip link is not in the text"]
