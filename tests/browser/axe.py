"""What axe-core finds: the automatable part of WCAG 2.2 AA, on every kind of page."""

import base64
import hashlib
import io
import json
import tarfile
import urllib.request
from urllib.parse import quote

from chromium import Failure
from house import ELDER, ORDINARY, ROOT, served_below

VERSION = "4.11.0"
SHA512 = "ilYanEU8vxxBexpJd8cWM4ElSQq4QctCLKih0TSfjIfCQTeyH/6zVrmIJfLPrKTKJRbiG+cfnZbQIjAlJmF1jQ=="
ADDRESS = f"https://registry.npmjs.org/axe-core/-/axe-core-{VERSION}.tgz"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIEWS = [("light", "plain", ORDINARY), ("dark", "plain", ORDINARY), ("light", "elder", ELDER), ("dark", "elder", ELDER)]
# Search as it answers and as it finds nothing, besides the pages as they are.
QUESTIONS = ["有机产品", "有机产品认假货"]


def script():
    """The text of axe-core (MPL-2.0), fetched once from the npm registry; what comes has to have the known hash."""
    kept = ROOT / "target" / f"axe-core-{VERSION}.tgz"
    if not kept.is_file():
        try:
            with urllib.request.urlopen(ADDRESS, timeout=120) as answer:
                data = answer.read()
        except OSError as error:
            raise Failure(f"{ADDRESS} cannot be fetched: {error}") from None
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(data)
    data = kept.read_bytes()
    if base64.b64encode(hashlib.sha512(data).digest()).decode() != SHA512:
        kept.unlink()
        raise Failure(f"{ADDRESS} is not what it was")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return archive.extractfile("package/axe.min.js").read().decode()


def clean(house):
    """axe-core finds nothing on any kind of page, plain and elder view, light and dark, at 360 and 1280 px"""
    source, faults, looks = script(), [], 0
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
