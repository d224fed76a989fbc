"""Pages on paper, read back by poppler: A4, the text complete and inside, and nothing of the screen on it."""

import re
import shutil
import subprocess

from chromium import Failure
from house import ROOT

# What belongs to the screen.
SCREEN = ".skip, .site-tools, nav:not(.booklet-contents), .booklet-help, .outline, .notice-aside, .site-footer, .file-go"
A4 = (595.3, 841.9)
PAPERS = {
    "page-home": (1, 8),
    "page-campaign c-organic": (2, 8),
    "page-open-day c-open-day": (1, 4),
    "page-month c-open-day": (2, 9),
    "page-posters": (1, 4),
    "page-article c-organic": (1, 4),
}


def notices(house):
    """A printed notice is a letter on A4: number, title, signature, page numbers, and no menu"""
    faults, sheets = [], 0
    with house.tab() as tab:
        for page in [page for page in house.pages if house.kind(page) == "page-notice"]:
            tab.open(house.disk(page))
            paper = Paper(house.scratch / "notice.pdf", tab)
            parts = tab.run("[...document.querySelectorAll('.official-no, .official-title, .official-sign p, "
                            ".official-body > p')].map((part) => part.innerText)")
            tab.media()
            own = paper.faults(1, 6)
            own += [f"lacks “{part[:24]}”" for part in parts if flat(part) not in paper.flat]
            if paper.count > 1 and not re.search(r"—\s*2\s*—", paper.sheets[1]):
                own.append("has no number on its second page")
            faults += [f"{page} {fault}" for fault in own]
            sheets += paper.count
    return faults, f"{sheets} sheets"


def others(house):
    """Other pages print on A4 without controls, and the month with its grid"""
    faults, sheets = [], 0
    with house.tab() as tab:
        for kind, (fewest, most) in PAPERS.items():
            tab.open(house.disk(house.kinds[kind]))
            title = tab.run("document.querySelector('main h1, h1').innerText")
            paper = Paper(house.scratch / "page.pdf", tab)
            tab.media()
            own = paper.faults(fewest, most)
            if flat(title) not in paper.flat:
                own.append(f"lacks its title “{title}”")
            if kind.startswith("page-month"):
                own += [f"lacks {day}" for day in grid_days() if day not in paper.sheets[0]]
            faults += [f"{kind} {fault}" for fault in own]
            sheets += paper.count
    return faults, f"{sheets} sheets"


def kinds(house):
    """Every kind of page prints without its menus, with the addresses of links that leave, and with its own"""
    faults, sheets = [], 0
    with house.tab() as tab:
        for kind, page in house.kinds.items():
            if kind in ("page-moved", "page-404"):
                continue
            tab.open(house.disk(page))
            paper = Paper(house.scratch / "kind.pdf", tab)
            # A letter is printed as it was issued.
            addresses = [] if kind == "page-notice" else tab.run(SHOWN_ADDRESSES)
            tab.media()
            own = paper.faults(1, MOST_IN_BOOKLET if kind.startswith("page-booklet") else MOST_SHEETS)
            own += [f"does not show {address}" for address in addresses if flat(address) not in paper.flat]
            if kind != "page-notice" and house.base not in paper.flat:
                own.append("does not tell its own address")
            faults += [f"{kind} {fault}" for fault in own]
            sheets += paper.count
    return faults, f"{sheets} sheets"


def whole(house):
    """The end of a sheet cuts no row of a table and no picture"""
    project = house.copy("long")
    page = project / "content/news/long"
    page.mkdir()
    picture = next((ROOT / "content").rglob("*.jpg"))
    shutil.copy(picture, page / "picture.jpg")
    rows = "\n".join(f"| {n} | {'每一行都有好几行字，' * (3 + n % 5)} | {'地点' * (n % 9 + 1)} |" for n in range(1, 61))
    pictures = "\n\n".join(f"{'段落。' * (20 + 31 * n % 70)}\n\n![第{n}张图片的说明](picture.jpg)" for n in range(1, 9))
    text = f"---\ntitle: 很长的一篇\npublished: 2022-09-15 09:00\n---\n\n| 序号 | 内容 | 地点 |\n|---|---|---|\n{rows}\n\n{pictures}\n"
    (page / "index.md").write_text(text, encoding="utf-8")
    out = house.build("long-built", root=project)
    with house.tab() as tab:
        tab.screen(1440, 12000)
        tab.open((out / "news/long/index.html").as_uri())
        cells = tab.run(MARK_ROWS)
        paper = Paper(house.scratch / "long.pdf", tab)
        shown = tab.run("[...document.images].filter((image) => image.checkVisibility()).length")
        tab.media()
    faults = []
    for row, count in enumerate(cells):
        on = [number for number, sheet in enumerate(paper.sheets, 1) for _ in re.findall(rf"z{row}z", sheet)]
        if len(on) != count or len(set(on)) != 1:
            faults.append(f"row {row} stands on the sheets {on}")
    drawn = sum(" image " in line for line in poppler("pdfimages", "-list", house.scratch / "long.pdf").splitlines())
    if drawn != shown:
        faults.append(f"{shown} pictures were drawn in {drawn} parts")
    if paper.count < 4 or len(cells) != 60 or shown < 8:
        faults.append(f"{len(cells)} rows and {shown} pictures on {paper.count} sheets prove nothing")
    return faults, f"{len(cells)} rows and {shown} pictures on {paper.count} sheets"


# Addresses of links that leave and are printed.
SHOWN_ADDRESSES = """[...document.querySelectorAll('main a[href^="http"]')]
  .filter((link) => link.checkVisibility()).map((link) => link.getAttribute('href'))"""
# The head of a table stands on every sheet. Puts a word of its own at the beginning and the end of every cell of a row; how many it put there, row by row.
MARK_ROWS = """[...document.querySelectorAll('main tbody tr')].map((row, number) => {
  for (const cell of row.cells) {
    for (const place of ['prepend', 'append']) {
      const mark = document.createElement('span');
      mark.style.fontSize = '2px';
      mark.textContent = ` z${number}z `;
      cell[place](mark);
    }
  }
  return 2 * row.cells.length;
})"""
MOST_SHEETS = 12
MOST_IN_BOOKLET = 40


def grid_days():
    """What stands at the head of the columns."""
    return [f"星期{day}" for day in "一二三四五六日"]


def flat(text):
    """Text without spaces and breaks, which paper sets anew."""
    return re.sub(r"\s+", "", text)


class Paper:
    """A PDF as another program reads it. The page stays as it is for paper."""

    def __init__(self, path, tab):
        path.write_bytes(tab.pdf())
        tab.media("print")
        shown = "[...document.querySelectorAll('{0}')].filter((part) => part.checkVisibility()).map((part) => part.className)"
        self.screen = tab.run(shown.replace("{0}", SCREEN))
        told = poppler("pdfinfo", "-f", "1", "-l", "999", path)
        self.count = int(re.search(r"^Pages:\s+(\d+)", told, re.M)[1])
        self.sizes = [(float(w), float(h)) for w, h in re.findall(r"^Page\s+\d+ size:\s+([\d.]+) x ([\d.]+)", told, re.M)]
        self.text = poppler("pdftotext", "-enc", "UTF-8", path, "-")
        self.sheets = self.text.split("\f")[:-1]
        # A page number can stand between the two halves of a sentence.
        self.flat = flat(re.sub(r"—\s*\d+\s*—\s*", "", self.text))
        self.words = re.findall(r'xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">([^<]*)',
                                poppler("pdftotext", "-bbox", path, "-"))

    def faults(self, fewest, most):
        """What is wrong with any page of ours on paper."""
        found = [f"has a sheet of {size}" for size in self.sizes if any(abs(a - b) > 2 for a, b in zip(size, A4))]
        if not fewest <= self.count <= most:
            found.append(f"has {self.count} sheets, not {fewest} to {most}")
        found += [f"has an empty sheet {n + 1}" for n, sheet in enumerate(self.sheets) if len(flat(sheet)) < 8]
        found += [f"shows what belongs to the screen: {name}" for name in self.screen]
        for left, top, right, bottom, word in self.words:
            if float(left) < 0 or float(top) < 0 or float(right) > A4[0] + 1 or float(bottom) > A4[1] + 1:
                found.append(f"has “{word}” beyond its edge")
        return found if self.words else found + ["has no words"]


def poppler(program, *words):
    """What one of poppler's programs says."""
    if not shutil.which(program):
        raise Failure(f"{program} is not installed: install poppler-utils (`.ci/run` does)")
    return subprocess.run([program, *map(str, words)], capture_output=True, text=True, check=True, timeout=60).stdout
