"""Where links lead: from disk, below a path of a web server, and in the preview; and what pages ask for unasked."""

import gzip
import http.client
import json
import re
import urllib.parse
import xml.etree.ElementTree as xml
from functools import cache
from html.parser import HTMLParser

from chromium import Failure
from house import PREFIX, served_below

FIRST_VIEW = 110_000
# Of any page, packed with gzip, and where a server does not pack.
MOST_SENT, MOST_RAW = 50_000, 130_000


class Names(HTMLParser):
    """The addresses a page names, with the element, and the anchors it has."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = [], {"", "top"}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.anchors.update(filter(None, [named.get("id"), named.get("name")]))
        for name in ("href", "src", "poster", "data", "action"):
            if named.get(name) is not None:
                self.links.append((tag, named.get("rel") or "", named[name]))
        for choice in (named.get("srcset") or "").split(","):
            if choice.strip():
                self.links.append((tag, "", choice.split()[0]))


def quiet(house):
    """Pages opened from disk and in the preview: no console message, no failed request, no other host"""
    faults = []
    with house.tab() as tab:
        for page in house.resting:
            faults += opened(tab, house.disk(page), "file:")
    # In a tab of its own: the last page from disk may still ask for its icon.
    with house.tab() as tab:
        with house.preview(house.copy("quiet")) as address:
            for page in [page for page in house.kinds.values() if page in house.resting]:
                faults += opened(tab, f"{address}/{page.removesuffix('index.html')}", address)
    return faults, f"{len(house.resting)} pages from disk, {len(house.kinds)} kinds served"


def opened(tab, address, home):
    """What is wrong after opening an address whose requests should all begin alike."""
    tab.open(address)
    strangers = [r.url for r in tab.requests.values() if not r.url.startswith((home, "data:", "blob:"))]
    return [f"{address}: {fault}" for fault in tab.faults] + [f"{address}: asks {url}" for url in strangers]


def disk(house):
    """Every link between files leads to a file and an anchor that exist; no page loads from another host"""
    faults, count = [], 0
    names = {page: Names(house.text(page)) for page in house.pages}
    for page in house.pages:
        for tag, rel, link in names[page].links:
            fault = None if page == "404.html" else disk_fault(house.out, names, page, tag, rel, link)
            faults += [f"{page}: {fault}"] if fault else []
            count += 1
    return faults, f"{count} links"


def disk_fault(out, names, page, tag, rel, link):
    """What is wrong with one link of a page in a folder."""
    parts = urllib.parse.urlsplit(link)
    if parts.scheme or parts.netloc:
        allowed = tag == "a" or rel == "canonical"
        return None if allowed else f"<{tag}> loads {link}"
    if link.startswith("/"):
        return f"{link} does not work from disk"
    path = (out / page).parent / urllib.parse.unquote(parts.path) if parts.path else out / page
    if not path.is_file():
        return f"{link} leads to no file"
    target = path.resolve().relative_to(out.resolve()).as_posix()
    anchor = urllib.parse.unquote(parts.fragment)
    if target in names and anchor not in names[target].anchors:
        return f"{link} names no anchor of {target}"
    return None


def below(house):
    """Served below /zt/x/, every link, canonical address and entry of the sitemap answers 200 below it"""
    with served_below(house) as (base, out):
        faults, count = crawled(base, out)
        with house.tab() as tab:
            faults += lost(tab, base)
            bytes_moved, more = first_view(tab, base)
    return faults + more, f"{count} addresses, first view {bytes_moved / 1000:.0f} kB without pictures"


def crawled(base, out):
    """Asks for everything the site names, and follows pages."""
    server = http.client.HTTPConnection(urllib.parse.urlsplit(base).netloc, timeout=20)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    waiting = [(base, "the address"), (base + "404.html", "the folder")]
    waiting += [(place.text, "sitemap.xml") for place in xml.parse(out / "sitemap.xml").iter(space + "loc")]
    seen, faults = set(), []
    while waiting:
        address, source = waiting.pop()
        address = urllib.parse.urldefrag(address)[0]
        if address in seen or not address.startswith(("http:", "https:")):
            continue
        seen.add(address)
        if not address.startswith(base):
            faults += foreign(address, base, source)
            continue
        server.request("GET", urllib.parse.urlsplit(address).path)
        answer = server.getresponse()
        body = answer.read()
        if answer.status != 200:
            faults.append(f"{source}: {address} answers {answer.status}")
        elif answer.headers.get_content_type() == "text/html":
            links = Names(body.decode()).links
            waiting += [(urllib.parse.urljoin(address, link), address) for _, _, link in links]
    files = {path.relative_to(out).as_posix() for path in out.rglob("*.html")}
    asked = {urllib.parse.urlsplit(address).path.removeprefix(PREFIX) for address in seen}
    asked |= {path + "index.html" for path in asked if path.endswith("/") or not path}
    # Old addresses are reached from outside alone.
    unreached = [page for page in files - asked if 'class="page-moved"' not in (out / page).read_text(encoding="utf-8")]
    return faults + [f"nothing leads to {page}" for page in sorted(unreached)], len(seen)


def foreign(address, base, source):
    """An address on our own server that is not below the path has left the site by mistake."""
    same = urllib.parse.urlsplit(address).netloc == urllib.parse.urlsplit(base).netloc
    return [f"{source}: {address} is not below {base}"] if same else []


def lost(tab, base):
    """The page for addresses that do not exist: complete, however deep the address was."""
    faults = []
    for wrong in ("nothing", "notices/nothing/at/all/"):
        tab.open(base + wrong)
        own = [fault for fault in tab.faults if base + wrong not in fault]
        faults += [f"404 at {wrong}: {fault}" for fault in own]
        if not tab.run("getComputedStyle(document.body).backgroundColor != 'rgba(0, 0, 0, 0)'"):
            faults.append(f"404 at {wrong} has no style")
        links = tab.run("[...document.querySelectorAll('main a, nav a')].map((link) => link.href)")
        answers = tab.run(f"Promise.all({json.dumps(links)}.map((link) => fetch(link).then((answer) => answer.status)))")
        faults += [f"404 at {wrong}: {link} answers {answer}" for link, answer in zip(links, answers) if answer != 200]
        faults += [f"404 at {wrong}: {link} is not below {base}" for link in links if not link.startswith(base)]
        if len(links) < 4:
            faults.append(f"404 at {wrong} leads nowhere")
    return faults


def light(house):
    """The first view of every page has at most 50 kB without pictures as servers send it, and at most 130 kB unpacked"""
    faults, heaviest = [], (0, 0, "")
    packed = cache(lambda path: (len(path.read_bytes()), len(gzip.compress(path.read_bytes()))))
    for page in [page for page in house.pages if house.kind(page) != "page-404"]:
        text = house.text(page)
        asked = re.findall(r'<link rel="stylesheet"[^>]* href="([^"]+)"|<script src="([^"]+)"', text)
        files = [house.out / page, *((house.out / page).parent / "".join(names) for names in asked)]
        raw, sent = (sum(sizes) for sizes in zip(*(packed(file.resolve()) for file in files)))
        heaviest = max(heaviest, (raw, sent, page))
        if sent > MOST_SENT or raw > MOST_RAW:
            faults.append(f"{page}: {sent} bytes sent, {raw} unpacked")
    raw, sent, page = heaviest
    return faults, f"{len(house.pages)} pages, at most {sent / 1000:.0f} kB sent, {raw / 1000:.0f} kB unpacked: {page}"


def first_view(tab, base):
    """What comes over the line before a phone shows the home page, pictures left out."""
    tab.screen(360, 780)
    tab.open(base)
    moved = sum(request.bytes for request in tab.requests.values() if request.kind != "Image")
    if moved == 0:
        raise Failure("no bytes were counted")
    return moved, [f"the first view moves {moved} bytes, more than {FIRST_VIEW}"] if moved > FIRST_VIEW else []
