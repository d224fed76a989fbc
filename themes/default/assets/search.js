// Search in the browser: pieces of what was typed are looked up in the index below search/, and nobody else is asked.
// First the engine, which knows no page, then the page. Without this file the page lists the whole site.
(function () {
  "use strict";
  // By field: title, slogan, headings, summary, facts, body, pinyin of the title. The program counts the same way.
  const WEIGHTS = [64, 40, 24, 12, 10, 6, 28];
  const REPEATS = [0, 0, 2, 1, 0, 2, 0];
  const PINYIN = 6;
  // Stands after every syllable, so that a piece that ends with one can be told.
  const SYLLABLE = "\uf8ff";
  const WORD = 1;
  const HAN = 2;
  const DROPPED =
    /[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ue000-\uf8ff]/;
  const NEWLINE = /[\n\v\f\x85\u2028\u2029]/;
  const BLANK = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
  const QUOTE = /["“”„＂「」『』]/;
  // The first of each group stands for the others.
  const MARKS = new Map();
  const GROUPS =
    "([{〔【〖〘〚 )]}〕】〗〙〛 <《〈 >》〉 \"“”„‟「」『』〝〞〟 '‘’‚‛` -‐‑‒–—―−─━﹣ ~〜 ·•・‧∙⋅ .。｡… ,、､";
  GROUPS.split(" ").forEach((group) => {
    for (const mark of group) MARKS.set(mark.charCodeAt(0), group.charCodeAt(0));
  });

  function classOf(unit) {
    if (unit >= 0x2e80) return unit < 0xff00 || unit > 0xffef ? HAN : 0;
    // Letters and numbers of other kinds are found wherever they stand, too.
    if ((unit >= 0x500 && unit <= 0x1fff) || unit === 0xb2 || unit === 0xb3 || unit === 0xb9) return HAN;
    if ((unit >= 0x2070 && unit <= 0x209c) || (unit >= 0x2100 && unit <= 0x218b)) return HAN;
    if (unit >= 0x2460 && unit <= 0x24ff) return HAN;
    if (unit < 128) return (unit > 96 && unit < 123) || (unit > 47 && unit < 58) ? WORD : 0;
    if (unit >= 0xc0 && unit <= 0x24f) return unit === 0xd7 || unit === 0xf7 ? 0 : WORD;
    return unit === 0xb5 || (unit >= 0x370 && unit <= 0x4ff) ? WORD : 0;
  }
  function isLetter(unit) {
    return classOf(unit) === WORD && unit > 57;
  }
  function other(unit, table) {
    if (unit >= 0xff01 && unit <= 0xff5e) unit -= 0xfee0;
    if (unit >= 0x400 && unit <= 0x40f) return unit + 80;
    const capital =
      (unit >= 65 && unit <= 90) ||
      (unit >= 0xc0 && unit <= 0xde && unit !== 0xd7) ||
      (unit >= 0x391 && unit <= 0x3a9 && unit !== 0x3a2) ||
      (unit >= 0x410 && unit <= 0x42f);
    return capital ? unit + 32 : MARKS.get(unit) || (table && table.get(unit)) || unit;
  }

  // The text as the index has it, and where in the text each unit came from.
  function fold(text, table) {
    const offsets = [];
    let units = "";
    let gap = 0;
    let begin = 0;
    function put(unit, at) {
      units += String.fromCharCode(unit);
      offsets.push(at);
    }
    for (let at = 0; at < text.length; at++) {
      let unit = text.charCodeAt(at);
      let low = 0;
      if (unit >= 0xd800 && unit < 0xe000) {
        low = unit < 0xdc00 ? text.charCodeAt(at + 1) : 0;
        if (!(low >= 0xdc00 && low < 0xe000)) continue;
        at++;
        if (unit === 0xdb40 && low >= 0xdd00 && low <= 0xddef) continue;
      } else if (DROPPED.test(text[at])) continue;
      else if (BLANK.test(text[at])) {
        if (!gap) begin = at;
        gap = Math.max(gap, NEWLINE.test(text[at]) ? 2 : 1);
        continue;
      } else unit = other(unit, table);
      if (gap && units) {
        const before = classOf(units.charCodeAt(units.length - 1));
        if (gap === 2) put(10, begin);
        else if (before && before === classOf(unit)) put(32, begin);
      }
      gap = 0;
      put(unit, low ? at - 1 : at);
      if (low) put(low, at);
    }
    return { units, offsets };
  }
  function readTable(text) {
    return new Map(text.split("\n").filter(Boolean).map((line) => [line.charCodeAt(0), line.charCodeAt(1)]));
  }

  // What has to stand in a document: words, and phrases between quotes.
  function parse(query, table) {
    const pieces = [];
    let piece = "";
    let quoted = false;
    function end() {
      let units = fold(piece, table).units.replace(/\n/g, " ");
      const says = Array.from(units, (sign) => classOf(sign.charCodeAt(0)) > 0);
      piece = "";
      if (!says.includes(true)) return;
      if (!quoted) {
        while (!classOf(units.charCodeAt(0))) units = units.slice(1);
        while (!classOf(units.charCodeAt(units.length - 1))) units = units.slice(0, -1);
      }
      if (pieces.length < 8 && !pieces.includes(units)) pieces.push(units);
    }
    for (const sign of query.slice(0, 100)) {
      if (QUOTE.test(sign)) {
        end();
        quoted = !quoted;
      } else if (!quoted && BLANK.test(sign)) end();
      else piece += sign;
    }
    end();
    return pieces;
  }

  // Numbers in a stream of bits, most significant bit first.
  function Bits(bytes, at) {
    // At least 25 bits, at the top of a word; behind the end zeros.
    function word() {
      const b = at >> 3;
      return ((bytes[b] << 24) | (bytes[b + 1] << 16) | (bytes[b + 2] << 8) | bytes[b + 3]) << (at & 7);
    }
    function take(count) {
      if (count > 24) return take(count - 16) * 65536 + take(16);
      const value = count && word() >>> (32 - count);
      at += count;
      return value;
    }
    function gamma() {
      const zeros = Math.clz32(word());
      if (zeros > 24) throw new Error("broken list");
      at += zeros;
      return take(zeros + 1);
    }
    function rice(low) {
      let high = 0;
      let ones;
      do {
        ones = Math.min(24, Math.clz32(~word()));
        high += ones;
        at += ones;
      } while (ones === 24);
      at++;
      return (high << low) + take(low);
    }
    return { take, gamma, rice };
  }

  // The documents of a list, and the positions in document i from ends[i] to ends[i + 1]; single units have none.
  function readList(list, all, paired, offset) {
    const bits = Bits(list, 0);
    const count = bits.gamma();
    const kp = paired ? bits.take(5) : 0;
    const kg = 31 - Math.clz32(Math.max(1, all / count));
    const [docs, ends, places] = [[], [0], []];
    for (let i = 0, doc = -1; i < count; i++) {
      docs.push((doc += bits.rice(kg) + 1));
      let at = -1 - offset;
      for (let left = paired ? bits.gamma() : 0; left > 0; left--) places.push((at += bits.rice(kp) + 1));
      ends.push(places.length);
    }
    return { docs, ends, places };
  }
  // Calls back with the numbers that two rising rows have in common.
  function meet(a, from, end, b, other, last, found) {
    while (from < end && other < last) {
      if (a[from] < b[other]) from++;
      else if (a[from] > b[other]) other++;
      else found(from++, other++);
    }
  }
  function common(a, b) {
    const [docs, ends, places] = [[], [0], []];
    meet(a.docs, 0, a.docs.length, b.docs, 0, b.docs.length, (i, j) => {
      meet(a.places, a.ends[i], a.ends[i + 1], b.places, b.ends[j], b.ends[j + 1], (at) => places.push(a.places[at]));
      if (places.length === ends[ends.length - 1]) return;
      docs.push(a.docs[i]);
      ends.push(places.length);
    });
    return { docs, ends, places };
  }

  // By what is left of a key: the list of every field that has one.
  function readShard(data) {
    const bytes = new Uint8Array(data);
    const entries = new Map();
    let at = 0;
    function varint() {
      const byte = bytes[at++];
      return byte < 128 ? byte : byte - 128 + varint() * 128;
    }
    for (let rest = 0; at < bytes.length; ) {
      rest += varint();
      const fields = bytes[at++];
      const lists = [];
      for (let f = 0; f <= PINYIN; f++) {
        const length = (fields >> f) & 1 && varint();
        if (length) lists[f] = bytes.subarray(at, (at += length));
      }
      entries.set(rest, lists);
    }
    return entries;
  }

  function mix(x) {
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    return (x ^ (x >>> 16)) >>> 0;
  }
  function keyAt(piece, at) {
    const first = piece.charCodeAt(at);
    return ((at === 0 && isLetter(first) ? 0xe000 + first : first) << 16) | (piece.charCodeAt(at + 1) || 0);
  }
  function mayBePinyin(piece) {
    return /^[a-z]{2,}$/.test(piece);
  }
  function nearness(one, two, doc) {
    let least = 48;
    for (let f = 0; f < PINYIN; f++) {
      const [a, b] = [one.fields[f], two.fields[f]];
      if (!a || !b || !a.where[doc] || !b.where[doc]) continue;
      let [i, j] = [a.ends[a.where[doc] - 1], b.ends[b.where[doc] - 1]];
      while (i < a.ends[a.where[doc]] && j < b.ends[b.where[doc]]) {
        least = Math.min(least, Math.abs(a.places[i] - b.places[j]));
        if (a.places[i] < b.places[j]) i++;
        else j++;
      }
    }
    return 24 - (least >> 1);
  }
  // How well a document answers, from what was found of each piece.
  function rank(found, doc) {
    let sum = 0;
    found.forEach((piece, i) => {
      piece.fields.forEach(({ where, ends, places }, f) => {
        const at = where[doc];
        if (!at) return;
        const count = ends[at] - ends[at - 1];
        sum += WEIGHTS[f] + Math.max(0, Math.min(count, 4) - 1) * REPEATS[f];
        if (f === 0 && count && places[ends[at - 1]] === 0) sum += 16;
      });
      if (piece.whole.has(doc)) sum += 20;
      if (i) sum += nearness(found[i - 1], piece, doc);
    });
    return sum;
  }

  // `load(path, form)` promises a file of the index as json, text or arrayBuffer.
  function Engine(load) {
    const files = new Map();
    // `columns`: kind, year, region and set of campaigns of every document.
    const engine = { index: null, table: null, columns: [], open, openTable, search, text };
    let docs;

    function file(path, form, read) {
      if (!files.has(path)) {
        const loading = load(path + (engine.index ? "?v=" + engine.index.key : ""), form).then(read);
        files.set(path, loading);
        // A file that did not come may be asked for again.
        loading.catch(() => files.delete(path));
      }
      return files.get(path);
    }
    async function open() {
      const index = await file("index.json", "json");
      if (index.version !== 1) throw new Error("unknown index");
      engine.index = index;
      docs = await file("docs.bin", "arrayBuffer", (data) => new Uint8Array(data));
      let at = index.shards;
      engine.columns = index.widths.map((width) => {
        const bits = Bits(docs, at * 8);
        at += Math.ceil((index.docs * width) / 8);
        return Array.from({ length: index.docs }, () => bits.take(width));
      });
    }
    async function openTable() {
      engine.table = await file("fold.txt", "text", readTable);
    }
    function text(doc) {
      return file("text/" + doc + ".json", "json");
    }
    function shardOf(key) {
      return mix(key) & (engine.index.shards - 1);
    }
    async function lists(key) {
      const shard = shardOf(key);
      if (!docs[shard]) return [];
      const entries = await file("shards/" + shard.toString(16).padStart(3, "0") + ".bin", "arrayBuffer", readShard);
      return entries.get(mix(key) >>> (31 - Math.clz32(engine.index.shards))) || [];
    }
    // The pairs of a piece that leave no unit out and cost the fewest bytes; shards in `free` are here or coming.
    function cover(piece, free) {
      const last = Math.max(0, piece.length - 2);
      const cost = [];
      const from = [];
      for (let at = 0; at <= last; at++) {
        const shard = shardOf(keyAt(piece, at));
        from[at] = at > 1 && cost[at - 2] <= cost[at - 1] ? at - 2 : at - 1;
        // A little more, so that of equals the fewer are taken.
        cost[at] = (cost[from[at]] || 0) + (free.has(shard) ? 0 : docs[shard]) + 0.01;
      }
      const taken = [];
      for (let at = last; at >= 0; at = from[at]) taken.push(at);
      taken.forEach((at) => free.add(shardOf(keyAt(piece, at))));
      return taken;
    }
    // What the index has of a piece: by field its lists, by document the fields as bits.
    async function find(piece, offsets) {
      const { docs } = engine.index;
      const pinyin = mayBePinyin(piece);
      const end = piece.length - 1;
      const [endings, ...entries] = await Promise.all([
        pinyin ? lists(keyAt(piece + SYLLABLE, end)) : [],
        ...offsets.map((at) => lists(keyAt(piece, at))),
      ]);
      const found = { fields: [], masks: new Uint8Array(docs), whole: new Set() };
      for (let f = 0; f < (pinyin ? 7 : PINYIN); f++) {
        if (!entries.every((fields) => fields[f])) continue;
        const list = entries.map((fields, i) => readList(fields[f], docs, piece.length > 1, offsets[i])).reduce(common);
        list.where = new Uint32Array(docs);
        list.docs.forEach((doc, i) => {
          list.where[doc] = i + 1;
          found.masks[doc] |= 1 << f;
        });
        found.fields[f] = list;
      }
      if (found.fields[PINYIN] && endings[PINYIN]) {
        const list = common(found.fields[PINYIN], readList(endings[PINYIN], docs, true, end));
        list.docs.forEach((doc) => found.whole.add(doc));
      }
      return found;
    }
    async function hits(pieces) {
      const free = new Set();
      const found = await Promise.all(pieces.map((piece) => find(piece, cover(piece, free))));
      const hits = [];
      for (let doc = 0; pieces.length && doc < engine.index.docs; doc++) {
        if (!found.every(({ masks }) => masks[doc])) continue;
        hits.push({ doc, score: rank(found, doc), at: found.map(({ masks }) => masks[doc]) });
      }
      hits.sort((a, b) => b.score - a.score || b.doc - a.doc);
      return { pieces, hits, nearest: [], missing: pieces.filter((_, i) => !found[i].masks.some(Boolean)) };
    }
    async function nearest(pieces) {
      const pairs = [];
      pieces.forEach((piece) => {
        for (let at = 0; at < piece.length - 1; at++) pairs.push([piece, at]);
      });
      pairs.splice(16);
      const counts = new Map();
      const entries = await Promise.all(pairs.map(([piece, at]) => lists(keyAt(piece, at))));
      entries.forEach((fields, i) => {
        const here = new Set();
        [fields[0], mayBePinyin(pairs[i][0]) && fields[PINYIN]].forEach((list) => {
          if (list) readList(list, engine.index.docs, true, 0).docs.forEach((doc) => here.add(doc));
        });
        here.forEach((doc) => counts.set(doc, (counts.get(doc) || 0) + 1));
      });
      const near = Array.from(counts).filter(([, count]) => count >= Math.max(1, Math.ceil(pairs.length / 3)));
      return near.sort((a, b) => b[1] - a[1] || b[0] - a[0]).slice(0, 5).map(([doc]) => doc);
    }
    async function search(query) {
      await open();
      let result = await hits(parse(query, engine.table));
      if (!result.hits.length && !engine.table && result.pieces.length) {
        await openTable();
        const pieces = parse(query, engine.table);
        if (pieces.join("\n") !== result.pieces.join("\n")) result = await hits(pieces);
      }
      if (!result.hits.length) result.nearest = await nearest(result.pieces);
      return result;
    }
    return engine;
  }

  // Where the pieces stand in a text: from, to, and which piece.
  function spots(text, pieces, table) {
    const { units, offsets } = fold(text, table);
    const found = [];
    pieces.forEach((piece, i) => {
      for (let at = units.indexOf(piece); at >= 0; at = units.indexOf(piece, at + 1)) {
        const inside = isLetter(piece.charCodeAt(0)) && classOf(units.charCodeAt(at - 1)) === WORD;
        if (!inside) found.push([offsets[at], offsets[at + piece.length - 1] + 1, i]);
      }
    });
    return found.sort((a, b) => a[0] - b[0]);
  }
  // About a hundred characters round the spot with the most different pieces near it, from one mark to another.
  function excerpt(text, found) {
    let spot = [0, 0];
    let most = 0;
    found.forEach((one, i) => {
      const near = new Set();
      for (let j = i; j < found.length && found[j][1] < one[0] + 50; j++) near.add(found[j][2]);
      if (near.size > most) [spot, most] = [one, near.size];
    });
    const before = text.slice(Math.max(0, spot[0] - 40), spot[0]);
    const cut = /[。！？；\n]([^。！？；\n]*)$/u.exec(before) || /([^，]{0,20})$/u.exec(before);
    const begin = spot[0] < 40 ? 0 : spot[0] - cut[1].length;
    const least = Math.max(begin + 80, spot[1]);
    const rest = text.slice(least, least + 41);
    const end = rest.length < 41 ? [rest] : /^[^]{0,40}[。！？；\n]|^[^]{0,40}，|^[^]{20}/u.exec(rest);
    return { begin, end: begin + text.slice(begin, least + end[0].length).trimEnd().length, most };
  }
  if (typeof module !== "undefined") module.exports = { fold, readTable, parse, Engine, spots, excerpt };

  if (typeof document === "undefined" || typeof fetch === "undefined" || typeof URLSearchParams === "undefined") return;
  const NAMES = ["kind", "year", "region", "campaign"];
  const form = document.querySelector("form.search");
  const found = document.querySelector(".found");
  if (!form || !found) return;
  const field = form.elements.q;
  const filters = found.querySelector("form");
  const said = found.querySelector("[role=status]");
  const part = (name) => found.querySelector(".found-" + name);
  const button = (name) => part(name).querySelector("button");
  const PAGE = 8;
  const home = new URL("..", form.action).href;
  let engine = Engine(loader(false));
  let born = Date.now();
  let choice = {};
  let result = null;
  let left = [];
  let shown = 0;
  let ticket = 0;
  let timer = 0;
  let composing = false;
  // The entry of the history that was asked for stays; the next letter begins another.
  let settled = true;

  // A name with the key of its edition never means anything else, so an old copy will do. After a failure none is
  // trusted, unless there is no network.
  function loader(anew) {
    return async (path, kind) => {
      const first = anew ? "reload" : path === "index.json" ? "no-cache" : "force-cache";
      const ways = [first, first === "force-cache" ? "reload" : "force-cache"];
      for (const cache of ways) {
        const answer = await fetch(home + "search/" + path, { cache }).catch(() => ({}));
        if (answer.ok) return answer[kind]();
      }
      throw new Error(path + " does not come");
    };
  }
  function add(tag, parent, text, name) {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    if (name) element.className = name;
    parent.appendChild(element);
    return element;
  }
  function marked(parent, text, spots, begin, end) {
    let at = begin;
    spots.forEach(([from, to]) => {
      from = Math.max(at, from);
      to = Math.min(end, to);
      if (from >= to) return;
      parent.append(text.slice(at, from));
      add("mark", parent, text.slice(from, to));
      at = to;
    });
    parent.append(text.slice(at, end));
  }

  // What documents count for in a filter, by the number in its column.
  function worth() {
    const { kinds, years, regions, campaigns, sets } = engine.index;
    return [
      kinds.map(([kind]) => [kind]),
      years.map((year) => [year ? String(year) : ""]),
      regions.map(([code, , city]) => (regions[city] ? [code, regions[city][0]] : [code])),
      sets.map((set) => set.map((i) => campaigns[i][0])),
    ];
  }
  // Keeps what is chosen in `left`; gives for every filter how many results the others leave to each value.
  function sift(hits) {
    const values = worth();
    values.forEach((all, i) => {
      if (!all.some((own) => own.includes(choice[NAMES[i]]))) delete choice[NAMES[i]];
    });
    const fits = values.map((all, i) => all.map((own) => !choice[NAMES[i]] || own.includes(choice[NAMES[i]])));
    const tally = values.map((all) => all.map(() => 0));
    left = hits.filter(({ doc }) => {
      const at = engine.columns.map((column) => column[doc]);
      const misses = at.filter((number, i) => !fits[i][number]).length;
      at.forEach((number, i) => {
        if (misses === (fits[i][number] ? 0 : 1)) tally[i][number]++;
      });
      return !misses;
    });
    return values.map((all, i) => {
      const counts = Object.create(null);
      all.forEach((own, number) => own.forEach((value) => (counts[value] = (counts[value] || 0) + tally[i][number])));
      return counts;
    });
  }
  function offer(counts) {
    const { kinds, years, regions, campaigns } = engine.index;
    [kinds, years.map((year) => [year ? String(year) : "", year + "年"]), regions, campaigns].forEach((list, i) => {
      const name = NAMES[i];
      const select = filters.elements[name];
      select.textContent = "";
      add("option", select, "全部").value = "";
      list.forEach(([value, title]) => {
        const count = counts[i][value];
        if (value && (count || choice[name] === value)) add("option", select, title + "（" + count + "）").value = value;
      });
      select.value = choice[name] || "";
      select.parentNode.hidden = select.length < 2;
    });
    filters.hidden = !result.hits.length;
    part("reset").hidden = !NAMES.some((name) => choice[name]);
  }

  // What a result shows, once its text is here. A text that lacks a word belongs to another edition of the site.
  async function card({ doc, at }, pieces) {
    const text = await engine.text(doc);
    const fields = [
      text.summary,
      text.body,
      text.facts.join("\n"),
      text.slogan,
      text.headings.map(([, heading]) => heading).join("\n"),
      text.title,
    ];
    const look = () => fields.map((one) => spots(one, pieces, engine.table));
    let all = look();
    const seen = (piece) => all.some((some) => some.some((spot) => spot[2] === piece));
    // Pinyin stands in no text.
    const lacks = () => at.some((mask, i) => mask !== 1 << PINYIN && !seen(i));
    if (lacks() && !engine.table) {
      await engine.openTable();
      all = look();
    }
    return { text, fields, all, stale: lacks() };
  }
  function cardsFrom(at, pieces) {
    return Promise.all(left.slice(at, at + PAGE).map((hit) => card(hit, pieces)));
  }
  function state(line, { status, status_text, end }) {
    const today = new Date(Date.now() - new Date().getTimezoneOffset() * 6e4).toISOString().slice(0, 10);
    const over = end && end < today && status !== "cancelled" && status !== "postponed";
    if (over) add("span", line, "已结束", "label");
    else if (status && status !== "scheduled") add("span", line, status_text, "status status-" + status);
  }
  function group(kind) {
    let list = document.getElementById("found-" + kind);
    if (!list) {
      const section = add("section", part("hits"));
      const named = engine.index.kinds.find(([name]) => name === kind);
      add("h2", section, named ? named[1] : kind);
      list = add("ol", section);
      list.id = "found-" + kind;
    }
    return list;
  }
  function put({ text, fields, all }) {
    const item = add("li", group(text.kind), "", "hit");
    const link = add("a", add("h3", item, "", "hit-title"));
    link.href = home + text.url;
    marked(link, text.title, all[5], 0, text.title.length);
    const line = add("p", item, "", "row-meta");
    state(line, text);
    if (text.date) add("time", line, text.date.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, "$1年$2月$3日")).dateTime = text.date;
    if (text.region) add("span", line, text.region);
    text.campaigns.forEach((slug) => {
      const known = engine.index.campaigns.find((one) => one[0] === slug);
      if (known && known[1] !== text.title) add("span", line, known[1]);
    });
    const cuts = fields.map((one, i) => excerpt(one, all[i]));
    // Sentences before facts and headings.
    let best = text.summary ? 0 : 1;
    for (let i = 1; i < 5; i++) if (cuts[i].most > cuts[best].most && (i < 2 || !cuts[best].most)) best = i;
    const words = fields[best];
    const { begin, end } = cuts[best];
    if (!words) return link;
    const whole = (at) => at <= 0 || at >= words.length || /[。！？；\n]/.test(words[at - 1] + words[at]);
    const excerpted = add("p", item, whole(begin) ? "" : "…", "hit-text");
    marked(excerpted, words, all[best], begin, end);
    if (!whole(end)) excerpted.append("…");
    return link;
  }

  // Shows the answer to what stands in the field; a question that was asked meanwhile wins.
  async function ask(again) {
    const mine = ++ticket;
    const query = field.value;
    clearTimeout(timer);
    if (!query.trim()) return clear();
    if (location.protocol === "file:") return tell("file");
    const slow = setTimeout(() => mine === ticket && (said.textContent = "正在搜索……"), 400);
    try {
      const answer = await engine.search(query);
      if (mine !== ticket) return;
      const counts = sift(answer.hits);
      const cards = await cardsFrom(0, answer.pieces);
      const near = await Promise.all(answer.nearest.map(engine.text));
      if (mine !== ticket) return;
      const old = !answer.hits.length && Date.now() - born > 6e5;
      if (!again && (old || cards.some((one) => one.stale))) throw new Error("another edition");
      result = answer;
      show(cards, near);
      offer(counts);
    } catch (fault) {
      if (mine !== ticket) return;
      // The site may have been published anew since the index came.
      engine = Engine(loader(true));
      born = Date.now();
      if (!again) return ask(true);
      tell("failed");
    } finally {
      clearTimeout(slow);
    }
  }
  function clear() {
    ["none", "failed", "more"].forEach((name) => (part(name).hidden = true));
    filters.hidden = true;
    said.textContent = part("hits").textContent = "";
  }
  function tell(name) {
    clear();
    part("failed").hidden = name !== "failed";
    said.textContent = said.getAttribute("data-" + name);
  }
  function sentence() {
    const all = result.hits.length;
    if (!result.pieces.length) return "请输入要查找的文字。";
    if (!all) return "没有找到结果。";
    if (left.length === all) return "找到 " + all + " 条结果。";
    return "符合条件的有 " + left.length + " 条，共找到 " + all + " 条结果。";
  }
  function show(cards, near) {
    clear();
    said.textContent = sentence();
    cards.forEach(put);
    shown = cards.length;
    part("more").hidden = shown >= left.length;
    if (result.hits.length || !result.pieces.length) return;
    const quoted = (pieces) => pieces.map((piece) => "“" + piece + "”").join("、");
    part("why").textContent = result.missing.length
      ? "本站内容里没有" + quoted(result.missing) + "。"
      : "本站没有同时包含" + quoted(result.pieces) + "的内容。";
    const list = part("near").querySelector("ul");
    list.textContent = "";
    near.forEach((text) => (add("a", add("li", list), text.title).href = home + text.url));
    part("near").hidden = !near.length;
    part("none").hidden = false;
  }
  async function next() {
    const [of, from] = [result, shown];
    const cards = await cardsFrom(from, of.pieces).catch(() => null);
    if (of !== result || from !== shown) return;
    if (!cards || cards.some((one) => one.stale)) {
      engine = Engine(loader(true));
      born = Date.now();
      return ask(true);
    }
    const links = cards.map(put);
    shown += cards.length;
    part("more").hidden = shown >= left.length;
    titles().find((link) => links.includes(link)).focus();
  }

  // The address says what is asked, so that it can be shared.
  function address() {
    const query = new URLSearchParams();
    if (field.value.trim()) query.set("q", field.value.trim());
    NAMES.forEach((name) => choice[name] && query.set(name, choice[name]));
    return location.pathname + (String(query) && "?" + query);
  }
  function keep(settle) {
    const now = address();
    if (now !== location.pathname + location.search) history[settled ? "pushState" : "replaceState"](null, "", now);
    settled = settle;
  }
  function read() {
    const query = new URLSearchParams(location.search);
    field.value = query.get("q") || "";
    choice = {};
    NAMES.forEach((name) => (choice[name] = query.get(name) || ""));
    settled = true;
    ask();
  }

  function titles() {
    return Array.from(found.querySelectorAll(".hit-title a"));
  }
  function typed() {
    clearTimeout(timer);
    if (composing) return;
    timer = setTimeout(() => {
      keep(false);
      ask();
    }, 150);
  }
  field.addEventListener("focus", () => location.protocol === "file:" || engine.open().catch(() => {}));
  field.addEventListener("compositionstart", () => (composing = true));
  field.addEventListener("compositionend", () => {
    composing = false;
    typed();
  });
  field.addEventListener("input", typed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(true);
    ask();
  });
  filters.addEventListener("change", () => {
    NAMES.forEach((name) => (choice[name] = filters.elements[name].value));
    settled = true;
    keep(true);
    ask();
  });
  button("reset").addEventListener("click", () => {
    NAMES.forEach((name) => (filters.elements[name].value = ""));
    filters.dispatchEvent(new Event("change"));
    field.focus();
  });
  button("more").addEventListener("click", next);
  button("failed").addEventListener("click", () => ask());
  // A link to a part of the page changes nothing.
  window.addEventListener("popstate", () => address() === location.pathname + location.search || read());
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const here = document.activeElement;
    const all = [field].concat(titles());
    const at = all.indexOf(here);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Escape: 0 }[event.key];
    if (at === 0 && event.key === "Escape") {
      field.value = "";
      typed();
    } else if (at >= 0 && all[to]) all[to].focus();
    else return;
    event.preventDefault();
  });
  // Without a network the page answers from what it has loaded. A preview is never without its server.
  const workers = navigator.serviceWorker;
  if (workers && !document.querySelector('script[src^="/__site/"]')) {
    const isNew = !workers.controller;
    const loaded = () => performance.getEntriesByType("resource").map((entry) => entry.name);
    const tell = (ready) => ready.active.postMessage([location.origin + location.pathname].concat(loaded()));
    const started = workers.register(home + "search/worker.js").then(() => workers.ready);
    // What is on its way now comes to neither.
    started.then((ready) => isNew && setTimeout(tell, 1000, ready)).catch(() => {});
  }
  found.hidden = false;
  read();
})();
