// Asks our index through the script of the theme: node ours.js <site> <queries.json> <answers.json> <search.js>
"use strict";
const { run, main } = require("./reader.js");

main((files, queries, script) => {
  const { Engine } = require(script);
  const own = require("node:fs").readFileSync(script);
  const sent = require("node:zlib").gzipSync(own).length;
  const load = async (name, form) => {
    const bytes = files.read("search/" + name.replace(/\?.*/, ""));
    if (form === "json") return JSON.parse(bytes.toString());
    if (form === "text") return bytes.toString();
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  };
  const open = async () => {
    const engine = new Engine(load);
    files.count.requests += 1;
    files.count.bytes += own.length;
    files.count.sent += sent;
    const ask = async (query) => {
      const { hits } = await engine.search(query);
      await Promise.all(hits.slice(0, 8).map((hit) => engine.text(hit.doc)));
      return hits.map((hit) => hit.doc);
    };
    return { ask };
  };
  return run(files, queries, open);
});
