#!/usr/bin/env python3
"""Make the three WOFF2 files in this folder from the full Noto fonts.

Sources (SIL Open Font License 1.1), both version 0.4.3 of the npm registry:

    npm pack @expo-google-fonts/noto-sans-sc@0.4.3
    npm pack @expo-google-fonts/noto-serif-sc@0.4.3
    for f in expo-google-fonts-*.tgz; do mkdir "${f%.tgz}"; tar xzf "$f" -C "${f%.tgz}"; done

and the Unihan database (field kTGH, file Unihan_OtherMappings.txt, plain, .bz2 or .gz),
from Debian's `unicode-data` (/usr/share/unicode) or from unicode.org.

    pip install fonttools==4.68.0 brotli==1.2.1
    python3 make.py SANS_PACKAGE SERIF_PACKAGE UNIHAN [OUTPUT] [--ttf FOLDER]

SANS_PACKAGE and SERIF_PACKAGE are the two unpacked `package` folders, UNIHAN is that file or
the folder it is in, OUTPUT is the folder to write to (this one unless told). With --ttf the
same fonts are also written uncompressed, for programs that cannot read WOFF2.

The same sources and the same versions of fonttools and brotli give the same bytes.
Characters that are wanted but that a source lacks are printed; a character goes in only
if all three sources have it, so the three files cover the same set.
"""

import argparse
import bz2
import gzip
import hashlib
import io
import sys
import unicodedata
from pathlib import Path

import fontTools
from fontTools import subset
from fontTools.ttLib import TTFont

# (which package, file in it, family, style, weight, file to write)
FONTS = [
    ("sans", "400Regular/NotoSansSC_400Regular.ttf", "Noto Sans SC", "Regular", 400, "NotoSansSC-Regular"),
    ("sans", "700Bold/NotoSansSC_700Bold.ttf", "Noto Sans SC", "Bold", 700, "NotoSansSC-Bold"),
    ("serif", "900Black/NotoSerifSC_900Black.ttf", "Noto Serif SC", "Black", 900, "NotoSerifSC-Black"),
]

# Ranges wanted besides the two hanzi lists. Each is wanted whole.
RANGES = [
    (0x0020, 0x007E), (0x00A0, 0x00AC), (0x00AE, 0x00FF),  # Latin-1, without the soft hyphen
    (0x0100, 0x017F),  # Latin Extended-A
    (0x01CD, 0x01DC), (0x01F8, 0x01F9), (0x1E3E, 0x1E3F),  # ǎ ǐ ǒ ǔ ǖ ǘ ǚ ǜ ǹ ḿ
    (0x0391, 0x03A1), (0x03A3, 0x03A9), (0x03B1, 0x03C9),  # Greek
    (0x0401, 0x0401), (0x0410, 0x044F), (0x0451, 0x0451),  # Cyrillic
    (0x2002, 0x2003), (0x2010, 0x2016), (0x2018, 0x201A), (0x201C, 0x201E),
    (0x2020, 0x2022), (0x2025, 0x2027), (0x2030, 0x2033), (0x2039, 0x203C),
    (0x2160, 0x216B), (0x2170, 0x2179),  # Ⅰ–Ⅻ ⅰ–ⅹ
    (0x2190, 0x2199),  # arrows
    (0x2460, 0x249B), (0x24B6, 0x24EA),  # ①–⑳ ⑴–⒇ ⒈–⒛ Ⓐ ⓐ ⓪
    (0x2500, 0x257F), (0x2580, 0x2595),  # boxes and blocks
    (0x2776, 0x277F),  # ❶–❿
    (0x2F00, 0x2FD5),  # Kangxi radicals: text copied from PDF files has them
    (0x3000, 0x301F), (0x3021, 0x3029),  # CJK punctuation, 〡–〩
    (0x3041, 0x3096), (0x309B, 0x30FF),  # kana
    (0x3105, 0x312F),  # bopomofo
    (0x3220, 0x3243), (0x3251, 0x325F), (0x3280, 0x32B0), (0x32B1, 0x32BF),  # ㈠ … ㉑ … ㊀ … ㊱ …
    (0xFE10, 0xFE19), (0xFE30, 0xFE4F),  # vertical punctuation
    (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6),  # full-width forms
]

SIGNS = (
    "⺅⺉⺐⺒⺓⺕⺖⺘⺙⺟⺠⺡⺣⺦⺨⺫⺭⺰⺲⺺⺾⻂⻅⻆⻈⻉⻋⻌⻐⻑⻓⻔⻖⻘⻙⻚⻛⻜⻝⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻮⻰⻳"  # share the glyphs of 亻 刂 …
    "ɑɡ\u0300\u0301\u0304\u0307ˇˉˊˋ˙"  # pinyin: ɡ, combining tones, spacing tones
    "′″‵※‼⁂⁇⁈⁉⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉½¼¾⅓⅔"
    "€₩℃℅℉ℓ№℡™ΩÅ℮‰℗"
    "⇐⇒⇔⇦⇧⇨⇩➡⬅⬆⬇"
    "√≤≥≈±×÷∀∂∃∅∆∇∈∉∋∏∑−∓∕∙∝∞∟∠∣∥∧∨∩∪∫∬∮∴∵∶∷∼∽≅≌≒≠≡≢≦≧≪≫≮≯⊂⊃⊆⊇⊕⊖⊗⊙⊥⊿⋯⌒"
    "■□▢▣▤▥▦▧▨▩▪▫▬▭▮▯▱▲△▶▷▼▽◀◁◆◇◉◊○◌◎●◐◑◒◓◢◣◤◥◦◯"
    "★☆☎☏☐☑☒☚☛☜☝☞☟☀☁☂☃☯♀♂♠♡♢♣♤♥♦♧♨♩♪♫♬♭♮♯♻⚠⚫⚪✂✓✔✕✖✗✘✚✽✿❀❄❖"
    "㎎㎏㎜㎝㎞㎡㎥㏄㏎㏑㏒㏕㎖㎗㎘㎍㎐㎑㎒㎓㎠㎢㎣㎤㎦"
)

# Hanzi in the names of people and places that neither list has.
NAMES = (
    "龘𠮷麤朤飍靐龖瞐偉傑僊倢俬勳勛吔哋嘅嘢冚囍坣埞奫妏姃媜媃媺嫆寗峯崐崑崙巖恆愨戶旉昑昚昞晈晍晛暐暤曔枱"
    "槑榮樑汒涖淽湼溋滙潁澔澐濬瀅炁炩烎烱焺煈煒煕熀燁燿珤珮琁琋琱琻琿瑒瑺璕璦瓏瓛畑皥盃睍瞾硂碁礽祂祘祙禎"
    "禕穌笁筊粦紘綉綋縂羣羴脷舘芢茘茻菓蕣衞裇裡褀褘誌贇踎迠邥鄷鈤銹鋕錬鍊鎣鑅闐隲雫霊霙霦靁靑韡頔頠顒魩鮶"
    "鱲鱻麐麪龑"
)

# Traditional forms met in names, old signs, book and brand names, and addresses of Hong Kong, Macao, Taiwan.
TRADITIONAL = (
    "劉陳張趙吳黃孫楊鄭馮鄧許蕭葉呂蘇盧蔣賈鄒陸韓羅謝錢顧龔嚴聶鍾譚賴閻賀龐齊關莊衛畢魯韋區龍馬萬湯溫鮑臺"
    "灣國華東門慶義興豐廣漢濱濟陽陰開蘭寧瓊貴雲陝縣鄉鎮園廳號廈樓廟觀橋溝灘島嶼嶺滬贛遼雞遠學會書館長鳳鶴"
    "鵬鷹麗點燈氣魚為與業樂習買優傳兒內農創務動勝勞協雙發變團圓圖聖場報壽獎實寶歲師應廠愛戰數時權歐無現產"
    "電監禮種節糧約紅純統絲經綠維網線總聯聲藝藥製見視計記設證詩話語說論識護讀財資質車運過達選邊郵醫鐵銀間"
    "際靈飛飯飲養體鮮麥麵齡鹽歷裏啓"
)


def tgh(path: Path) -> set[int]:
    """The 8,105 characters of 通用规范汉字表, by Unihan's kTGH."""
    if path.is_dir():
        found = sorted(path.rglob("Unihan_OtherMappings.txt*"))
        if not found:
            sys.exit(f"no Unihan_OtherMappings.txt in {path}")
        path = found[0]
    opener = {".bz2": bz2.open, ".gz": gzip.open}.get(path.suffix, open)
    with opener(path, "rt", encoding="utf-8") as lines:
        chars = {int(f[0][2:], 16) for f in (line.split("\t") for line in lines) if len(f) == 3 and f[1] == "kTGH"}
    if len(chars) != 8105:
        sys.exit(f"{path}: {len(chars)} characters with kTGH, not 8105")
    return chars


def gb2312() -> set[int]:
    """Everything in GB 2312: 6,763 hanzi and its signs."""
    chars = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                chars.add(ord(bytes((high, low)).decode("gb2312")))
            except UnicodeDecodeError:
                pass
    return chars


def wanted(unihan: Path) -> dict[str, set[int]]:
    """The wanted characters by group, each in the first group that asks for it."""
    groups = {
        "TGH 8105": tgh(unihan),
        "GB 2312": gb2312(),
        "signs": {c for a, b in RANGES for c in range(a, b + 1) if unicodedata.category(chr(c)) != "Cn"}
        | set(map(ord, SIGNS)),
        "names": set(map(ord, NAMES)),
        "traditional": set(map(ord, TRADITIONAL)),
    }
    seen: set[int] = set()
    for name, chars in groups.items():
        groups[name] = chars - seen
        seen |= chars
    return groups


def show(chars: set[int]) -> str:
    return " ".join(f"{chr(c)}(U+{c:04X})" for c in sorted(chars))


def make(source: Path, family: str, style: str, weight: int, chars: set[int]) -> TTFont:
    options = subset.Options()
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.name_languages = [0x409]
    # STAT describes the variable font these were cut from; it only drags the names of all weights along
    options.drop_tables += ["STAT"]
    options.recalc_timestamp = False
    font = TTFont(source, recalcTimestamp=False)
    # all features but dlig: it only makes ㌀-like squares of Japanese words and Latin units,
    # is off everywhere unless asked for, and costs tens of kilobytes a font
    options.layout_features = sorted(
        {r.FeatureTag for t in ("GSUB", "GPOS") for r in font[t].table.FeatureList.FeatureRecord} - {"dlig"}
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=chars)
    subsetter.subset(font)
    # Make every reader see one family: some read name 16 first, some only name 1
    # (the source of the black weight has "Noto Serif SC Black" there).
    name = font["name"]
    for record in [r for r in name.names if r.nameID in (1, 16)]:
        record.string = family
    ribbi = style in ("Regular", "Bold")
    name.setName(style if ribbi else "Regular", 2, 3, 1, 0x409)
    if not ribbi:
        name.setName(family, 16, 3, 1, 0x409)
        name.setName(style, 17, 3, 1, 0x409)
    name.names.sort()
    font["OS/2"].usWeightClass = weight
    return font


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sans", type=Path, help="unpacked package of @expo-google-fonts/noto-sans-sc")
    parser.add_argument("serif", type=Path, help="unpacked package of @expo-google-fonts/noto-serif-sc")
    parser.add_argument("unihan", type=Path, help="Unihan_OtherMappings.txt[.bz2|.gz] or its folder")
    parser.add_argument("output", type=Path, nargs="?", default=Path(__file__).resolve().parent)
    parser.add_argument("--ttf", type=Path, help="also write uncompressed fonts to this folder")
    args = parser.parse_args()

    sources = [getattr(args, package) / file for package, file, *_ in FONTS]
    cmaps = [set(TTFont(s, lazy=True).getBestCmap()) for s in sources]
    common = set.intersection(*cmaps)
    groups = wanted(args.unihan)
    every = set().union(*groups.values())
    for group, chars in groups.items():
        print(f"{group}: {len(chars)} wanted, {len(chars & common)} taken")
    nowhere = every - set().union(*cmaps)
    print(f"no source has {len(nowhere)}: {show(nowhere)}")
    for (_, file, *_), cmap in zip(FONTS, cmaps):
        lacking = every - cmap - nowhere
        print(f"{file} lacks {len(lacking)} more" + (f": {show(lacking)}" if lacking else ""))
    chars = every & common
    print(f"all: {len(every)} wanted, {len(chars)} taken, {len(every - chars)} left out")

    print(f"fonttools {fontTools.version}")
    for source, (_, _, family, style, weight, stem) in zip(sources, FONTS):
        font = make(source, family, style, weight, chars)
        if args.ttf:
            args.ttf.mkdir(parents=True, exist_ok=True)
            font.save(args.ttf / f"{stem}.ttf")
        font.flavor = "woff2"
        buffer = io.BytesIO()
        font.save(buffer)
        data = buffer.getvalue()
        args.output.mkdir(parents=True, exist_ok=True)
        (args.output / f"{stem}.woff2").write_bytes(data)
        print(f"{stem}.woff2 {len(data)} bytes, {font['maxp'].numGlyphs} glyphs, sha256 {hashlib.sha256(data).hexdigest()[:16]}")


if __name__ == "__main__":
    main()
