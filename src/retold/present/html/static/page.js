// A help, not a need: lights a passage's twin, steps with j and k, closes what is open. The page reads without it.
(function () {
  "use strict";
  function twinOf(link) { return document.getElementById(link.hash.slice(1)); }
  function target() { return location.hash ? document.getElementById(location.hash.slice(1)) : null; }

  function light(link) {
    document.querySelectorAll("a.run.lit").forEach(function (one) { one.classList.remove("lit"); });
    if (!link) return;
    [link, twinOf(link)].forEach(function (one) { if (one) one.classList.add("lit"); });
  }
  function lightTarget() {
    var here = target();
    light(here && here.matches("a.run") ? here : null);
    return here;
  }
  function runOf(event) { return event.target.closest && event.target.closest("a.run"); }
  document.addEventListener("mouseover", function (event) { if (runOf(event)) light(runOf(event)); });
  document.addEventListener("mouseout", function (event) { if (runOf(event)) lightTarget(); });
  function follow() {
    var here = lightTarget();
    if (here && here.matches("details")) here.open = true;
    var texts = here && here.closest(".texts");
    if (texts) texts.scrollIntoView({ block: "nearest" });  // both columns stay in view, not the one line alone
  }
  addEventListener("hashchange", follow);
  addEventListener("load", follow);

  // The cell that opened a panel closes it too.
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a.open");
    if (link && link.hash === location.hash) {
      event.preventDefault();
      location.hash = "#closed";
    }
  });

  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.target.closest && event.target.closest("input, textarea, select")) return;
    if (event.key === "Escape" && target()) { location.hash = "#closed"; return; }
    if (event.key !== "j" && event.key !== "k") return;
    var here = target();
    var pair = here ? here.closest(".pair") : document.querySelector(".beside .pair");
    var stops = Array.from(pair
      ? pair.querySelectorAll(".later a.run[id]")
      : document.querySelectorAll(".panel.change"));
    if (!stops.length) return;
    var at = stops.indexOf(here);
    if (at < 0 && pair && here) at = stops.findIndex(function (one) { return one.hash === "#" + here.id; });
    var next = event.key === "j" ? at + 1 : at < 0 ? stops.length - 1 : at - 1;
    if (stops[next]) { location.hash = "#" + stops[next].id; event.preventDefault(); }
  });
})();
