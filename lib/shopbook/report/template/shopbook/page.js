// What a page can do with a script and says as well without one. No request, no storage but the ticks of this browser.
(function () {
  "use strict";
  var words = JSON.parse(document.body.getAttribute("data-words") || "{}");
  var all = function (what, inside) { return Array.prototype.slice.call((inside || document).querySelectorAll(what)); };
  var make = function (tag, name, text) {
    var made = document.createElement(tag);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  };
  var kept = { get: function (k) { try { return localStorage.getItem(k); } catch (e) { return null; } },
    set: function (k, v) { try { v ? localStorage.setItem(k, v) : localStorage.removeItem(k); } catch (e) { /* full or forbidden */ } } };

  function copy(text, button) {
    var before = button.textContent;
    var done = function () { button.textContent = words.copied; setTimeout(function () { button.textContent = before; }, 1500); };
    if (navigator.clipboard && window.isSecureContext) { navigator.clipboard.writeText(text).then(done, byHand); } else { byHand(); }
    function byHand() {
      var box = make("textarea"); box.value = text; document.body.appendChild(box); box.select();
      try { document.execCommand("copy"); done(); } finally { box.remove(); }
    }
  }

  // Tables: one table again, sorted by its headers, copied as CSV.
  function number(text) {
    var plain = text.replace(/[−–]/g, "-").replace(/[,\s▲▼■+¥元]/g, "");
    var found = plain.match(/-?\d+(\.\d+)?/);
    if (!found) return null;
    var scale = /亿/.test(plain) ? 1e8 : /万/.test(plain) ? 1e4 : /\dk$/.test(plain) ? 1e3 : /\dM$/.test(plain) ? 1e6 : 1;
    return parseFloat(found[0]) * scale;
  }
  function join(box) {
    var rest = box.nextElementSibling;
    if (!rest || !rest.classList.contains("sb-rest")) return;
    var body = box.querySelector("tbody");
    all("tbody tr", rest).forEach(function (row) { body.appendChild(row); });
    rest.remove();
  }
  function sort(box, place, button) {
    join(box);
    var body = box.querySelector("tbody"), down = button.getAttribute("data-way") !== "down";
    all(".sb-sort", box).forEach(function (one) { one.removeAttribute("data-way"); one.parentNode.removeAttribute("aria-sort"); });
    button.setAttribute("data-way", down ? "down" : "up");
    button.parentNode.setAttribute("aria-sort", down ? "descending" : "ascending");
    var rows = all("tr", body).map(function (row) { var t = row.children[place] ? row.children[place].textContent : ""; return [row, number(t), t]; });
    rows.sort(function (a, b) {
      if (a[1] === null || b[1] === null) return a[1] === b[1] ? a[2].localeCompare(b[2], "zh") * (down ? 1 : -1) : a[1] === null ? 1 : -1;
      return (b[1] - a[1]) * (down ? 1 : -1);
    });
    rows.forEach(function (one) { body.appendChild(one[0]); });
  }
  function csv(box) {
    join(box);
    return all("tr", box).map(function (row) {
      return Array.prototype.map.call(row.children, function (cell) {
        var text = cell.textContent.trim().replace(/"/g, '""');
        return '"' + (/^[=@\t]/.test(text) ? "'" + text : text) + '"';
      }).join(",");
    }).join("\n");
  }
  all(".sb-table .sb-scroll, .sb-finding .sb-scroll").forEach(function (box) {
    if (box.closest(".sb-rest")) return;
    if (box.querySelectorAll("tbody tr").length < 2) return;
    all("thead th", box).forEach(function (head, place) {
      var button = make("button", "sb-sort", head.textContent);
      button.type = "button"; head.textContent = ""; head.appendChild(button);
      button.addEventListener("click", function () { sort(box, place, button); });
    });
    var tool = make("button", "sb-tool", words.csv); tool.type = "button";
    tool.addEventListener("click", function () { copy(csv(box), tool); });
    box.parentNode.appendChild(tool);
  });

  // Actions: ticked in this browser, copied for the group chat.
  all("[data-tick]").forEach(function (box) {
    var key = "shopbook:" + box.getAttribute("data-tick"), card = box.closest("li");
    box.closest("label").hidden = false;
    box.checked = kept.get(key) === "1";
    card.classList.toggle("sb-done", box.checked);
    box.addEventListener("change", function () { kept.set(key, box.checked ? "1" : ""); card.classList.toggle("sb-done", box.checked); });
  });
  all(".sb-todo").forEach(function (list) {
    var tool = make("button", "sb-tool", words.todo); tool.type = "button";
    tool.addEventListener("click", function () {
      copy(all("li.sb-card", list).map(function (card) {
        var things = all(".sb-things li", card).map(function (one) { return "  " + one.querySelector(".sb-thing").textContent + " " + one.querySelector(".sb-amount").textContent; });
        return [card.querySelector(".sb-do").textContent.trim()].concat(things).join("\n");
      }).join("\n"), tool);
    });
    list.insertAdjacentElement("afterend", tool);
  });

  // Charts: the figures of the day under the pointer.
  all("[data-points]").forEach(function (holder) {
    var data = JSON.parse(holder.getAttribute("data-points")), tip = make("div", "sb-tip"), mark = make("i", "sb-mark");
    tip.hidden = mark.hidden = true; holder.appendChild(mark); holder.appendChild(tip);
    function show(event) {
      var frame = holder.getBoundingClientRect(), at = (event.clientX - frame.left) / frame.width, best = 0;
      data.x.forEach(function (x, place) { if (Math.abs(x - at) < Math.abs(data.x[best] - at)) best = place; });
      tip.textContent = "";
      tip.appendChild(make("b", "", data.d[best]));
      data.s.forEach(function (line) { tip.appendChild(make("div", "", line[0] + " " + line[1][best])); });
      tip.hidden = mark.hidden = false;
      mark.style.left = data.x[best] * 100 + "%";
      tip.style.left = Math.min(Math.max(data.x[best] * frame.width - tip.offsetWidth / 2, 0), frame.width - tip.offsetWidth) + "px";
    }
    function hide() { tip.hidden = mark.hidden = true; }
    holder.addEventListener("pointermove", show); holder.addEventListener("pointerdown", show); holder.addEventListener("pointerleave", hide);
  });

  // A link to a card inside something folded opens it.
  function unfold() {
    var there = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var one = there; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    if (there) there.scrollIntoView();
  }
  window.addEventListener("hashchange", unfold); unfold();
})();
