"""What programs read of the site: feeds and the sitemap, as a schema, another's parser, and the pages themselves know them."""

import calendar
import html
import os
import re
import subprocess
import urllib.parse
import xml.etree.ElementTree as xml
from pathlib import Path

from house import TODAY
from outside import checker, imported

HERE = Path(__file__).parent
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
JING = "nu.validator.vendor.thaiopensource.relaxng.util.Driver"


def feeds(house):
    """Every feed is Atom as RFC 4287 has it, and feedparser reads of each entry what its page says"""
    parser = imported("feedparser", "feedparser-sgmllib")
    found = sorted(house.out.rglob("feed.xml"))
    faults, count = jing(house, "atom.rnc", found), 0
    for path in found:
        feed = parser.parse(path.read_bytes())
        name = path.relative_to(house.out).as_posix()
        faults += [f"{name} {fault}" for fault in feed_faults(house, feed, name)]
        count += len(feed.entries)
    if len(found) < 5 or count < 60:
        faults.append(f"only {len(found)} feeds with {count} entries were read")
    return faults, f"{len(found)} feeds, {count} entries"


def feed_faults(house, feed, name):
    """What is wrong with a feed as feedparser understands it."""
    base = house.base
    faults = [f"is broken: {feed.bozo_exception}"] if feed.bozo else []
    if feed.version != "atom10":
        faults.append(f"is {feed.version or 'no feed'}")
    links = {link.rel: link.href for link in feed.feed.links}
    if links.get("self") != base + name or feed.feed.id != base + name:
        faults.append(f"calls itself {links.get('self')}, {feed.feed.id}")
    if links.get("alternate") != base + name.removesuffix("feed.xml"):
        faults.append(f"belongs to {links.get('alternate')}")
    ids = [entry.id for entry in feed.entries]
    faults += [f"has {each} twice" for each in sorted({each for each in ids if ids.count(each) > 1})]
    moments = [moment(entry.published_parsed) for entry in feed.entries]
    if moments != sorted(moments, reverse=True):
        faults.append("has not its newest entry first")
    changes = [moment(entry.updated_parsed) for entry in feed.entries]
    if changes and max(changes) != moment(feed.feed.updated_parsed):
        faults.append(f"was updated {feed.feed.updated}, its entries not")
    for entry in feed.entries:
        faults += [f"{entry.id}: {fault}" for fault in entry_faults(house, entry)]
    return faults


def entry_faults(house, entry):
    """What is wrong with an entry, compared with its page."""
    page = house.out / urllib.parse.unquote(entry.link.removeprefix(house.base)) / "index.html"
    if not page.is_file():
        return ["leads to no page"]
    facts = tags(page.read_text(encoding="utf-8"))
    faults = []
    if entry.title_detail.type != "text/plain" or entry.title != facts["ArticleTitle"]:
        faults.append(f"is called “{entry.title}”, the page “{facts['ArticleTitle']}”")
    if entry.published[:16].replace("T", " ") != facts.get("PubDate"):
        faults.append(f"was published {entry.published}, the page {facts.get('PubDate')}")
    if entry.author != facts["ContentSource"]:
        faults.append(f"is by {entry.author}, the page by {facts['ContentSource']}")
    if moment(entry.updated_parsed) < moment(entry.published_parsed) or entry.published[:10] > TODAY:
        faults.append(f"was published {entry.published} and updated {entry.updated}")
    if not entry.summary.strip():
        faults.append("has no summary")
    return faults


def moment(parsed):
    """Seconds since 1970."""
    return calendar.timegm(parsed)


def tags(text):
    """The named tags of a head; what it says is escaped as little as in our pages."""
    return {name: html.unescape(value) for name, value in re.findall(r'<meta name="(\w+)" content="([^"]*)">', text)}


def sitemap(house):
    """sitemap.xml is as sitemaps.org wants it, lists every page there is, and dates it by what was typed"""
    path = house.out / "sitemap.xml"
    faults = jing(house, "sitemap.rnc", [path])
    listed = {}
    for url in xml.parse(path).iter(SITEMAP + "url"):
        address, day = (url.findtext(SITEMAP + part) for part in ("loc", "lastmod"))
        page = urllib.parse.unquote(address.removeprefix(house.base))
        page += "index.html" if page.endswith("/") or not page else ""
        faults += [f"lists {page} twice"] if page in listed else []
        listed[page] = day
    wanted = {page for page in house.pages if '<meta name="robots" content="noindex">' not in house.text(page)}
    faults += [f"lacks {page}" for page in sorted(wanted - set(listed))]
    faults += [f"lists {page}" for page in sorted(set(listed) - wanted)]
    for page in sorted(wanted & set(listed)):
        typed = tags(house.text(page)).get("PubDate", "")[:10]
        changed = re.search(r'更新时间：<time datetime="(\d{4}-\d\d-\d\d)', house.text(page))
        day = changed[1] if changed else typed
        if day and listed[page] != day:
            faults.append(f"says {listed[page]} of {page}, which says {day}")
    if sum(1 for day in listed.values() if day) < 60:
        faults.append("dates fewer than 60 pages")
    return faults, f"{len(listed)} pages"


def timeless(house):
    """Files that were touched make no other feed and no other sitemap"""
    project = house.copy("touched")
    for path in project.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    out = house.build("touched-built", root=project)
    names = ["sitemap.xml", *(path.relative_to(house.out).as_posix() for path in sorted(house.out.rglob("feed.xml")))]
    faults = [f"{name} differs" for name in names if (house.out / name).read_bytes() != (out / name).read_bytes()]
    return faults, f"{len(names)} files"


def jing(house, schema, paths):
    """What Jing, the validator of RELAX NG, says of files."""
    command = [*checker(house.scratch), JING, "-c", str(HERE / schema), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)
    said = (done.stdout + done.stderr).replace(f"{house.out}/", "")
    if done.returncode and not said.strip():
        return [f"Jing ended with {done.returncode}"]
    return said.strip().splitlines()
