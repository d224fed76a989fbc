// Asks Pagefind's index through its own script: node pagefind.js <bundle> <queries.json> <answers.json>
// It is the script of browsers, so it is given what it looks for in one; `found` are addresses, as Pagefind tells them.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const zlib = require("node:zlib");
const { run, main } = require("./reader.js");

main(async (files, queries) => {
  globalThis.document = { currentScript: null, querySelector: () => ({ getAttribute: () => "zh-CN" }) };
  globalThis.location = { href: "http://localhost/", origin: "http://localhost" };
  globalThis.fetch = async (input) => {
    const name = new URL(input.url || input, "http://localhost/").pathname.replace("/pagefind/", "");
    const headers = { "Content-Type": name.startsWith("wasm") ? "application/wasm" : "application/octet-stream" };
    return new Response(files.read(name), { headers });
  };
  // A result has the name of its fragment; the address stands in there.
  const urls = new Map();
  const fragments = path.join(files.folder, "fragment");
  for (const name of fs.readdirSync(fragments)) {
    const text = zlib.gunzipSync(fs.readFileSync(path.join(fragments, name))).toString();
    urls.set(name.replace(/\.pf_fragment$/, ""), JSON.parse(text.slice(text.indexOf("{"))).url);
  }
  const script = path.join(files.folder, "pagefind.js");
  const module = await import("data:text/javascript;base64," + fs.readFileSync(script).toString("base64"));
  const open = async () => {
    files.read("pagefind.js");
    const instance = module.createInstance({ basePath: "/pagefind/" });
    await instance.init();
    const ask = async (query) => {
      const { results } = await instance.search(query);
      await Promise.all(results.slice(0, 8).map((result) => result.data()));
      return results.map((result) => urls.get(result.id));
    };
    return { ask, instance };
  };
  return run(files, queries, open, (reader) => reader.instance.destroy());
});
