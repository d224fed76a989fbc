// The page has moved: go on to the address in the link, and keep the anchor.
(function () {
  var link = document.getElementById("moved-to");
  if (link) location.replace(link.href + location.hash);
})();
