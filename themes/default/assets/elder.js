// 长辈版 without this file is the fragment #elder, which ends with the page; here it is remembered, and read aloud.
// In the head, before the style sheets and neither `defer` nor `async`: a later page begins in the chosen view instead of
// changing under the eyes, and nothing is painted before the sheets are there anyway.
(function () {
  "use strict";
  var root = document.documentElement;
  var KEY = "elder";

  function remembered() {
    try {
      return localStorage.getItem(KEY) === "1";
    } catch (_) {
      return false;
    }
  }
  function isTarget() {
    return document.querySelector(":target") === root;
  }
  function set(on) {
    root.classList.toggle("is-elder", on);
    if (!on) stop();
    try {
      localStorage.setItem(KEY, on ? "1" : "0");
    } catch (_) {}
  }

  // What a later script is going to show has its place from the beginning.
  root.classList.add("is-scripted");

  if (location.hash === "#elder") set(true);
  else root.classList.toggle("is-elder", remembered());
  addEventListener("hashchange", function () {
    if (location.hash === "#elder") set(true);
  });
  // A page that the browser has kept may be older than the choice.
  addEventListener("pageshow", function (event) {
    if (event.persisted && !isTarget()) root.classList.toggle("is-elder", remembered());
  });

  // The page stays where it is, and the focus goes to the link that takes the place of the one used.
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a.elder");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    var on = link.getAttribute("href") === "#elder";
    set(on);
    if (!on && isTarget()) location.hash = "top";
    document.querySelector(on ? ".elder-off" : ".elder-on").focus();
  });

  // ---- reading aloud: a button where the browser has a Chinese voice
  var speech = window.speechSynthesis;
  var BLOCKS = "h1, h2, h3, h4, h5, h6, p, li, dt, dd, th, td, caption, figcaption, summary, blockquote, pre, time.dateblock";
  var SILENT = "[aria-hidden=true], nav, form, button, script, style, .actions, .hint";
  // Some browsers fall silent in the middle of a long utterance.
  var LONGEST = 80;
  var button = null;
  var queue = [];
  var marked = null;
  // Held, because some browsers forget an utterance that nothing names, and its end with it.
  var said = null;

  function voice() {
    var voices = speech.getVoices();
    function first(pattern) {
      return voices.filter(function (one) {
        return pattern.test(one.lang);
      })[0];
    }
    return first(/^(zh|cmn)([-_]hans)?[-_]cn/i) || first(/^zh([-_]hans)?$/i) || first(/^zh[-_](hans|sg)/i);
  }
  function mark(block) {
    if (marked) marked.classList.remove("is-read");
    marked = block;
    if (!block) return;
    block.classList.add("is-read");
    if (block.scrollIntoView) block.scrollIntoView({ block: "nearest" });
  }
  // What is seen of the main text, a paragraph each.
  function paragraphs() {
    var main = document.getElementById("main");
    var walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT, null, false);
    var found = [];
    while (walker.nextNode()) {
      var node = walker.currentNode;
      var parent = node.parentElement;
      if (!node.data.trim() || parent.closest(SILENT) || !parent.getClientRects().length) continue;
      var block = parent.closest(BLOCKS);
      if (!block || !main.contains(block)) block = parent;
      var last = found[found.length - 1];
      if (!last || last.block !== block) found.push({ block: block, text: node.data });
      else last.text += (getComputedStyle(block).display === "flex" ? "，" : "") + node.data;
    }
    return found;
  }
  function pieces(text) {
    var all = [];
    (text.replace(/\s+/g, " ").match(/[^。！？；]+[。！？；]*/g) || []).forEach(function (sentence) {
      var last = all.length - 1;
      if (last >= 0 && (all[last] + sentence).length <= LONGEST) all[last] += sentence;
      else all.push(sentence);
    });
    return all;
  }
  function next() {
    var one = queue.shift();
    if (!one) return stop();
    said = new SpeechSynthesisUtterance(one.text);
    said.voice = voice();
    said.lang = "zh-CN";
    said.rate = 0.9;
    // What was cancelled ends too, late, and no longer counts.
    var mine = queue;
    said.onend = said.onerror = function () {
      if (mine === queue) next();
    };
    if (marked !== one.block) mark(one.block);
    speech.speak(said);
  }
  function read() {
    queue = [];
    paragraphs().forEach(function (paragraph) {
      pieces(paragraph.text).forEach(function (text) {
        queue.push({ block: paragraph.block, text: text });
      });
    });
    button.setAttribute("aria-pressed", "true");
    next();
  }
  function stop() {
    queue = [];
    mark(null);
    if (!button) return;
    speech.cancel();
    button.setAttribute("aria-pressed", "false");
  }
  function offer() {
    var tools = document.querySelector(".site-tools");
    if (button || !tools || !voice()) return;
    button = document.createElement("button");
    button.type = "button";
    button.className = "button read-aloud";
    button.textContent = "朗读正文";
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", function () {
      if (button.getAttribute("aria-pressed") === "true") stop();
      else read();
    });
    tools.appendChild(button);
  }
  if (!speech || typeof SpeechSynthesisUtterance === "undefined") return;
  document.addEventListener("DOMContentLoaded", offer);
  // Voices come when they come.
  if (speech.addEventListener) speech.addEventListener("voiceschanged", offer);
  else speech.onvoiceschanged = offer;
  addEventListener("pagehide", stop);
  document.addEventListener("site:changed", stop);
})();
