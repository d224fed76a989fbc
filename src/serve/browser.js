// The preview in the browser: listens for new versions, exchanges what changed, shows problems and badges.
// Served by `site serve` only; never part of a build.
(() => {
  "use strict";
  const tag = document.currentScript;
  if (!tag || window.top !== window.self || document.querySelector("site-preview")) return;
  const zh = tag.dataset.lang !== "en";
  const words = (chinese, english) => (zh ? chinese : english);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("browser.css");

  let version = tag.dataset.version;
  let now = { ...tag.dataset };
  let source = null;
  let retry = 0;
  let running = Promise.resolve();

  // ---- what is shown above the page

  const host = document.createElement("site-preview");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.innerHTML =
    '<p class="badge" role="status" hidden></p><p class="strip" role="status" hidden></p>' +
    '<button class="corner" type="button" hidden></button>' +
    '<section class="problems" role="dialog" aria-modal="false" tabindex="-1" hidden>' +
    '<header><h2></h2><button class="close" type="button"></button></header><div class="list"></div></section>';
  const part = (name) => root.querySelector("." + name);
  part("strip").textContent = words("预览已停止", "The preview has stopped");
  part("close").textContent = words("关闭（Esc）", "Close (Esc)");
  document.documentElement.append(host);

  function openProblems(html, title) {
    part("problems").querySelector("h2").textContent = title;
    part("list").innerHTML = html; // escaped by the server
    for (const fix of part("list").querySelectorAll("pre.fix")) fix.after(copyButton(fix));
    part("problems").setAttribute("aria-label", title);
    part("problems").hidden = false;
  }

  function closeProblems() {
    part("problems").hidden = true;
  }

  function copyButton(fix) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words("复制", "Copy");
    button.onclick = async () => {
      try {
        await navigator.clipboard.writeText(fix.textContent);
        button.textContent = words("已复制", "Copied");
      } catch {
        getSelection().selectAllChildren(fix);
      }
    };
    return button;
  }

  function showCorner(count) {
    const corner = part("corner");
    corner.hidden = !(count > 0);
    corner.textContent = words(`${count} 个问题`, count == 1 ? "1 problem" : `${count} problems`);
  }

  function showBadge(text) {
    part("badge").hidden = !text;
    part("badge").textContent = text || "";
  }

  const notUpdated = words("有问题要先改正，页面仍是上一次的样子", "Problems to mend first; the page is the last good one");
  const thisPage = words("这个页面有问题", "This page has a problem");

  part("close").onclick = closeProblems;
  part("corner").onclick = async () => {
    if (!part("problems").hidden) return closeProblems();
    try {
      const answer = await fetch("/.site/problems", { cache: "no-store" });
      openProblems(await answer.text(), words("发现的问题", "Problems found"));
      part("problems").focus();
    } catch {
      part("strip").hidden = false;
    }
  };
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeProblems();
  });

  // ---- what a new version changes

  const KEY = "site-preview-scroll";
  const here = () => location.pathname + location.search;

  function reload() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ page: here(), x: scrollX, y: scrollY }));
    } catch {}
    location.reload();
  }

  function restoreScroll() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY));
      sessionStorage.removeItem(KEY);
      if (kept && kept.page === here()) scrollTo({ left: kept.x, top: kept.y, behavior: "instant" });
    } catch {}
  }

  async function follow(message) {
    const answer = await fetch(here(), { cache: "no-store" });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = next.querySelector('script[src="/.site/preview.js"]');
    if (!fresh || now.bare || fresh.dataset.bare || fresh.dataset.shell !== now.shell) return reload();
    if (message.reload && fresh.dataset.page !== now.page) return reload();
    if (fresh.dataset.page !== now.page && !exchange(next)) return reload();
    if (!refreshAssets(message.assets || [])) return reload();
    now = { ...fresh.dataset };
    version = now.version;
    showBadge(now.badge);
    showCorner(Number(now.problems || 0));
    if (now.fault) openProblems(now.fault, thisPage);
    else closeProblems();
  }

  function exchange(next) {
    const [from, to] = [document.querySelector("main"), next.querySelector("main")];
    if (!from || !to) return false;
    const [x, y] = [scrollX, scrollY];
    const id = from.contains(document.activeElement) && document.activeElement.id;
    from.replaceWith(document.adoptNode(to));
    document.title = next.title;
    scrollTo({ left: x, top: y, behavior: "instant" });
    if (id) document.getElementById(id)?.focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("site:changed"));
    return true;
  }

  // False when something changed that cannot be exchanged in place.
  function refreshAssets(keys) {
    const paths = new Set(keys.map((key) => "/" + key));
    const changed = (address) => {
      const url = new URL(address, location.href);
      return url.origin === location.origin && paths.has(decoded(url.pathname));
    };
    const newAddress = (address) => {
      const url = new URL(address, location.href);
      url.searchParams.set("v", version + "." + Date.now());
      return url.href;
    };
    if ([...document.scripts].some((script) => script.src && changed(script.src))) return false;
    const links = [...document.querySelectorAll('link[rel~="stylesheet"]')];
    const pictures = [...document.images].filter((picture) => changed(picture.currentSrc || picture.src));
    for (const picture of pictures) {
      picture.srcset = "";
      picture.src = newAddress(picture.currentSrc || picture.src);
    }
    // A file that is neither a picture nor a sheet of this page may be one that a sheet names.
    const named = keys.length > 0 && !pictures.length && !links.some((link) => changed(link.href));
    for (const link of links.filter((link) => named || changed(link.href))) {
      const copy = link.cloneNode();
      copy.href = newAddress(link.href);
      copy.onload = copy.onerror = () => link.remove();
      link.after(copy);
    }
    return true;
  }

  function decoded(path) {
    try {
      return decodeURIComponent(path);
    } catch {
      return path;
    }
  }

  // ---- the event stream; only a page that is seen holds one

  function connect() {
    clearTimeout(retry);
    if (source || document.hidden) return;
    source = new EventSource("/.site/events?v=" + version);
    source.onopen = () => (part("strip").hidden = true);
    source.onerror = () => {
      disconnect();
      part("strip").hidden = false;
      retry = setTimeout(connect, 1000);
    };
    source.addEventListener("changed", (event) => {
      const message = JSON.parse(event.data);
      version = String(message.version);
      running = running.then(() => follow(message)).catch(() => {});
    });
    source.addEventListener("broken", (event) => {
      const message = JSON.parse(event.data);
      version = String(message.version);
      if (now.bare && String(message.version) !== now.version) return reload();
      if (!now.bare) openProblems(message.html, notUpdated);
      showCorner(message.problems);
    });
  }

  function disconnect() {
    source?.close();
    source = null;
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", connect);

  showBadge(now.badge);
  showCorner(Number(now.problems || 0));
  if (now.fault) openProblems(now.fault, thisPage);
  restoreScroll();
  connect();
})();
