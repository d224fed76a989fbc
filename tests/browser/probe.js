// What can be measured in a page. Every function returns sentences about what is wrong; none means all is well.
// Evaluated by the tests in pages of the site, never shipped.
(() => {
  "use strict";
  const visible = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: false });

  const name = (element) => {
    const words = element.textContent.trim().replace(/\s+/g, " ").slice(0, 24);
    const classes = [...element.classList].map((word) => "." + word).join("");
    return `<${element.localName}${classes}> “${words}”`;
  };

  // The text nodes that can be seen, with the element each stands in. The skip link waits outside of the window.
  function* texts(root = document.body) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || element.closest("script, style, noscript, .skip")) continue;
      if (visible(element)) yield [walker.currentNode, element];
    }
  }

  const lines = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter((box) => box.width > 0.5 && box.height > 0.5);
  };

  const pixels = (value) => parseFloat(value) || 0;
  const scrolls = (overflow) => overflow === "auto" || overflow === "scroll";

  function overflow(width) {
    const found = document.scrollingElement.scrollWidth;
    if (found <= width) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > width + 1);
    return [`is ${found} px wide on a screen of ${width}: ${wide.slice(0, 3).map(name).join(", ")}`];
  }

  // Titles that a line ends inside a word of, though the line is long enough for it, and how many have several lines.
  function torn() {
    const faults = [];
    let broken = 0;
    for (const title of document.querySelectorAll(".pieces")) {
      const tops = new Set();
      const room = title.parentElement.getBoundingClientRect().width;
      for (const [node] of texts(title)) {
        const boxes = lines(node);
        boxes.forEach((box) => tops.add(Math.round(box.top)));
        const width = boxes.reduce((sum, box) => sum + box.width, 0);
        // Between signs and words browsers have rules of their own.
        if (boxes.length > 1 && width < room && /^\p{Script=Han}+$/u.test(node.data)) faults.push(`${name(title)} is torn in “${node.data}”`);
      }
      if (tops.size > 1) broken += 1;
    }
    return [faults, broken];
  }

  // Where a line of text leaves the boxes that cut off what leaves them.
  function cutter(element, line, width) {
    let sideways = true;
    for (let box = element; box && box !== document.documentElement; box = box.parentElement) {
      const style = getComputedStyle(box);
      // A summary of three lines ends in an ellipsis; its whole text stands on the page it leads to.
      if (style.webkitLineClamp !== "none") return null;
      const edge = box.getBoundingClientRect();
      const slack = line.height / 4;
      if (style.overflowX !== "visible" && !scrolls(style.overflowX) && sideways) {
        if (line.left < edge.left - 1 || line.right > edge.right + 1) return box;
      }
      if (style.overflowY !== "visible" && !scrolls(style.overflowY)) {
        if (line.top < edge.top - slack || line.bottom > edge.bottom + slack) return box;
      }
      if (scrolls(style.overflowX)) sideways = false;
    }
    return sideways && (line.left < -1 || line.right > width + 1) ? document.body : null;
  }

  function clipped(width) {
    const faults = [];
    for (const [node, element] of texts()) {
      const box = lines(node).map((line) => cutter(element, line, width)).find(Boolean);
      if (box) faults.push(`${name(element)} is cut off by ${name(box)}`);
    }
    return faults;
  }

  // A column so narrow that a sentence stands one or two characters a line.
  function squeezed() {
    const faults = [];
    for (const [node, element] of texts()) {
      const size = pixels(getComputedStyle(element).fontSize);
      const boxes = lines(node);
      const widest = Math.max(...boxes.map((box) => box.width));
      if (boxes.length > 3 && widest < 2.2 * size) faults.push(`${name(element)} is squeezed into ${widest | 0} px`);
    }
    return faults;
  }

  // Text that lies on other text: the middle half of one line meets that of another.
  function overlaps() {
    const middles = [];
    for (const [node, element] of texts()) {
      if (element.closest(".note")) continue;
      for (const box of lines(node)) {
        const quarter = box.height / 4;
        middles.push({ element, left: box.left + 1, right: box.right - 1, top: box.top + quarter, bottom: box.bottom - quarter });
      }
    }
    middles.sort((a, b) => a.top - b.top);
    const faults = [];
    middles.forEach((a, i) => {
      for (let j = i + 1; j < middles.length && middles[j].top < a.bottom; j += 1) {
        const b = middles[j];
        if (a.element !== b.element && a.left < b.right && b.left < a.right) {
          faults.push(`${name(a.element)} lies on ${name(b.element)}`);
        }
      }
    });
    return faults;
  }

  // Nothing under 14 px; what is read in sentences at least 16 px, with half a line of air.
  function sizes() {
    const faults = [];
    const body = getComputedStyle(document.body);
    if (pixels(body.fontSize) < 16) faults.push(`body text is ${body.fontSize}`);
    if (pixels(body.lineHeight) < 1.5 * pixels(body.fontSize)) faults.push(`body lines are ${body.lineHeight} high`);
    for (const [, element] of texts()) {
      if (pixels(getComputedStyle(element).fontSize) < 14 && !element.closest(".note")) faults.push(`${name(element)} is too small`);
    }
    const asides = ".small, .hint, .count, .footnotes, .article-foot, .row-meta, .day-meta, .byline, .card-meta";
    for (const block of document.querySelectorAll("main :is(p, li, dd, td, blockquote)")) {
      const own = [...block.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("");
      if (own.trim().length < 30 || !visible(block) || block.closest(asides)) continue;
      const style = getComputedStyle(block);
      const size = pixels(style.fontSize);
      if (size < 16) faults.push(`${name(block)} is ${size} px`);
      const large = size >= 24;
      if (!large && pixels(style.lineHeight) < 1.5 * size - 0.1) faults.push(`${name(block)} has lines of ${style.lineHeight} for ${size} px`);
    }
    return faults;
  }

  const CONTROLS = "nav a, button, summary, .button, .pagination a, .month a, .agenda a, .tag, .site-tools a, select, textarea";

  // Links within a sentence may be as high as their line; everything else is as high as a finger.
  function targets(least = 44, narrowest = 24) {
    const faults = [];
    const controls = new Set(document.querySelectorAll(CONTROLS));
    for (const element of document.querySelectorAll("a[href], button, summary, select, textarea")) {
      if (!visible(element) || element.matches(".skip, .note-back")) continue;
      const inline = getComputedStyle(element).display === "inline";
      if (inline && !controls.has(element)) continue;
      const box = element.getBoundingClientRect();
      if (box.height < least - 0.1) faults.push(`${name(element)} is ${box.height.toFixed(1)} px high`);
      if (box.width < narrowest - 0.1) faults.push(`${name(element)} is ${box.width.toFixed(1)} px wide`);
    }
    return faults;
  }

  // Larger type and wider targets than in the ordinary view: what is read at least 18 px, what is pressed 60 by 60.
  function elder() {
    const faults = targets(60, 60);
    for (const [, element] of texts(document.querySelector("main"))) {
      const size = pixels(getComputedStyle(element).fontSize);
      if (size < 18 && !element.closest(".note")) faults.push(`${name(element)} is ${size} px`);
    }
    return faults;
  }

  // With colours of the system: what is pressed has an edge, and what is chosen differs by more than colour.
  function forced() {
    const faults = [];
    for (const element of document.querySelectorAll("button, .button, .tag, .elder, select, input:not([type=checkbox]), .file-go, .pagination a")) {
      const style = getComputedStyle(element);
      if (visible(element) && (style.borderTopStyle === "none" || !pixels(style.borderTopWidth))) faults.push(`${name(element)} has no edge`);
    }
    for (const element of document.querySelectorAll("[aria-current], [aria-pressed=true]")) {
      const style = getComputedStyle(element);
      const told = Number(style.fontWeight) >= 600 || style.textDecorationLine === "underline" || pixels(style.borderTopWidth) >= 3;
      if (visible(element) && !told) faults.push(`${name(element)} is chosen by colour alone`);
    }
    return faults;
  }

  // The ink of every line of text: where it stands, its colour, whether it counts as large.
  function inks() {
    const found = [];
    for (const [node, element] of texts()) {
      const style = getComputedStyle(element);
      let opacity = 1;
      for (let box = element; box; box = box.parentElement) opacity *= Number(getComputedStyle(box).opacity);
      const size = pixels(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      for (const box of lines(node)) {
        found.push({ x: box.left + scrollX, y: box.top + scrollY, width: box.width, height: box.height, color: style.color, opacity, large, text: name(element) });
      }
    }
    return found;
  }

  // Takes the ink away and leaves the paper, with what is drawn on it in `currentColor`.
  function blank() {
    // Made by script, because the pages' policy lets no other sheet in.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`*, *::before, *::after { -webkit-text-fill-color: transparent !important;
      text-shadow: none !important; text-decoration: none !important; transition: none !important; }`);
    document.adoptedStyleSheets.push(sheet);
  }

  // Compares inks with the paper behind them; a thirtieth of the pixels may be edges of something else.
  async function contrast(png, list, top, [small, large] = [4.5, 3]) {
    const bytes = Uint8Array.from(atob(png), (char) => char.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { willReadFrequently: true });
    canvas.drawImage(bitmap, 0, 0);
    const faults = [];
    for (const ink of list) {
      const y = Math.max(0, Math.round(ink.y - top));
      const x = Math.max(0, Math.round(ink.x));
      const width = Math.min(bitmap.width - x, Math.round(ink.width));
      const height = Math.min(bitmap.height - y, Math.round(ink.height));
      if (width < 1 || height < 1) continue;
      const ratios = against(ink, canvas.getImageData(x, y, width, height).data);
      const worst = ratios[Math.floor(ratios.length / 30)];
      const wanted = ink.large ? large : small;
      if (worst < wanted - 0.005) faults.push(`${ink.text} has a contrast of ${worst.toFixed(2)}, not ${wanted}`);
    }
    return faults;
  }

  function against(ink, paper) {
    // Mixed colours are told in parts of one, others in parts of 255.
    const whole = ink.color.startsWith("color(") ? 255 : 1;
    const [red, green, blue, alpha = 1] = ink.color.match(/[\d.]+/g).map((part, n) => (n < 3 ? part * whole : Number(part)));
    const share = alpha * ink.opacity;
    const ratios = [];
    const known = new Map();
    for (let i = 0; i < paper.length; i += 8) {
      const key = (paper[i] << 16) | (paper[i + 1] << 8) | paper[i + 2];
      if (!known.has(key)) {
        const mixed = [red, green, blue].map((part, n) => part * share + paper[i + n] * (1 - share));
        const [a, b] = [light(mixed), light([paper[i], paper[i + 1], paper[i + 2]])];
        known.set(key, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
      }
      ratios.push(known.get(key));
    }
    return ratios.sort((a, b) => a - b);
  }

  // Relative luminance, WCAG 2.2.
  function light(color) {
    const [red, green, blue] = color.map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  // What the Tab key must reach.
  function stops() {
    return [...document.querySelectorAll('a[href], button, input, summary, select, textarea, [tabindex="0"]')]
      .filter((element) => !element.disabled && (visible(element) || element.matches(".skip")));
  }

  // Where the focus is, and whether it can be seen.
  function focus() {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const ring = style.outlineStyle !== "none" && pixels(style.outlineWidth) >= 2;
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return { number: stops().indexOf(element), name: name(element), seen: ring && inside && box.width > 0, skip: element.matches(".skip") };
  }

  const layout = (width) => [...overflow(width), ...clipped(width), ...squeezed(), ...overlaps(), ...sizes(), ...targets()];
  const words = (root) => [...texts(root)].map(([node]) => node.data.trim().replace(/\s+/g, " "));
  window.probe = { targets, torn, overflow, clipped, squeezed, overlaps, layout, inks, blank, contrast, stops, focus, words, visible, name, elder, forced };
})();
