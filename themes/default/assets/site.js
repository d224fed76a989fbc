// Extras only: every page is complete without this file.
(function () {
  "use strict";
  // Links that leave the site ask first; other government sites need no question.
  function ask(link) {
    var name = document.querySelector('meta[name="SiteName"]');
    var dialog = document.createElement("dialog");
    dialog.className = "leave";
    dialog.setAttribute("aria-labelledby", "leave-title");
    function add(tag, text, parent, attributes) {
      var element = document.createElement(tag);
      element.textContent = text;
      Object.keys(attributes || {}).forEach(function (key) {
        element.setAttribute(key, attributes[key]);
      });
      parent.appendChild(element);
      return element;
    }
    add("p", "您将离开本站", dialog, { id: "leave-title", class: "leave-title" });
    add("p", "您访问的链接即将离开“" + (name ? name.content : "本站") + "”，是否继续？", dialog);
    add("p", link.href, dialog, { class: "leave-url" });
    var actions = add("p", "", dialog, { class: "actions" });
    var go = add("a", "继续访问", actions, { class: "button", href: link.href, rel: "noopener noreferrer" });
    var stay = add("button", "留在本站", actions, { class: "button button-quiet", type: "button" });
    function close() {
      dialog.close();
    }
    go.addEventListener("click", close);
    stay.addEventListener("click", close);
    dialog.addEventListener("close", function () {
      dialog.remove();
      link.focus();
    });
    document.body.appendChild(dialog);
    dialog.showModal();
    stay.focus();
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-leave]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (/(^|\.)gov\.cn$/.test(link.hostname) || typeof HTMLDialogElement === "undefined") return;
    event.preventDefault();
    ask(link);
  });

  // A button appears only where it can print: inside WeChat nothing can.
  document.querySelectorAll("[data-print]").forEach(function (button) {
    if (!window.print || /MicroMessenger/i.test(navigator.userAgent)) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });

  // Printing opens what is folded.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (element) {
      element.open = true;
    });
  });
})();
