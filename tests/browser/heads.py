"""What the head of a page tells search engines, chats and bookmarks: title, description, canonical address, card."""

import re
import struct
import urllib.parse
from html.parser import HTMLParser

LEAST, MOST = 50, 120
HAN = re.compile(r"[㐀-鿿]")
# WeChat shows no smaller picture, and neither SVG nor WebP.
LEAST_PICTURE = 300
# Pages whose every word is the theme's and the plan's: nobody's short text excuses a short description.
MADE = ("page-home", "page-list", "page-campaigns", "page-calendar", "page-month", "page-posters", "page-poster",
        "page-search", "page-404")
# A cut is allowed only where no sentence ended in what was kept.
ENDS = "。！？"


class Head(HTMLParser):
    """Titles, tags and links of a head, the heading of the page, and how much there is to read."""

    def __init__(self, text):
        super().__init__()
        self.titles, self.metas, self.canonical, self.heading, self.body = [], [], [], "", 0
        self._open = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag == "meta":
            key = named.get("name") or named.get("property")
            self.metas += [(key.lower(), named.get("content", ""))] if key else []
        if tag == "link" and named.get("rel") == "canonical":
            self.canonical.append(named["href"])
        if tag == "title":
            self.titles.append("")
        if tag in ("title", "h1", "main", "script", "nav"):
            self._open.append(tag)

    def handle_endtag(self, tag):
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, text):
        inside = self._open[-1] if self._open else ""
        if inside == "title":
            self.titles[-1] += text
        if inside == "h1":
            self.heading += text.strip()
        if "main" in self._open and inside not in ("script", "nav", "h1"):
            self.body += len(HAN.findall(text))

    def all(self, name):
        """Every value of a tag, whose name may be written in any case."""
        return [value for key, value in self.metas if key == name]

    def one(self, name):
        """The only value of a tag; nothing where it is missing or stands twice."""
        values = self.all(name)
        return values[0] if len(values) == 1 else ""


def told(house):
    """Every page has a title, a description and a canonical address of its own, and a card for chats"""
    heads = {page: Head(house.text(page)) for page in house.pages}
    faults = []
    for page, head in heads.items():
        moved = house.kind(page) == "page-moved"
        own = title_faults(head, moved) + address_faults(house, page, head, moved)
        if not moved:
            own += description_faults(house.kind(page), head)
        if head.one("robots") != "noindex":
            own += card_faults(house, head)
        faults += [f"{page} {fault}" for fault in own]
    faults += repeated(heads, "title", lambda page, head: head.titles[0])
    shown = {page: head for page, head in heads.items() if house.kind(page) != "page-moved"}
    faults += repeated(shown, "description", lambda page, head: head.one("description"))
    return faults, f"{len(heads)} pages"


def repeated(heads, what, of):
    """Pages that share a value with one before."""
    seen, faults = {}, []
    for page, head in heads.items():
        value = of(page, head)
        if value in seen:
            faults.append(f"{page} has the {what} of {seen[value]}: {value}")
        seen.setdefault(value, page)
    return faults


def title_faults(head, moved):
    """One title, which begins with the words of the page."""
    if len(head.titles) != 1 or not head.titles[0].strip():
        return [f"has {len(head.titles)} titles"]
    if not moved and not flat(head.titles[0]).startswith(flat(head.heading)):
        return [f"is called “{head.titles[0]}”, and its heading says “{head.heading}”"]
    return []


def flat(text):
    """Text without spaces, which break lines by meaning."""
    return re.sub(r"\s+", "", text)


def description_faults(kind, head):
    """One description, long enough where there is something to say, ended where a sentence ends."""
    found = head.all("description")
    if len(found) != 1:
        return [f"has {len(found)} descriptions"]
    text, faults = found[0], []
    count = len(HAN.findall(text))
    if len(text) > MOST:
        faults.append(f"has a description of {len(text)} characters: {text}")
    if count < LEAST and (kind.split()[0] in MADE or head.body >= LEAST):
        faults.append(f"has a description of {count} Han characters, and {head.body} in its text: {text}")
    if text.endswith("…") and any(end in text for end in ENDS):
        faults.append(f"cuts its description where a sentence ended before: {text}")
    if not text.endswith(("…", *ENDS, "）", "”")):
        faults.append(f"has a description that does not end: {text}")
    return faults


def address_faults(house, page, head, moved):
    """The canonical address is the page's own, below the sub-path; an old address names the new one."""
    if page == "404.html":
        return ["names an address, and is shown at any"] if head.canonical else []
    if len(head.canonical) != 1:
        return [f"has {len(head.canonical)} canonical addresses"]
    canonical = head.canonical[0]
    own = house.base + urllib.parse.quote(re.sub(r"(^|/)index\.html$", r"\1", page))
    if not moved:
        return [] if canonical == own else [f"calls {canonical} its address, which is {own}"]
    target = urllib.parse.unquote(canonical.removeprefix(house.base)) + "index.html"
    known = canonical.startswith(house.base) and (house.out / target).is_file() and canonical != own
    return [] if known else [f"leads to {canonical}"]


def card_faults(house, head):
    """What is shown where the address is sent to somebody."""
    faults = []
    wanted = {"og:url": head.canonical[0], "og:description": head.one("description"), "og:locale": "zh_CN"}
    faults += [f"says {name} {head.one(name)}, not {value}" for name, value in wanted.items() if head.one(name) != value]
    title, site = head.one("og:title"), head.one("og:site_name")
    if not title or not site or not head.titles[0].startswith(title):
        faults.append(f"is sent as “{title}” of “{site}”")
    if title != site and site in title:
        faults.append(f"repeats the site in “{title}”")
    if head.one("og:type") not in ("article", "website"):
        faults.append(f"is a {head.one('og:type')}")
    return faults + picture_faults(house, head)


def picture_faults(house, head):
    """The picture of the card: a file of the site that WeChat takes, of the size that is told."""
    address = head.one("og:image")
    path = house.out / urllib.parse.unquote(address.removeprefix(house.base))
    if not address.startswith(house.base) or not path.is_file():
        return [f"shows {address or 'no picture'}"]
    size = pixels(path.read_bytes())
    if size is None:
        return [f"shows {address}, which is neither PNG nor JPEG"]
    faults = [f"shows {address} of {size}"] if min(size) < LEAST_PICTURE else []
    if (head.one("og:image:width"), head.one("og:image:height")) != tuple(map(str, size)):
        faults.append(f"tells another size of {address} than {size}")
    return faults + ([] if head.one("og:image:alt") else [f"does not say what is to be seen on {address}"])


def pixels(data):
    """Width and height of a PNG or JPEG; none of anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return struct.unpack(">II", data[16:24])
    if not data.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 < len(data):
        kind, length = data[at + 1], struct.unpack(">H", data[at + 2:at + 4])[0]
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5:at + 9])
            return width, height
        at += 2 + length
    return None
