"""Search as a citizen uses it: typed, opened, shared, filtered; with nothing found, no index, no network, no scripts."""

import json
import time
from contextlib import contextmanager
from urllib.parse import parse_qs, quote, urlsplit

from chromium import Failure
from dates import ENTER, choose
from house import PROBE, WIDTHS, served_below
from look import contrast_of, elder_layout

DOWN, UP, ESCAPE = ("ArrowDown", 40), ("ArrowUp", 38), ("Escape", 27)
QUERY, TWO, NOWHERE = "有机产品", "检测机构 开放日", "有机产品认假货"
HOSTILE = "<img src=x onerror=window.struck=1>"
SAID = "document.querySelector('.found-said').textContent"
ANSWERED = f"{SAID} && !{SAID}.includes('……')"
FIELD = "document.querySelector('form.search input')"
LOADED = "[location.origin + location.pathname].concat(performance.getEntriesByType('resource').map((one) => one.name))"
STORED = "caches.open('site-search').then((store) => store.keys()).then((all) => all.map((one) => one.url))"
KEPT = f"{STORED}.then((all) => {LOADED}.every((one) => all.includes(one)))"
TITLES = "[...document.querySelectorAll('.hit-title a')].map((link) => link.textContent)"
MARKED = "[...document.querySelectorAll('.hit mark')].map((mark) => mark.textContent)"


@contextmanager
def opened(house, query="", width=1440, choice=""):
    """The search page below a path, with the answer to a query; gives the tab, the address of the site, its folder."""
    with served_below(house, house.out) as (base, out), house.tab(width) as tab:
        ask(tab, base, query, choice)
        yield tab, base, out


def ask(tab, base, query="", choice=""):
    """Opens the page with a query in its address, and waits for the answer."""
    tab.open(f"{base}search/index.html" + (f"?q={quote(query)}{choice}" if query else ""))
    tab.run(PROBE)
    if query:
        answered(tab)


def answered(tab, which=ANSWERED):
    """Waits until the page says what it found."""
    if tab.until(which) is None:
        raise Failure(f"no answer: the page says “{tab.run(SAID)}” at {tab.run('location.href')}")


def shows(titles):
    """True on a page that shows just these."""
    return f"JSON.stringify({TITLES}) == JSON.stringify({json.dumps(titles)})"


def write(tab, text):
    """Types into the field."""
    tab.run(f"{FIELD}.focus(); {FIELD}.select()")
    tab.call("Input.insertText", text=text)


def typed(house):
    """Typing finds and marks; arrows go through the results, Escape back to the field, Enter opens; more by a button"""
    faults = []
    with opened(house) as (tab, base, _):
        write(tab, QUERY)
        answered(tab, f"{SAID}.startsWith('找到')")
        titles, marked = tab.run(TITLES), tab.run(MARKED)
        if len(titles) != 8 or not marked or set(marked) != {QUERY}:
            faults.append(f"{len(titles)} titles, marked is {set(marked)}")
        if "有机产品" not in titles[0]:
            faults.append(f"the first is {titles[0]}")
        tab.press(*DOWN)
        tab.press(*DOWN)
        tab.press(*UP)
        if tab.run("document.activeElement.textContent") != titles[0]:
            faults.append("the arrows do not lead to the first result")
        tab.press(*ESCAPE)
        if not tab.run(f"document.activeElement == {FIELD}"):
            faults.append("Escape does not lead back to the field")
        tab.run("document.querySelector('.found-more button').click()")
        answered(tab, "document.querySelectorAll('.hit').length > 8")
        if tab.run("document.activeElement.textContent") in [*titles, "更多结果"]:
            faults.append("the focus is not on the first new result")
        faults += tab.faults
        write(tab, TWO)
        answered(tab, f"{MARKED}.includes('检测机构') && {MARKED}.includes('开放日')")
        tab.press(*DOWN)
        title = tab.run("document.activeElement.textContent")
        tab.press(*ENTER)
        if tab.until("document.querySelector('h1') && !location.pathname.includes('/search/')") is None:
            faults.append("Enter opens nothing")
        elif not tab.run("location.href").startswith(base) or tab.run("document.querySelector('h1').innerText.replace(/\\s/g, '')") != title:
            faults.append(f"“{title}” opens {tab.run('location.href')}")
        faults += tab.faults
    return faults, f"{len(titles)} titles, {len(marked)} marks"


def composed(house):
    """While an input method composes nothing is asked; what it puts in is"""
    faults = []
    with opened(house) as (tab, *_):
        tab.run(f"{FIELD}.focus()")
        tab.call("Input.imeSetComposition", text="you ji", selectionStart=6, selectionEnd=6)
        if tab.until(f"{SAID} || location.search", 0.6) is not None:
            faults.append(f"the page answers “{tab.run(SAID)}” to letters that are still composed")
        tab.call("Input.insertText", text="有机")
        answered(tab, f"{SAID}.startsWith('找到')")
        if set(tab.run(MARKED)) != {"有机"}:
            faults.append(f"marked is {set(tab.run(MARKED))}")
        faults += tab.faults
    return faults, "“有机”"


def shared(house):
    """The address brings the same results to another tab; going back brings back what was asked before"""
    faults = []
    with opened(house, QUERY) as (tab, base, _):
        first = tab.run(TITLES)
        write(tab, "检测机构")
        tab.press(*ENTER)
        answered(tab, f"{MARKED}.includes('检测机构')")
        choose_filter(tab, "kind", 1)
        address, refined = tab.run("location.href"), tab.run(TITLES)
        if set(parse_qs(urlsplit(address).query)) != {"q", "kind"}:
            faults.append(f"the address is {address}")
        with house.tab() as other:
            other.open(address)
            answered(other)
            if other.run(TITLES) != refined or other.run("document.querySelector('[name=kind]').value") == "":
                faults.append("another tab shows other results")
            faults += other.faults
        tab.run("history.back()")
        if tab.until("!location.search.includes('kind')") is None:
            faults.append("going back leaves the filter")
        tab.run("history.back()")
        if tab.until(f"{FIELD}.value == '{QUERY}' && {shows(first)}") is None:
            faults.append(f"going back shows {tab.run(FIELD + '.value')} and {len(tab.run(TITLES))} titles")
        tab.run("history.go(2)")
        if tab.until(f"location.href == {address!r} && {shows(refined)}") is None:
            faults.append("going forward does not bring the filter back")
        faults += tab.faults
    return faults, f"{len(first)} and {len(refined)} titles"


def choose_filter(tab, name, number):
    """Chooses in a filter, and waits for what is left; gives the value and the number it promised."""
    tab.run(f"window.before = {SAID}")
    value, text = tab.run(f"(({{value, text}}) => [value, text])(document.querySelector('[name={name}]').options[{number}])")
    choose(tab, name, value)
    answered(tab, f"location.search.includes('{name}={value}') && {SAID} != before && !{SAID}.includes('……')")
    return value, int(text.split("（")[-1].rstrip("）"))


def filtered(house):
    """Every filter offers only what has results, with how many; a city has its counties; all can be taken back"""
    faults, count = [], 0
    with opened(house, "有") as (tab, base, _):
        whole = tab.run(SAID)
        for name in ("kind", "campaign", "region", "year"):
            options = tab.run(f"document.querySelector('[name={name}]').length")
            for number in range(1, options):
                ask(tab, base, "有")
                value, promised = choose_filter(tab, name, number) if options > 2 else (None, None)
                said = tab.run(SAID)
                if value and (f"有 {promised} 条" not in said or promised == 0):
                    faults.append(f"{name}={value}: {promised} promised, “{said}”")
                count += 1
        ask(tab, base, "有", "&kind=notice&region=" + quote(HOSTILE))
        if "共找到" not in tab.run(SAID) or tab.run("document.querySelector('[name=region]').value"):
            faults.append(f"a foreign choice in the address gives “{tab.run(SAID)}”")
        tab.run("document.querySelector('.found-reset button').click()")
        answered(tab, f"{SAID} == {whole!r}")
        if tab.run("location.search") != "?q=" + quote("有") or not tab.run(f"document.activeElement == {FIELD}"):
            faults.append("the filters cannot be taken back")
        faults += tab.faults
    return faults, f"{count} choices"


def over(house):
    """Open days and campaigns whose last day is over are marked so by the reader's own calendar"""
    faults = []
    with opened(house, "开放日", choice="&kind=open-day") as (tab, _, out):
        texts = [json.loads(path.read_text(encoding="utf-8")) for path in (out / "search/text").iterdir()]
        dated = {text["title"]: text for text in texts if text["end"]}
        days = tab.run("[...document.querySelectorAll('.hit')].map((hit) => [hit.querySelector('a').textContent, "
                       "(hit.querySelector('.label, .status') || {}).textContent])")
        for title, state in [day for day in days if day[0] in dated]:
            wanted = dated[title]["status_text"] if dated[title]["status"] in ("cancelled", "postponed") else "已结束"
            if state != wanted:
                faults.append(f"{title} is marked “{state}”, not “{wanted}”")
        faults += tab.faults + ([] if len(days) > 5 else [f"only {days} were seen"])
    return faults, f"{len(days)} open days"


def nothing(house):
    """When nothing is found the page says what does not occur, and offers titles, campaigns and all the rest"""
    faults = []
    with opened(house, NOWHERE, 360) as (tab, base, _):
        box = tab.run("document.querySelector('.found-none').innerText")
        if NOWHERE not in box or tab.run("document.querySelectorAll('.found-near a').length") == 0:
            faults.append(f"the page says {box}")
        faults += [f"nothing found: {fault}" for fault in tab.run("probe.layout(360)")]
        ask(tab, base, QUERY + " 子虚乌有", "")
        box = tab.run("document.querySelector('.found-why').innerText")
        if "“子虚乌有”" not in box or QUERY in box:
            faults.append(f"the word that does not occur is named in “{box}”")
        if tab.run("[...document.querySelectorAll('#browse .tag')].filter(probe.visible).length") < 10:
            faults.append("the lists are not to be seen")
        ask(tab, base, "。。 ！")
        if "请输入" not in tab.run(SAID):
            faults.append(f"to punctuation it says “{tab.run(SAID)}”")
        faults += tab.faults
    return faults, box


def hostile(house):
    """Markup in a query and in titles is text (G09)"""
    project = house.copy("search-hostile")
    news = project / "content/news"
    header = f"---\ntitle: '{HOSTILE}标题'\npublished: 2022-09-19 10:00\nsummary: '</script>{HOSTILE}'\n---\n\n正文。\n"
    (news / "struck.md").write_text(header, encoding="utf-8")
    faults = []
    with house.preview(project) as address, house.tab() as tab:
        for query in (HOSTILE, "标题", "\"><svg onload=window.struck=1>", "' OR 1=1 --", "${7*7}{{7*7}}"):
            ask(tab, address + "/", query)
            time.sleep(0.1)
            if tab.run("window.struck === 1 || document.querySelectorAll('img[src=x], main svg').length > 0"):
                faults.append(f"{query}: markup came to life")
            if tab.run(f"{FIELD}.value") != query:
                faults.append(f"{query}: the field shows {tab.run(FIELD + '.value')}")
            if query == HOSTILE and f"{HOSTILE}标题" not in tab.run(TITLES):
                faults.append(f"the title is shown as {tab.run(TITLES)}")
        faults += tab.faults
    return faults, "5 queries"


def broken(house):
    """Without an index the page says so and can be asked again; a text that is gone makes it ask for the index anew"""
    faults = []
    with served_below(house) as (base, out), house.tab(360) as tab:
        tab.call("Network.setBlockedURLs", urls=["*index.json*"])
        ask(tab, base, QUERY)
        faults += [f"without an index: {fault}" for fault in tab.run("probe.layout(360)")]
        if "暂时不能搜索" not in tab.run(SAID) or not tab.run("probe.visible(document.querySelector('.found-failed button'))"):
            faults.append(f"without an index it says “{tab.run(SAID)}”")
        tab.call("Network.setBlockedURLs", urls=[])
        tab.run("document.querySelector('.found-failed button').click()")
        answered(tab, f"{SAID}.startsWith('找到')")
        text = next(path for path in sorted((out / "search/text").iterdir()) if "开放日" in path.read_text(encoding="utf-8"))
        title = json.loads(text.read_text(encoding="utf-8"))["title"]
        tab.forget()
        kept = text.rename(text.with_suffix(".away"))
        write(tab, title)
        answered(tab, f"{SAID}.includes('暂时不能搜索')")
        asked = [request.url for request in tab.requests.values() if "index.json" in request.url]
        kept.rename(text)
        tab.run("document.querySelector('.found-failed button').click()")
        answered(tab, f"{SAID}.startsWith('找到')")
        if not asked or title not in tab.run(TITLES):
            faults.append(f"the index was asked for {len(asked)} times; then {tab.run(SAID)}")
        tab.open(house.disk("search/index.html") + "?q=" + quote(QUERY))
        if "打开本地文件时不能搜索" not in tab.run(SAID) or tab.faults:
            faults.append(f"from disk it says “{tab.run(SAID)}”, {tab.faults}")
    return faults, "blocked, gone, from disk"


def offline(house):
    """With the server gone a page of results that was left is there again, after a reload as well, and nothing else is"""
    faults = []
    with house.tab() as tab:
        with served_below(house, house.out) as (base, _):
            ask(tab, base, QUERY)
            titles = tab.run(TITLES)
            if tab.until(KEPT) is None:
                raise Failure(f"the worker keeps {tab.run(STORED)} of {tab.run(LOADED)}")
            tab.run("document.querySelector('.hit-title a').click()")
            if tab.until("!location.pathname.includes('/search/') && document.readyState == 'complete'") is None:
                raise Failure("the first result does not open")
        tab.run("history.back()")
        answered(tab, shows(titles))
        tab.run("window.before = true; location.reload()")
        if tab.until(f"!window.before && document.readyState == 'complete' && {shows(titles)}") is None:
            faults.append(f"after a reload there is {tab.run('document.body.innerText.slice(0, 80)')}")
        styled = "getComputedStyle(document.querySelector('.found-hits a')).color != 'rgb(0, 0, 238)'"
        if not faults and not tab.run(styled):
            faults.append("the page has lost its style sheet")
        # What was not asked for before cannot be found, and the page says so.
        write(tab, TWO)
        answered(tab, f"{SAID}.includes('暂时不能搜索')")
        if tab.run("fetch('../index.html').then(() => true, () => false)"):
            faults.append("there is a network after all, or more is kept than was loaded")
    return faults, f"{len(titles)} titles"


def scriptless(house):
    """Without scripts the home page's field leads to a page that lists everything by campaign, kind, year and region"""
    faults = []
    with served_below(house) as (base, _), house.tab(360) as tab:
        tab.scripts(False)
        for page in ("", "nothing/here/"):
            tab.open(base + page)
            tab.run(f"{FIELD}.value = '{QUERY}'; {FIELD}.form.requestSubmit()")
            if tab.until("location.pathname.endsWith('/search/index.html') && document.readyState == 'complete'") is None:
                raise Failure(f"the form of /{page} leads to {tab.run('location.href')}")
            if tab.run("location.search") != "?q=" + quote(QUERY):
                faults.append(f"the form sends {tab.run('location.search')}")
        tab.run(PROBE)
        lists = tab.run("[...document.querySelectorAll('#browse h3')].map((h) => [h.textContent, "
                        "[...h.nextElementSibling.querySelectorAll('a')].filter(probe.visible).map((a) => parseInt(a.querySelector('small').textContent))])")
        if [name for name, _ in lists] != ["活动", "栏目", "年度", "地区"] or not all(counts for _, counts in lists):
            faults.append(f"the lists are {lists}")
        total = int("".join(filter(str.isdigit, tab.run("document.querySelector('#browse .count').textContent"))))
        if sum(dict(lists).get("栏目", [])) != total:
            faults.append(f"{total} pages, but by kind {lists}")
        if tab.run("probe.visible(document.querySelector('.found'))"):
            faults.append("an empty space for results is shown")
        faults += [fault for fault in tab.faults if "/nothing/here/" not in fault] + tab.run("probe.layout(360)")
    return faults, f"{total} pages in {len(lists)} lists"


def seen(house):
    """Results fit every screen, in the elder view too; their text stands out; everything to be used has a name"""
    faults, lines = [], 0
    with served_below(house, house.out) as (base, _), house.tab() as tab, house.tab() as judge:
        judge.run(PROBE)
        for query in (QUERY, NOWHERE):
            address = f"{base}search/index.html?q={quote(query)}"
            for width in WIDTHS:
                found, count = contrast_of(tab, judge, address, width, ANSWERED)
                lines += count
                ask(tab, base, query)
                faults += [f"{query} at {width}: {fault}" for fault in found + tab.run(f"probe.layout({width})")]
            faults += [f"{query}, elder view: {fault}" for fault in elder_layout(tab)]
            faults += [f"{query}: {fault}" for fault in nameless(tab)]
        if not tab.run("!!document.querySelector('form[role=search]') && !!document.querySelector('.found [role=status]')"):
            faults.append("the roles are missing")
    return faults, f"{lines} lines of text"


def nameless(tab):
    """What a screen reader could not call by a name."""
    nodes = tab.call("Accessibility.getFullAXTree")["nodes"]
    used = [node for node in nodes if node.get("role", {}).get("value") in ("button", "link", "searchbox", "combobox", "search", "form")]
    wrong = [node for node in used if not node.get("ignored") and not node.get("name", {}).get("value")
             and node["role"]["value"] != "search"]
    return [f"a {node['role']['value']} without a name" for node in wrong] + ([] if len(used) > 20 else ["nothing to use"])
