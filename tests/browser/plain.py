"""What works without scripts, and what scripts add: text, calendar, elder view, old addresses, the keyboard."""

from dates import follow, reach
from house import ELDER, ORDINARY, PROBE, ROOT, served_below
from paper import flat

BUTTON = "document.querySelector('button.read-aloud')"
# A browser that refuses to keep anything.
NO_STORAGE = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } });"
# Notes the view in which the page begins.
WATCH = """new MutationObserver((_, self) => {
  if (!document.body) return;
  window.early = document.documentElement.classList.contains('is-elder');
  self.disconnect();
}).observe(document, { childList: true, subtree: true });"""
# A voice that says nothing and ends when it is told to; the real ones differ from machine to machine.
VOICES = """Object.defineProperty(window, 'speechSynthesis', { value: {
  said: [],
  getVoices: () => [{ lang: 'en-US' }, { lang: 'zh-CN' }],
  speak(one) { this.said.push(one.text); this.now = one; },
  cancel() { this.now = null; sessionStorage.cancelled = 'yes'; },
  end() { const one = this.now; this.now = null; if (one) one.onend(); return !!this.now; },
} });
window.SpeechSynthesisUtterance = function (text) { this.text = text; };"""
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
    """长辈版 is a link there and a link back, by mouse and keys, without scripts, without storage, on every server"""
    faults, tries = [], 0
    with served_below(house) as (base, _), house.tab(360) as tab:
        for address in (house.disk("index.html"), base + "about/", base + "no/such/page"):
            for scripts, storage in ((False, True), (True, True), (True, False)):
                tab.scripts(scripts)
                script = tab.before("" if storage else NO_STORAGE)
                for way in ("mouse", "keys"):
                    faults += [f"{address} by {way}, scripts {scripts}, storage {storage}: {fault}"
                               for fault in there_and_back(tab, address, way)]
                    tries += 1
                tab.after(script)
    return faults, f"{tries} ways"


def there_and_back(tab, address, way):
    """Follows the link to the elder view and the one back."""
    tab.open(address)
    before, faults = text_size(tab), []
    follow(tab, "a.elder", way, same=True)
    large = text_size(tab)
    if large < 1.3 * before or large < 18:
        faults.append(f"{before} px become {large}")
    seen = tab.run("[...document.querySelectorAll('a.elder')].filter(probe.visible).map((link) => link.textContent)")
    if seen != ["返回普通版"]:
        faults.append(f"the way back is {seen}")
    follow(tab, "a.elder", way, same=True)
    if text_size(tab) != before:
        faults.append(f"{large} px do not become {before} again")
    return faults


def remembered(house):
    """With scripts 长辈版 is kept on later pages from their first paint on, in two clicks left, and can be sent as a link"""
    faults = []
    with served_below(house) as (base, _), house.tab(360) as tab:
        tab.before(WATCH)
        for address in (f"{base}index.html#elder", f"{base}about/index.html", f"{base}no/such/page"):
            tab.open(address)
            if not tab.run("window.early"):
                faults.append(f"{address} begins in the ordinary view")
        tab.run(PROBE)
        follow(tab, "a.elder", "keys", same=True)
        if not tab.run("document.activeElement.matches('.elder-on')"):
            faults.append("the focus is lost on the way back")
        for address in (f"{base}about/index.html", f"{base}index.html"):
            tab.open(address)
            if tab.run("window.early"):
                faults.append(f"{address} remembers what was given up")
        follow(tab, "a.elder", "keys", same=True)
        if not tab.run("document.activeElement.matches('.elder-off')"):
            faults.append("the focus is lost")
        # Anchors of the page are no way out of the view.
        tab.run("location.hash = 'main'")
        if text_size(tab) < 18:
            faults.append("an anchor ends the view")
        tab.run(ORDINARY)
        if ":has(" in (ROOT / "themes/default/assets/site.css").read_text(encoding="utf-8"):
            faults.append("the style sheet asks for browsers that know `:has`")
    return faults, "5 pages"


def aloud(house):
    """In the elder view a browser with a Chinese voice reads the main text, paragraph by paragraph, until it is left"""
    faults = []
    with served_below(house, house.out) as (base, _), house.tab(360) as tab:
        tab.open(base + "about/index.html#elder")
        if tab.run(f"!!{BUTTON}"):
            faults.append("a browser without a Chinese voice has the button")
        tab.before(VOICES)
        tab.open(base + "about/index.html")
        tab.run(PROBE)
        tab.run(ORDINARY)
        if tab.run(f"probe.visible({BUTTON})"):
            faults.append("the button is in the ordinary view")
        tab.run(ELDER)
        faults += tab.run("probe.targets(60, 60)")
        reach(tab, BUTTON)
        tab.press(*SPACE)
        paragraphs = tab.run("[...document.querySelectorAll('main h1, main .prose p, main .prose h2')].map((one) => one.textContent)")
        if tab.run(f"{BUTTON}.getAttribute('aria-pressed')") != "true" or not tab.run("!!document.querySelector('main .is-read')"):
            faults.append("reading does not show")
        while tab.run("speechSynthesis.end()"):
            pass
        said = flat("".join(tab.run("speechSynthesis.said")))
        faults += [f"“{text[:20]}” is not read" for text in paragraphs if flat(text) not in said]
        if len(paragraphs) < 4:
            faults.append(f"{len(paragraphs)} paragraphs are too few")
        if tab.run(f"{BUTTON}.getAttribute('aria-pressed')") != "false" or tab.run("!!document.querySelector('.is-read')"):
            faults.append("the end does not show")
        for way, leave in (("the button", f"{BUTTON}.click()"), ("the way back", ORDINARY), ("another page", "location.href = '../index.html'")):
            tab.run(ELDER)
            tab.run(f"sessionStorage.cancelled = ''; {BUTTON}.click()")
            tab.run(leave)
            if tab.until("sessionStorage.cancelled === 'yes'") is None:
                faults.append(f"{way} does not stop it")
    return faults, f"{len(paragraphs)} paragraphs"


def text_size(tab):
    """The size of running text."""
    return tab.run("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)")


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
            if tab.until(f"location.href == '{new}#main' && document.readyState == 'complete'") is None:
                faults.append(f"{page} leads to {tab.run('location.href')}, not to {new}#main")
    if not old:
        faults.append("there are no old addresses to try")
    return faults, f"{len(old)} old addresses"


def keyboard(house):
    """On every kind of page Tab reaches the skip link first, then everything that can be used, and shows where it is"""
    faults, count = [], 0
    with house.tab() as tab:
        for kind, page in [(kind, page) for kind, page in house.kinds.items() if page in house.resting]:
            for width in (360, 1440):
                tab.screen(width, 780)
                tab.open(house.disk(page))
                tab.run(PROBE)
                found, stops = walked(tab)
                faults += [f"{kind} at {width}: {fault}" for fault in found]
                count += stops
            faults += [f"{kind}: {fault}" for fault in skipped(tab, house.disk(page))]
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
    if tab.until("document.activeElement.id == 'main'") is None:
        return ["the skip link does not lead to the text"]
    tab.press(*TAB)
    inside = tab.run("document.querySelector('main').contains(document.activeElement)")
    return [] if inside else ["the stop after the skip link is not in the text"]
