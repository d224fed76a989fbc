// Without a network the search page still answers with what it has loaded before. Everything is asked of the network
// first, so nothing old is shown while there is one; the worker serves this folder alone.
(function () {
  "use strict";
  const STORE = "site-search";
  const MOST = 400;

  // A question is part of the page's address, not of the page.
  function name(request) {
    const url = new URL(request.url);
    return url.origin + url.pathname + (/(\/|\.html)$/.test(url.pathname) ? "" : url.search);
  }
  function isKept(request) {
    const isOurs = new URL(request.url).origin === location.origin;
    return isOurs && request.method === "GET" && !request.headers.has("range");
  }

  async function keep(request, answer) {
    const store = await caches.open(STORE);
    await store.put(name(request), answer);
    const all = await store.keys();
    // The oldest go first; the page itself stands among the newest, since each visit puts it in anew.
    await Promise.all(all.slice(0, Math.max(0, all.length - MOST)).map((old) => store.delete(old)));
  }
  async function fresh(event, request) {
    try {
      const answer = await fetch(request);
      if (answer.ok && answer.type === "basic") {
        event.waitUntil(keep(request, answer.clone()).catch(() => {}));
      }
      return answer;
    } catch (fault) {
      const store = await caches.open(STORE);
      const kept = await store.match(name(request));
      if (kept) return kept;
      throw fault;
    }
  }

  addEventListener("install", () => skipWaiting());
  addEventListener("activate", (event) => event.waitUntil(clients.claim()));
  addEventListener("fetch", (event) => {
    if (isKept(event.request)) event.respondWith(fresh(event, event.request));
  });
  // What the page had loaded before the worker was there.
  addEventListener("message", (event) => {
    const addresses = (Array.isArray(event.data) ? event.data : []).slice(0, MOST);
    const requests = addresses.map((address) => new Request(address, { cache: "force-cache" })).filter(isKept);
    event.waitUntil(Promise.all(requests.map((request) => fresh(event, request).catch(() => {}))));
  });
})();
