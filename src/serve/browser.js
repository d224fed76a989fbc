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
    '<p class="news" role="status" hidden><span></span> <a></a> <button type="button"></button></p>' +
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
    furnish(part("list"));
    part("problems").setAttribute("aria-label", title);
    part("problems").hidden = false;
  }

  function closeProblems() {
    part("problems").hidden = true;
  }

  // Buttons for what a list of problems offers.
  function furnish(list) {
    for (const fix of list.querySelectorAll("pre.fix")) fix.after(copyButton(fix));
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
    corner.hidden = !(count > 0) || Boolean(document.querySelector("main.panel"));
    corner.textContent = words(`${count} 个问题`, count == 1 ? "1 problem" : `${count} problems`);
  }

  function showBadge(text) {
    part("badge").hidden = !text;
    part("badge").textContent = text || "";
  }

  // Another page was saved: it is offered, not forced on the reader.
  function showNews(page) {
    const news = part("news");
    news.hidden = !page;
    if (!page) return;
    news.querySelector("span").textContent = words("已更新：", "Updated: ") + page.title;
    const link = news.querySelector("a");
    link.href = page.url;
    link.textContent = words("查看", "View");
    const button = news.querySelector("button");
    button.textContent = words("不看", "Dismiss");
    button.onclick = () => (news.hidden = true);
  }

  const notUpdated = words("有问题要先改正，页面仍是上一次的样子", "Problems to mend first; the page is the last good one");
  const thisPage = words("这个页面有问题", "This page has a problem");

  part("close").onclick = closeProblems;
  part("corner").onclick = async () => {
    if (!part("problems").hidden) return closeProblems();
    try {
      const answer = await fetch("/__site/problems", { cache: "no-store" });
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
    const fresh = next.querySelector('script[src="/__site/preview.js"]');
    if (!fresh || now.bare || fresh.dataset.bare || fresh.dataset.shell !== now.shell) return reload();
    if (message.reload && fresh.dataset.page !== now.page) return reload();
    if (fresh.dataset.page !== now.page && !(exchangeSheets(next) && exchange(next))) return reload();
    if (!refreshAssets(message.assets || [])) return reload();
    const changedHere = fresh.dataset.page !== now.page;
    now = { ...fresh.dataset };
    version = now.version;
    const own = location.pathname.replace(/index\.html$/, "");
    const others = (message.pages || []).filter((page) => page.url !== own);
    const newest = others[others.length - 1];
    // Only what is saved while the page is looked at leads away from it.
    if (newest && message.follow && message.live && others.length === message.pages.length) return location.assign(newest.url);
    // A page that lists the other one shows the change by itself; an edit that is seen here needs no notice.
    showNews(changedHere ? null : newest);
    showBadge(now.badge);
    showCorner(Number(now.problems || 0));
    if (now.fault) openProblems(now.fault, thisPage);
    else closeProblems();
  }

  // Style sheets whose names changed: the old one goes when the new one is there, so that nothing flashes.
  function exchangeSheets(next) {
    const sheets = (page) => [...page.querySelectorAll('link[rel~="stylesheet"]')];
    const [old, fresh] = [sheets(document), sheets(next)];
    if (old.length !== fresh.length || old.some((link, at) => link.media !== fresh[at].media)) return false;
    old.forEach((link, at) => {
      if (link.getAttribute("href") === fresh[at].getAttribute("href")) return;
      const copy = link.cloneNode();
      copy.href = fresh[at].getAttribute("href");
      copy.onload = copy.onerror = () => link.remove();
      link.after(copy);
    });
    return true;
  }

  function exchange(next) {
    const [from, to] = [document.querySelector("main"), next.querySelector("main")];
    if (!from || !to) return false;
    const [x, y] = [scrollX, scrollY];
    morph(from, document.adoptNode(to));
    document.title = next.title;
    scrollTo({ left: x, top: y, behavior: "instant" });
    document.dispatchEvent(new CustomEvent("site:changed"));
    return true;
  }

  // Makes `from` what `to` is and leaves alone what is the same already, so that focus, selection, playing media and
  // opened details stay. Children at both ends that are equal are kept; those between are paired one by one by their
  // kind, and the rest is put in or taken out.
  function morph(from, to) {
    for (const { name } of [...from.attributes]) if (!to.hasAttribute(name) && !isState(from, name)) from.removeAttribute(name);
    for (const { name, value } of [...to.attributes])
      if (from.getAttribute(name) !== value && !isState(from, name)) from.setAttribute(name, value);
    const [old, fresh] = [[...from.childNodes], [...to.childNodes]];
    while (old.length && fresh.length && alike(old[0], fresh[0])) old.shift(), fresh.shift();
    while (old.length && fresh.length && alike(old[old.length - 1], fresh[fresh.length - 1])) old.pop(), fresh.pop();
    let place = old.length ? old[0] : null;
    if (!old.length && fresh.length) place = after(from, to, fresh);
    for (const node of fresh) {
      const at = old.findIndex((one) => same(one, node));
      if (at < 0) {
        from.insertBefore(node, place);
        continue;
      }
      // What is passed over has gone.
      for (const gone of old.splice(0, at)) gone.remove();
      const kept = old.shift();
      place = kept.nextSibling;
      if (kept.nodeType === Node.ELEMENT_NODE) morph(kept, node);
      else if (kept.nodeValue !== node.nodeValue) kept.nodeValue = node.nodeValue;
    }
    for (const gone of old) gone.remove();
  }

  // Where new children go when no old one is left between the equal ones: before the first equal one that follows.
  function after(from, to, fresh) {
    const behind = [...to.childNodes].length - [...to.childNodes].indexOf(fresh[fresh.length - 1]) - 1;
    return from.childNodes[from.childNodes.length - behind] || null;
  }

  // What a reader did to an element, and no template: it stays.
  function isState(element, name) {
    return name === "open" && element.nodeName === "DETAILS";
  }

  function alike(one, other) {
    if (one.isEqualNode(other)) return true;
    if (one.nodeName !== "DETAILS" || other.nodeName !== "DETAILS") return false;
    const [a, b] = [one.cloneNode(true), other.cloneNode(true)];
    a.open = b.open = false;
    return a.isEqualNode(b);
  }

  function same(one, other) {
    return one.nodeName === other.nodeName && (one.id || "") === (other.id || "");
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
    source = new EventSource("/__site/events?v=" + version);
    source.onopen = () => (part("strip").hidden = true);
    source.onerror = () => {
      disconnect();
      part("strip").hidden = false;
      retry = setTimeout(connect, 1000);
    };
    source.addEventListener("changed", (event) => {
      const message = JSON.parse(event.data);
      version = String(message.version);
      running = running.then(() => follow(message)).catch(() => {
        // Not fetched, or half exchanged: as if the message had not come.
        version = now.version;
        disconnect();
        retry = setTimeout(connect, 1000);
      });
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

  // ---- the panel: a filter for the pages, and buttons that open a file on this computer

  const panel = document.querySelector("main.panel");
  if (panel) {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    furnish(panel.querySelector(".list"));
    const rows = [...panel.querySelectorAll("tbody tr")];
    panel.querySelector("#filter").oninput = (event) => {
      const wanted = event.target.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    };
    for (const code of panel.querySelectorAll(".list summary code")) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.open = code.textContent.replace(/:\d+:\d+$/, "");
      button.textContent = words("打开", "Open");
      code.after(" ", button);
    }
    panel.addEventListener("click", async (event) => {
      const button = event.target.closest("button[data-open]");
      if (!button) return;
      event.preventDefault();
      const query = new URLSearchParams({ token: panel.dataset.token, file: button.dataset.open });
      const answer = await fetch("/__site/open?" + query.toString().replaceAll("+", "%20"), { cache: "no-store" });
      if (!answer.ok) button.textContent = words("打不开，请到文件夹里打开", "Cannot be opened from here");
    });
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
