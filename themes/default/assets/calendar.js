// Refines an agenda or a month in place and keeps the choice in the address. Every happening is on the page without
// this file, and agendas of regions, campaigns and institutions are pages of their own.
(function () {
  "use strict";
  var form = document.querySelector("form.refine");
  var happenings = document.querySelectorAll("[data-regions]");
  if (!form || typeof URLSearchParams === "undefined") return;
  var names = ["region", "campaign", "programme", "bookable", "online"];
  var result = form.querySelector("[role=status]");
  var reset = form.querySelector("[type=reset]");

  function words(element, name, separator) {
    var text = element.getAttribute("data-" + name) || "";
    return text.split(separator);
  }
  function fits(element, choice) {
    if (choice.region && words(element, "regions", " ").indexOf(choice.region) < 0) return false;
    if (choice.campaign && words(element, "campaigns", " ").indexOf(choice.campaign) < 0) return false;
    if (choice.programme && words(element, "programme", "|").indexOf(choice.programme) < 0) return false;
    var can = words(element, "can", " ");
    return (!choice.bookable || can.indexOf("bookable") >= 0) && (!choice.online || can.indexOf("online") >= 0);
  }
  // Only what the form offers is ever taken from an address.
  function read(query) {
    names.forEach(function (name) {
      var field = form.elements[name];
      var value = query.get(name) || "";
      if (!field) return;
      if (field.type === "checkbox") field.checked = value === "1";
      else {
        field.value = value;
        if (field.selectedIndex < 0) field.value = "";
      }
    });
  }
  function chosen() {
    var choice = {};
    names.forEach(function (name) {
      var field = form.elements[name];
      if (!field) return;
      var value = field.type === "checkbox" ? (field.checked ? "1" : "") : field.value;
      if (value) choice[name] = value;
    });
    return choice;
  }
  function show() {
    var choice = chosen();
    var query = new URLSearchParams(choice).toString();
    var any = query !== "";
    var count = 0;
    happenings.forEach(function (element) {
      var away = !fits(element, choice);
      element.classList.toggle("is-refined-away", away);
      if (!away && element.classList.contains("happening")) count += 1;
    });
    document.querySelectorAll(".agenda-day").forEach(function (day) {
      var left = day.querySelector(".happening:not(.is-refined-away)");
      day.classList.toggle("is-refined-away", !left && !day.querySelector("[data-keep]"));
    });
    document.querySelectorAll("a[data-keep]").forEach(function (link) {
      var address = link.getAttribute("href").split("#");
      var path = address[0].split("?")[0];
      link.setAttribute("href", path + (any ? "?" + query : "") + (address[1] ? "#" + address[1] : ""));
    });
    var more = document.querySelector(".pagination");
    result.textContent = !any ? "" : count === 0 ? "本页没有符合条件的活动。" : "本页有 " + count + " 场符合条件。";
    if (any && more) result.textContent += "其余的在后面各页。";
    reset.hidden = !any;
    if (history.replaceState) {
      history.replaceState(null, "", location.pathname + (any ? "?" + query : "") + location.hash);
    }
  }
  form.hidden = false;
  form.addEventListener("change", show);
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    show();
  });
  form.addEventListener("reset", function () {
    setTimeout(function () {
      show();
      form.elements[0].focus();
    });
  });
  read(new URLSearchParams(location.search));
  show();
})();
