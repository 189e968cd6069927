// Before the first paint: the theme that was chosen, else the system's; the language that was chosen, else the browser's.
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem("modelruntime.theme");
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
    var language = localStorage.getItem("modelruntime.language") || navigator.language;
    root.lang = /^zh/i.test(language) ? "zh-Hans" : "en-US";
  } catch (closed) {
    root.lang = "en-US";
  }
})();
