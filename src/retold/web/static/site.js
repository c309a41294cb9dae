// Helps that the pages do without: two texts that scroll together and the bands between them, dropped files, a word
// while something takes its time.
(function () {
  "use strict";

  document.addEventListener("keydown", function (event) {
    var field = event.target.closest && event.target.closest("input, textarea, select");
    if (event.key === "/" && !field && !event.ctrlKey && !event.metaKey && !event.altKey) {
      var find = document.getElementById("find");
      if (find) { find.focus(); find.select(); event.preventDefault(); }
    }
  });

  document.querySelectorAll("form[method=post]").forEach(function (form) {
    form.addEventListener("submit", function () {
      form.classList.add("waiting");
      form.querySelectorAll("button[type=submit]").forEach(function (one) {
        setTimeout(function () { one.disabled = true; }, 0);
      });
    });
  });
  addEventListener("pageshow", function () {
    document.querySelectorAll("form.waiting").forEach(function (form) {
      form.classList.remove("waiting");
      form.querySelectorAll("button[disabled]").forEach(function (one) { one.disabled = false; });
    });
  });

  document.querySelectorAll(".drop").forEach(function (zone) {
    var input = zone.querySelector("input[type=file]");
    var list = zone.querySelector("ul");
    function tell() {
      list.replaceChildren.apply(list, Array.from(input.files).map(function (file) {
        var item = document.createElement("li");
        item.textContent = file.name + ", " + Math.ceil(file.size / 1000) + " kB";
        return item;
      }));
    }
    input.addEventListener("change", tell);
    ["dragenter", "dragover"].forEach(function (name) {
      zone.addEventListener(name, function (event) { event.preventDefault(); zone.classList.add("over"); });
    });
    ["dragleave", "drop"].forEach(function (name) {
      zone.addEventListener(name, function () { zone.classList.remove("over"); });
    });
    zone.addEventListener("drop", function (event) {
      event.preventDefault();
      if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; tell(); }
    });
  });

  // More texts to paste, one at a time.
  var more = document.getElementById("more");
  if (more) {
    var hidden = Array.from(document.querySelectorAll(".pasted .spare"));
    hidden.forEach(function (one) { one.hidden = true; });
    more.hidden = !hidden.length;
    more.addEventListener("click", function () {
      var next = hidden.shift();
      next.hidden = false;
      next.querySelector("textarea").focus();
      more.hidden = !hidden.length;
    });
  }

  // A change that has a page of its own opens under its row here; j and k step through them, or from page to page.
  var apart = Array.from(document.querySelectorAll("a.open[data-change]")), at = -1;
  function openApart(link) {
    fetch(link.href).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.text();
    }).then(function (text) {
      var panel = new DOMParser().parseFromString(text, "text/html").querySelector(".panel");
      document.querySelectorAll(".panel.fetched").forEach(function (one) { one.remove(); });
      panel.classList.add("fetched");
      for (var one = link.parentElement; one; one = one.parentElement) if (one.matches("details")) one.open = true;
      link.closest("tr").nextElementSibling.firstElementChild.append(panel);
      panel.scrollIntoView({ block: "nearest" });
      at = apart.indexOf(link);
    }).catch(function () { location.href = link.href; });
  }
  apart.forEach(function (link) {
    link.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      openApart(link);
    });
  });
  document.addEventListener("keydown", function (event) {
    var field = event.target.closest && event.target.closest("input, textarea, select");
    if (field || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") document.querySelectorAll(".panel.fetched").forEach(function (one) { one.remove(); });
    if (event.key !== "j" && event.key !== "k") return;
    var page = document.querySelector(event.key === "j" ? ".pager.changes a[rel=next]" : ".pager.changes a[rel=prev]");
    if (page) page.click();
    var next = event.key === "j" ? at + 1 : at < 0 ? apart.length - 1 : at - 1;
    if (apart[next]) openApart(apart[next]);
  });

  var beside = document.querySelector(".beside");
  if (!beside) return;
  var texts = beside.querySelector(".texts");
  var left = texts.querySelector(".column.earlier"), right = texts.querySelector(".column.later");
  var links = Array.from(left.querySelectorAll("a.run[id]")).map(function (one) {
    return { from: one, to: document.getElementById(one.hash.slice(1)) };
  }).filter(function (one) { return one.to; });

  var toggle = document.getElementById("originals");
  function turn() {
    var alone = beside.classList.toggle("alone");
    toggle.textContent = alone ? toggle.dataset.show : toggle.dataset.hide;
    draw();
  }
  toggle.hidden = false;
  toggle.addEventListener("click", turn);
  document.addEventListener("keydown", function (event) {
    var field = event.target.closest && event.target.closest("input, textarea, select");
    if (event.key === "o" && !field && !event.ctrlKey && !event.metaKey && !event.altKey) turn();
  });

  // The bands: from where a passage stands in the one column to where it stands in the other.
  var ns = "http://www.w3.org/2000/svg";
  var svg = document.createElementNS(ns, "svg");
  svg.setAttribute("class", "bands");
  svg.setAttribute("aria-hidden", "true");
  texts.append(svg);
  var paths = links.map(function () {
    var path = document.createElementNS(ns, "path");
    svg.append(path);
    return path;
  });
  function draw() {
    var frame = texts.getBoundingClientRect(), l = left.getBoundingClientRect(), r = right.getBoundingClientRect();
    if (r.left < l.right) return;
    svg.setAttribute("viewBox", "0 0 " + (r.left - l.right) + " " + frame.height);
    svg.style.left = l.right - frame.left + "px";
    svg.style.width = r.left - l.right + "px";
    var width = r.left - l.right;
    links.forEach(function (link, n) {
      var a = link.from.getBoundingClientRect(), b = link.to.getBoundingClientRect();
      if (a.bottom < l.top || a.top > l.bottom || b.bottom < r.top || b.top > r.bottom) {
        paths[n].setAttribute("d", "");
        return;
      }
      function clip(y) { return Math.min(Math.max(y, l.top), l.bottom) - frame.top; }
      var half = width / 2;
      paths[n].setAttribute("d", "M0 " + clip(a.top) + "C" + half + " " + clip(a.top) + " " + half + " " + clip(b.top) +
        " " + width + " " + clip(b.top) + "V" + clip(b.bottom) + "C" + half + " " + clip(b.bottom) + " " + half + " " +
        clip(a.bottom) + " 0 " + clip(a.bottom) + "Z");
      paths[n].setAttribute("class", link.from.classList.contains("lit") ? "lit" : "");
    });
  }

  // The other column follows: the passage nearest the top of the one stands at the same height in the other.
  var leading = null, release = 0;
  function follow(own, other, isLeft) {
    if (leading && leading !== own) return;
    leading = own;
    clearTimeout(release);
    release = setTimeout(function () { leading = null; }, 120);
    var top = own.getBoundingClientRect().top, best = null, distance = Infinity;
    links.forEach(function (link) {
      var gap = Math.abs((isLeft ? link.from : link.to).getBoundingClientRect().top - top - 48);
      if (gap < distance) { distance = gap; best = link; }
    });
    if (!best) return;
    var here = (isLeft ? best.from : best.to).getBoundingClientRect().top - top;
    var there = (isLeft ? best.to : best.from).getBoundingClientRect().top - other.getBoundingClientRect().top;
    other.scrollTop += there - here;
  }
  left.addEventListener("scroll", function () { follow(left, right, true); requestAnimationFrame(draw); });
  right.addEventListener("scroll", function () { follow(right, left, false); requestAnimationFrame(draw); });
  addEventListener("resize", draw);
  addEventListener("hashchange", function () { requestAnimationFrame(draw); });
  texts.addEventListener("mouseover", draw);
  draw();
})();
