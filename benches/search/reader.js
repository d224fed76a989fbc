// What both drivers do: each pair of queries is a reader who comes with nothing loaded, asks the first, then the second.
// The first 200 are asked once more by readers whose bytes are all in memory, for the time an answer takes.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const zlib = require("node:zlib");

// Files by their paths below a folder; all that is read is counted as it lies there, and as a server that compresses
// text would send it.
class Files {
  constructor(folder) {
    this.folder = folder;
    this.kept = new Map();
    this.clear();
  }
  clear() {
    this.count = { requests: 0, bytes: 0, sent: 0 };
  }
  read(name) {
    if (!this.kept.has(name)) {
      const bytes = fs.readFileSync(path.join(this.folder, name));
      const isText = /\.(js|json|css|txt)$/.test(name);
      this.kept.set(name, { bytes, sent: isText ? zlib.gzipSync(bytes).length : bytes.length });
    }
    const { bytes, sent } = this.kept.get(name);
    this.count.requests += 1;
    this.count.bytes += bytes.length;
    this.count.sent += sent;
    return bytes;
  }
}

// `open()` promises a new reader: `ask(query)` gives what was found, the eight first of it loaded as well.
async function run(files, queries, open, close) {
  const answers = [];
  for (let i = 0; i < queries.length; i += 2) {
    files.clear();
    const reader = await open();
    for (const query of queries.slice(i, i + 2)) {
      const found = await reader.ask(query);
      answers.push({ found, ...files.count });
      files.clear();
    }
    if (close) await close(reader);
  }
  for (let i = 0; i < Math.min(200, queries.length); i++) {
    const begun = process.hrtime.bigint();
    const reader = await open();
    await reader.ask(queries[i]);
    answers[i].ms = Number(process.hrtime.bigint() - begun) / 1e6;
    if (close) await close(reader);
  }
  return answers;
}

// node <driver> <folder> <queries.json> <answers.json> ...
function main(driver) {
  const [folder, queries, answers, ...rest] = process.argv.slice(2);
  const files = new Files(folder);
  driver(files, JSON.parse(fs.readFileSync(queries, "utf8")), ...rest).then((all) => {
    fs.writeFileSync(answers, JSON.stringify(all));
  });
}

module.exports = { run, main };
