// Asks before a link leads to another site.
document.addEventListener("click", function (event) {
  var link = event.target.closest("a[data-leave]");
  if (link && !window.confirm("即将离开本网站，打开 " + link.href)) event.preventDefault();
});
