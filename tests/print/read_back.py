"""Reads back what the typesetter made of the demonstration, with other people's programs:
`python3 tests/print/read_back.py [SITE]`.

poppler reads text, fonts, boxes and metadata of every PDF, qpdf its structure, zbar the QR codes of every picture,
Python's zipfile the packs. SITE is the binary, by default `target/debug/site`; nothing is compiled here.
"""

import hashlib
import html
import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2022-09-20"
FAMILIES = ("NotoSansSC", "NotoSerifSC")
POINTS = 72 / 25.4
PAPER = {"a3": (297, 420), "a4": (210, 297), "a2": (420, 594), "rollup": (800, 2000), "x-stand": (600, 1600)}
PIXELS = {"wechat": (1080, None), "wechat-cover": (900, 383), "wechat-square": (200, 200), "led": (1920, 1080)}
MOST_PNG = 5 << 20


def main():
    site = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/debug/site").resolve()
    if not site.is_file():
        sys.exit(f"{site} does not exist: run `cargo build` first, or name the binary")
    with tempfile.TemporaryDirectory(prefix="site-print-") as scratch:
        out = Path(scratch) / "public"
        run(site, "build", "--root", ROOT, "--today", TODAY, "--out", out)
        faults, counts = [], {}
        for page in sorted(out.glob("posters/*/index.html")):
            faults += poster(out, page, counts)
        for letter in sorted(out.glob("notices/*/*.pdf")):
            faults += [f"{letter.name}: {fault}" for fault in web_pdf(letter) + letter_faults(letter)]
            counts["letters"] = counts.get("letters", 0) + 1
        for subject in ["organic", "green", "service", "open-day", "yuncheng-fruit-day"]:
            faults += every_format(site, Path(scratch) / subject, subject, out, counts)
    expected = {"pdf": 40, "png": 40, "packs": 20, "letters": 6, "print": 10}
    faults += [f"only {counts.get(kind, 0)} {kind} were read" for kind, least in expected.items()
               if counts.get(kind, 0) < least]
    print("\n".join(faults[:60]))
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    print(f"{len(faults)} faults in {told}")
    sys.exit(1 if faults else 0)


def run(*words):
    """What a program prints; one that fails or does not end in ten minutes ends everything."""
    # On two cores no thread waits for another long enough to show that one was left waiting for itself.
    several = {**os.environ, "RAYON_NUM_THREADS": "8"}
    words = [str(word) for word in words]
    done = subprocess.run(words, capture_output=True, encoding="utf-8", errors="replace", env=several, timeout=600)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words[:3]))} failed\n{done.stdout}{done.stderr}")
    return done.stdout


def flat(text):
    return re.sub(r"\s+", "", text)


def poster(out, page, counts):
    """The faults of the files one page of posters offers."""
    text = page.read_text()
    canonical = re.search(r'rel="canonical" href="([^"]+)"', text)[1]
    # The QR code leads to the campaign or open day, whose address the poster's words name.
    words = text.split("<summary>海报文字</summary>", 1)[1].split("</details>", 1)[0]
    words = [html.unescape(line) for line in re.findall(r"<li>(.*?)</li>", words)]
    address = next((word.split("：", 1)[1] for word in words if word.startswith("网址：")), None)
    faults = [] if canonical and address else [f"{page}: names no address"]
    lines = [re.sub("^(状态|时间|机构|地址|主办|网址|咨询投诉)：", "", word) for word in words
             if not re.match("(内容|项目|预约|场次)：", word)]
    for file in sorted(page.parent.iterdir()):
        own = []
        if file.suffix == ".pdf":
            own = web_pdf(file) + paper(file) + lacks(file, lines)
            counts["pdf"] = counts.get("pdf", 0) + 1
        elif file.name.endswith(".png"):
            own = picture(file, f"https://{address}", "preview" not in file.name)
            counts["png"] = counts.get("png", 0) + 1
        elif file.suffix == ".zip":
            own = pack(file, page.parent)
            counts["packs"] = counts.get("packs", 0) + 1
        faults += [f"{file.relative_to(out)}: {fault}" for fault in own]
    return faults


def every_format(site, folder, subject, out, counts):
    """The faults of one subject in all formats, made by `site poster`."""
    words = ",".join([*PAPER, *PIXELS, "a3-print", "a2-print", "svg"])
    run(site, "poster", subject, "--root", ROOT, "--today", TODAY, "--format", words, "--out", folder)
    faults = []
    kind = "open-days" if (out / f"open-days/{subject}").is_dir() else "campaigns"
    address = f"https://www.example.gov.cn/zt/rzxc2022/{kind}/{subject}/"
    for file in sorted(folder.iterdir()):
        word = file.stem.removeprefix(f"{subject}-")
        own = []
        if word.endswith("-print"):
            own = print_pdf(file, PAPER[word.removesuffix("-print")])
            counts["print"] = counts.get("print", 0) + 1
        elif file.suffix == ".pdf":
            own = web_pdf(file) + paper(file)
        elif file.suffix == ".png":
            own = picture(file, address, word in ("wechat", "led"))
            own += sizes(file, PIXELS[word])
        elif b"<text" in (svg := file.read_bytes()) or not svg.startswith(b"<svg"):
            own = ["is no SVG of outlines alone"]
        counts[word] = counts.get(word, 0) + 1
        faults += [f"{file.name}: {fault}" for fault in own]
    return faults


def web_pdf(file):
    """A file for the web: PDF/UA-1 and PDF/A-2a, Chinese, titled, with subsets of the theme's fonts."""
    faults = fonts(file)
    told = run("pdfinfo", file)
    if not re.search(r"^Title: +\S", told, re.M) or "Tagged:          yes" not in told:
        faults.append("has no title or no tags")
    meta = run("pdfinfo", "-meta", file)
    for claim in ("<pdfuaid:part>1<", "<pdfaid:part>2<", "<pdfaid:conformance>A<"):
        if claim not in meta:
            faults.append(f"does not claim {claim}")
    structure = run("qpdf", "--qdf", "--object-streams=disable", file, "-")
    if "/Lang (zh-CN)" not in structure:
        faults.append("names no language")
    return faults + checked(file)


def checked(file):
    done = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True)
    return [] if done.returncode == 0 else [f"qpdf: {done.stdout}{done.stderr}"]


def fonts(file):
    faults = []
    rows = run("pdffonts", file).splitlines()[2:]
    for row in rows:
        name, flags = row.split()[0], re.search(r"(yes|no) +(yes|no) +(yes|no) +\d+ +\d+$", row)
        if not re.match(r"[A-Z]{6}\+(%s)-" % "|".join(FAMILIES), name) or not flags or "no" in flags.groups():
            faults.append(f"font {row.strip()} is no embedded subset of the theme's")
    return faults if rows else ["has no font"]


def paper(file):
    """The page is as large as the name of the file says, and there is one."""
    word = next((word for word in sorted(PAPER, key=len, reverse=True) if file.stem.endswith(f"-{word}")), None)
    told = run("pdfinfo", file)
    width, height = map(float, re.search(r"Page size: +([\d.]+) x ([\d.]+)", told).groups())
    right = word and all(abs(have - want * POINTS) < 0.5 for have, want in zip((width, height), PAPER[word]))
    faults = [] if right else [f"is {width} x {height} points large"]
    return faults if "Pages:           1\n" in told else [*faults, "has more than one page"]


def print_pdf(file, size):
    """A file for a print shop: trimmed size, 3 mm of bleed around it, crop marks outside of that, and no RGB."""
    told = run("pdfinfo", "-box", file)
    box = {name: [float(side) for side in sides.split()] for name, sides in
           re.findall(r"(\w+Box): +((?:[\d.]+ *){4})", told)}
    faults = fonts(file) + checked(file)
    slug, bleed = 10 * POINTS, 7 * POINTS
    for name, inside in (("TrimBox", slug), ("BleedBox", bleed)):
        want = [inside, inside, size[0] * POINTS + 2 * slug - inside, size[1] * POINTS + 2 * slug - inside]
        if any(abs(have - want) > 0.5 for have, want in zip(box[name], want)):
            faults.append(f"{name} is {box[name]}, not {want}")
    structure = run("qpdf", "--qdf", "--object-streams=disable", file, "-")
    if re.search(r"^[\d. ]+ (rg|RG)$", structure, re.M):
        faults.append("paints in RGB")
    return faults


def lacks(file, lines):
    text = flat(run("pdftotext", file, "-"))
    # Where an address breaks behind a hyphen, pdftotext takes that for hyphenation and drops it.
    bare = text.replace("-", "")
    faults = [f"lacks “{line}”" for line in lines if flat(line).replace("-", "") not in bare]
    return faults + [f"holds U+{ord(sign):04X}" for sign in "\ufffd\u200b" if sign in text]


def picture(file, address, has_code):
    faults = [] if file.stat().st_size <= MOST_PNG else ["has more than 5 MB"]
    if not has_code:
        return faults
    done = subprocess.run(["zbarimg", "-q", "--raw", file], capture_output=True, text=True)
    read = done.stdout.strip()
    return faults if read == address else [*faults, f"its QR code says “{read}”, not “{address}”"]


def sizes(file, size):
    header = file.read_bytes()[16:24]
    have = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")
    right = have[0] == size[0] and size[1] in (None, have[1])
    return [] if right else [f"is {have} pixels large"]


def pack(file, folder):
    """A pack: whole, its sums right, its times fixed, its files those beside it."""
    faults = []
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as opened:
        if opened.testzip():
            faults.append(f"{opened.testzip()} is damaged")
        names = opened.namelist()
        sums = dict(reversed(line.split("  ", 1)) for line in opened.read("SHA256SUMS.txt").decode().splitlines())
        for entry in opened.infolist():
            if entry.date_time != (1980, 1, 1, 0, 0, 0):
                faults.append(f"{entry.filename} has the time {entry.date_time}")
            if entry.filename == "SHA256SUMS.txt":
                continue
            data = opened.read(entry)
            if hashlib.sha256(data).hexdigest() != sums.get(entry.filename):
                faults.append(f"{entry.filename} has another sum")
            beside = folder / entry.filename
            if "/" not in entry.filename and beside.read_bytes() != data:
                faults.append(f"{entry.filename} differs from the one beside the pack")
        if len(names) < 2 or len(set(names)) != len(names):
            faults.append(f"holds {names}")
    return faults


def letter_faults(file):
    """A letter says that it is a copy without a seal, on A4."""
    text = flat(run("pdftotext", file, "-"))
    faults = [] if "未加盖印章" in text else ["does not say that it bears no seal"]
    size = re.search(r"Page size: +([\d.]+) x ([\d.]+)", run("pdfinfo", file))
    if abs(float(size[1]) - 210 * POINTS) > 0.5 or abs(float(size[2]) - 297 * POINTS) > 0.5:
        faults.append("is not A4")
    return faults


if __name__ == "__main__":
    main()
