"""The script of the search beside the program: the same foldings, the same answers in the same order."""

import json
import subprocess

from chromium import Failure
from house import ROOT, TODAY, served_below

SCRIPT = ROOT / "themes/default/assets/search.js"
FOLDINGS = ROOT / "tests/browser/foldings.txt"
QUERIES = [
    "有机产品", "检测机构", "认证", "标", "晋市监函[2022]291号", "晋市监函【２０２２】２９１号", "檢驗檢測機構", "youji", "yjcp",
    "jianyan", "xi", "cma", "c", "cnas 认可", "有机 绿色 服务", "“护航消费升级 优享品质生活”", "护航消费升级优享品质生活", "质量月 总结",
    "开放日 实验室 预约", "2022", "9月 太原", "足迹标", "“有机产品认证宣传周”", "12315", "GB/T 19630", "电话", "有机产品认假货",
    "检验检测所", "机产", "…", "子虚乌有", "运城市 盐湖区", "奶奶", "小词典 CMA", "zhiliang", "chongqing", "的", "检", "号",
]

# The strings are those of tests/search.rs, made from the same numbers.
FOLD = """(table => {
  const fold = text => engine.fold(text, table).units;
  const hash = (text, so_far) => {
    for (let at = 0; at < text.length; at++) so_far = Math.imul(so_far ^ text.charCodeAt(at), 0x01000193);
    return so_far;
  };
  const hex = (number, digits) => (number >>> 0).toString(16).padStart(digits, "0");
  const isChar = number => number < 0xd800 || number > 0xdfff && number < 0x110000;
  let out = "";
  for (let block = 0; block < 0x110; block++) {
    let folded = 0x811c9dc5;
    for (let number = block * 0x1000; number < (block + 1) * 0x1000; number++) {
      if (!isChar(number)) continue;
      const c = String.fromCodePoint(number);
      folded = hash(fold(`甲${c}乙${c} ${c} a${c} b`), folded);
    }
    out += `${hex(block, 3)} ${hex(folded, 8)}\\n`;
  }
  const marks = Array.from(" \\t\\n\\u3000\\u00a0，。〔2022〕“”Ａａ檢験⼀\\u200b\\ufe0f\\ue000");
  for (let group = 0; group < 40; group++) {
    let state = group * 2 + 1;
    const next = () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state >>> 0;
    };
    let folded = 0x811c9dc5;
    for (let number = 0; number < 100; number++) {
      const length = next() % 24 + 1;
      let text = "";
      for (let at = 0; at < length; at++) {
        const kind = next() % 4;
        const value = next();
        if (kind === 0) text += isChar(value % 0x110000) ? String.fromCodePoint(value % 0x110000) : "甲";
        else if (kind === 1) text += String.fromCodePoint(0x4e00 + value % 0x5200);
        else if (kind === 2) text += String.fromCodePoint(0x20 + value % 0x5f);
        else text += marks[value % marks.length];
      }
      folded = hash(fold(text), folded);
    }
    out += `random ${group} ${hex(folded, 8)}\\n`;
  }
  return out;
})"""


def ready(tab, base):
    """Opens a page that holds nothing of the search, and the engine of the script beside it."""
    tab.open(f"{base}index.html")
    source = SCRIPT.read_text(encoding="utf-8")
    tab.run(f"(() => {{ const module = {{ exports: {{}} }}; const document = undefined;\n{source}\nwindow.engine = module.exports; }})()")


def foldings(house):
    """The script folds every character of Unicode, and 4,000 random strings, as the program does"""
    with served_below(house, house.out) as (base, out), house.tab() as tab:
        ready(tab, base)
        table = (out / "search/fold.txt").read_text(encoding="utf-8")
        found = tab.run(f"{FOLD}(engine.readTable({json.dumps(table)}))").splitlines()
    wanted = FOLDINGS.read_text(encoding="utf-8").splitlines()
    wrong = [f"{mine} instead of {theirs}" for mine, theirs in zip(found, wanted) if mine != theirs]
    return wrong + ([] if len(found) == len(wanted) > 300 else [f"{len(found)} lines"]), f"{len(found)} blocks"


def answers(house):
    """`site search` and the script find the same pages in the same order, and offer the same where there are none"""
    faults, hits = [], 0
    with served_below(house, house.out) as (base, out), house.tab() as tab:
        ready(tab, base)
        tab.run("window.asked = engine.Engine((path, form) => fetch('search/' + path).then((answer) => answer[form]()))")
        titles = {}
        for path in (out / "search/text").iterdir():
            titles[int(path.stem)] = json.loads(path.read_text(encoding="utf-8"))["title"]
        for query in QUERIES:
            said = told(house, query)
            found = tab.run(f"asked.search({json.dumps(query)}).then((r) => "
                            "({hits: r.hits.map((hit) => [hit.doc, hit.score]), nearest: r.nearest, missing: r.missing}))")
            mine = [[titles[doc], score] for doc, score in found["hits"]]
            theirs = [[hit["title"], hit["score"]] for hit in said["hits"]]
            hits += len(theirs)
            if mine != theirs:
                odd = next((pair for pair in zip(mine, theirs) if pair[0] != pair[1]), None)
                faults.append(f"{query}: {len(mine)} and {len(theirs)} pages, first {odd}")
            if [titles[doc] for doc in found["nearest"]] != [page["title"] for page in said["nearest"]]:
                faults.append(f"{query}: other titles are near")
            if found["missing"] != said["missing"]:
                faults.append(f"{query}: {found['missing']} and {said['missing']} are missing")
    return faults, f"{len(QUERIES)} questions, {hits} pages"


def told(house, query):
    """What `site search` answers."""
    command = [house.site, "search", query, "--root", str(ROOT), "--today", TODAY, "--limit", "10000", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    # Marks alone are no question.
    if done.returncode not in (0, 2):
        raise Failure(f"site search {query} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    answer = json.loads(done.stdout)
    return answer if done.returncode == 0 else {"hits": [], "nearest": [], "missing": []}
