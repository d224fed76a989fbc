"""What axe-core finds: the automatable part of WCAG 2.2 AA, on every kind of page."""

import json
from urllib.parse import quote

from house import ELDER, ORDINARY, served_below
from outside import member

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIEWS = [("light", "plain", ORDINARY), ("dark", "plain", ORDINARY), ("light", "elder", ELDER), ("dark", "elder", ELDER)]
# Search as it answers and as it finds nothing, besides the pages as they are.
QUESTIONS = ["有机产品", "有机产品认假货"]


def clean(house):
    """axe-core finds nothing on any kind of page, plain and elder view, light and dark, at 360 and 1280 px"""
    source, faults, looks = member("axe-core", "axe.min.js").decode(), [], 0
    with served_below(house) as (base, _), house.tab() as tab:
        pages = [page for kind, page in house.kinds.items() if kind != "page-moved"]
        pages += [f"search/index.html?q={quote(query)}" for query in QUESTIONS]
        for page in pages:
            for width in (360, 1280):
                tab.screen(width)
                tab.open(base + page)
                if "?q=" in page:
                    said = "document.querySelector('.found-said').textContent"
                    tab.until(f"{said} && !{said}.includes('……')", 10)
                tab.run(source)
                for scheme, view, use in VIEWS:
                    tab.media(scheme=scheme)
                    tab.run(use)
                    faults += [f"{page} at {width}, {scheme}, {view}: {fault}" for fault in found(tab)]
                    looks += 1
                tab.run(ORDINARY)
    return faults, f"{len(pages)} pages, {looks} looks"


def found(tab):
    """The rules that the open page breaks, each with the first element that does."""
    wish = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    broken = tab.run(f"axe.run(document, {json.dumps(wish)}).then((r) => r.violations.map((v) => "
                     "[v.id, v.help, v.nodes.length, v.nodes[0].html.slice(0, 160), v.nodes[0].failureSummary]))")
    return [f"{rule} ({count}): {text}; {html}; {why}" for rule, text, count, html, why in broken]
