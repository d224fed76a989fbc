"""Structured data as others read it: expanded by jsonld.js, compared with the vocabulary of schema.org as schema-dts tells
it, and with what Google asks of events, articles and breadcrumbs."""

import json
import re
from html.parser import HTMLParser

from outside import member

VOCABULARY = "https://schema.org/"
# Stands in for https://schema.org/: no test asks another host. Types of values are compared below.
CONTEXT = {"@context": {"@vocab": VOCABULARY}}
EXPAND = """(text) => jsonld.expand(JSON.parse(text), {safe: true, documentLoader: async (url) => {
  if (url !== "https://schema.org") throw new Error("asks for " + url);
  return {contextUrl: null, documentUrl: url, document: CONTEXT};
}}).then((nodes) => ({nodes}), (fault) => ({fault: fault.message + " " + JSON.stringify(fault.details || {})}))"""
ABSOLUTE = re.compile(r"https?://[!-~]+")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")
# What Google needs and what it recommends; offers and performers are left out, for nothing is sold and nobody performs.
# https://developers.google.com/search/docs/appearance/structured-data/event
ASKED = {
    "Event": ["name", "startDate", "location", "description", "image", "organizer", "organizer.name", "eventStatus",
              "url", "isAccessibleForFree"],
    "Place": ["name", "address"],
    "VirtualLocation": ["url"],
    "Article": ["headline", "datePublished", "author", "author.name", "publisher.name", "url"],
    "NewsArticle": ["headline", "datePublished", "author", "author.name", "publisher.name", "url"],
    "ListItem": ["position", "name"],
    "Organization": ["name"],
    "GovernmentOrganization": ["name"],
    "WebSite": ["name", "url", "publisher.name"],
}
# The kinds of pages that say something besides their way from the home page.
SAYING = {
    "page-home": "WebSite", "page-notice": "Article", "page-open-day": "Event", "page-campaign": "Event",
    "page-institution": "Organization",
}


def known(house):
    """Structured data of every page is JSON-LD, made of what schema.org knows, with what Google asks for"""
    vocabulary, faults, kinds, missing = Vocabulary(), [], {}, set(SAYING)
    with house.tab() as tab:
        tab.run(member("jsonld", "dist/jsonld.min.js").decode())
        tab.run(f"globalThis.CONTEXT = {json.dumps(CONTEXT)}; globalThis.expand = {EXPAND}; 0")
        for page in house.pages:
            texts = Scripts(house.text(page)).texts
            if len(texts) > 1:
                faults.append(f"{page} has {len(texts)} pieces of structured data")
            for text in texts:
                answer = tab.run(f"expand({json.dumps(text)})")
                if "fault" in answer:
                    faults.append(f"{page}: {answer['fault']}")
                    continue
                nodes = [Node(node) for node in answer["nodes"]]
                said = {node.kind for node in nodes}
                faults += [f"{page}: {node.kind}: lacks url" for node in nodes
                           if node.kind != "BreadcrumbList" and not node.find("url")]
                for node in nodes:
                    for each in node.all():
                        kinds[each.kind] = kinds.get(each.kind, 0) + 1
                        faults += [f"{page}: {each.kind}: {fault}" for fault in vocabulary.faults(each) + asked(each)]
                missing -= {kind for kind, type in SAYING.items() if house.kind(page).startswith(kind) and type in said}
    faults += [f"no {kind} says that it is a {SAYING[kind]}" for kind in sorted(missing)]
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    return faults, told


def asked(node):
    """What Google asks for and does not find, and values that contradict each other."""
    faults = [f"lacks {path}" for path in ASKED.get(node.kind, []) if not node.find(path)]
    if node.kind == "Event":
        start, end, before = (node.text(name) for name in ("startDate", "endDate", "previousStartDate"))
        if end and end < start:
            faults.append(f"begins {start} and ends {end}")
        if (node.text("eventStatus") == VOCABULARY + "EventRescheduled") != bool(before):
            faults.append(f"is {node.text('eventStatus')}, and was planned for {before or 'no other day'}")
    if node.kind == "BreadcrumbList":
        items = [part for part in node.find("itemListElement")]
        if [part.value("position") for part in items] != list(range(1, len(items) + 1)):
            faults.append("has other positions than 1, 2, 3 …")
        faults += ["has a step that leads nowhere" for part in items[:-1] if not part.find("item")]
    return faults


class Scripts(HTMLParser):
    """The texts of the structured data of a page."""

    def __init__(self, text):
        super().__init__()
        self.texts, self._inside = [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self._inside = tag == "script" and ("type", "application/ld+json") in attributes
        self.texts += [""] if self._inside else []

    def handle_endtag(self, tag):
        self._inside = False

    def handle_data(self, text):
        if self._inside:
            self.texts[-1] += text


class Node:
    """A node of expanded JSON-LD."""

    def __init__(self, node):
        self.types = [name.removeprefix(VOCABULARY) for name in node.get("@type", [])]
        self.kind = ",".join(self.types) or "a node without a type"
        self.properties = {name: values for name, values in node.items() if not name.startswith("@")}

    def all(self):
        """It and all below it."""
        yield self
        for values in self.properties.values():
            for value in flat(values):
                if "@value" not in value and not is_reference(value):
                    yield from Node(value).all()

    def find(self, path):
        """What a path of names leads to: nodes and values; a text that is empty is none."""
        here = [self]
        for name in path.split("."):
            values = [value for node in here if isinstance(node, Node)
                      for value in flat(node.properties.get(VOCABULARY + name, []))]
            here = [value["@value"] if "@value" in value else Node(value) for value in values]
        return [each for each in here if each != ""]

    def value(self, name):
        """The only value of a property, or none."""
        return next(iter(self.find(name)), None)

    def text(self, name):
        """The same as text."""
        return str(self.value(name) or "")


def flat(values):
    """Values, those of lists too."""
    for value in values:
        yield from flat(value["@list"]) if "@list" in value else [value]


def is_reference(value):
    """Whether a value only names what is meant."""
    return set(value) == {"@id"}


class Vocabulary:
    """Types of schema.org: what each can say, and what each is one of."""

    def __init__(self):
        text = re.sub(r"/\*.*?\*/", "", member("schema-dts", "dist/schema.d.ts").decode(), flags=re.S)
        interfaces = re.findall(r"interface (\w+) extends ([^{]+?) \{(.*?)\n\}", text, re.S)
        self._parents = {name: re.findall(r"\w+", parents) for name, parents, _ in interfaces}
        self._own = {name: dict(re.findall(r'"(\w+)"\?: SchemaValue<([^;]*), "\w+">;', body)) for name, _, body in interfaces}
        self._types = dict(re.findall(r"\n(?:export )?type (\w+) = ([^;]+);", text))

    def faults(self, node):
        """What schema.org does not know of a node."""
        if len(node.types) != 1 or node.kind + "Leaf" not in self._parents:
            return ["is no type that schema.org knows"]
        can, faults = self.can(node.kind + "Leaf"), []
        for name, values in node.properties.items():
            short = name.removeprefix(VOCABULARY)
            if short not in can:
                faults.append(f"has no {short}")
                continue
            wanted = [each.strip() for each in can[short].split("|")]
            faults += [f"{short} is {json.dumps(value, ensure_ascii=False)[:80]}, not {can[short]}"
                       for value in flat(values) if not self.fits(value, wanted)]
        return faults

    def can(self, interface):
        """What may be said of it, with what may be said."""
        known = {}
        for parent in self._parents.get(interface, []):
            known |= self.can(parent)
        return known | self._own.get(interface, {})

    def fits(self, value, wanted):
        """Whether a value is of one of the types."""
        if is_reference(value):
            return "IdReference" in wanted and bool(ABSOLUTE.fullmatch(value["@id"]))
        if "@value" not in value:
            return any(self.one_of(type, name) for type in Node(value).types for name in wanted)
        return any(self.is_plain(value["@value"], name) for name in wanted)

    def one_of(self, type, name):
        """Whether a type is another, or one below it."""
        return type == name or any(self.one_of(type, part) for part in self.parts(name) if part in self._types)

    def parts(self, name):
        """The alternatives of a type."""
        return [part.strip() for part in self._types.get(name, "").split("|") if part.strip() not in ("", name)]

    def is_plain(self, value, name):
        """Whether a value without properties is of a type."""
        if isinstance(value, bool) or name == "Boolean":
            return isinstance(value, bool) and name == "Boolean"
        if isinstance(value, (int, float)):
            return name in ("Number", "Integer", "Float")
        form = {"Date": DAY, "DateTime": MOMENT, "URL": ABSOLUTE}.get(name)
        if form:
            return bool(form.fullmatch(value))
        return name == "Text" and value.strip() == value != "" or json.dumps(value) in self.parts(name)
