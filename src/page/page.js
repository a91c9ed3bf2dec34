"use strict";
// Lays the survey out. Everything from the run is put on the page as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const survey = data.survey, counts = data.counts || {};
  const main = document.getElementById("main"), nav = document.getElementById("nav");
  const SVG = "http://www.w3.org/2000/svg";

  // --- small tools -------------------------------------------------------------------------------------------------
  const number = new Intl.NumberFormat("en");
  const num = (n) => number.format(n || 0);
  const percent = (part, all) => {
    if (!all) return "–";
    const share = 100 * part / all;
    return (share > 0 && share < 0.1 ? "<0.1" : share.toFixed(share < 10 ? 1 : 0)) + " %";
  };
  const plural = (n, one, many) => `${num(n)} ${n === 1 ? one : many || one + "s"}`;
  const sum = (list) => list.reduce((a, b) => a + b, 0);

  function el(name, props, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(props || {})) {
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value !== false && value != null) node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child != null));
    return node;
  }
  function svg(name, props, ...children) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(props || {})) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }
  function section(id, title, lead) {
    nav.append(el("a", { href: "#" + id }, title));
    const node = el("section", { id, "aria-labelledby": id + "-title" }, el("h2", { id: id + "-title" }, title));
    if (lead) node.append(el("p", { class: "lead" }, lead));
    main.append(node);
    return node;
  }
  // Columns: [title, value of a row, is it a number].
  function table(columns, rows, limit) {
    const shown = limit && rows.length > limit ? rows.slice(0, limit) : rows;
    const body = el("tbody", null);
    const fill = (list) => body.replaceChildren(...list.map((row) => el("tr", null, columns.map(([, value, isNumber]) =>
      el("td", { class: isNumber ? "n" : "w", dir: isNumber ? null : "auto" }, value(row))))));
    fill(shown);
    const node = el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Table" }, el("table", null,
      el("thead", null, el("tr", null, columns.map(([title, , isNumber]) => el("th", { class: isNumber ? "n" : null, scope: "col" }, title)))),
      body));
    if (shown.length < rows.length) {
      const more = el("button", { type: "button", onclick: () => { fill(rows); more.remove(); } }, `Show all ${num(rows.length)}`);
      return el("div", null, node, el("p", { class: "pages" }, more));
    }
    return node;
  }
  // Names between backticks.
  const coded = (text) => text.split("`").map((part, n) => n % 2 === 1 ? el("code", null, part) : part);
  // A chart, drawn for the width it has, with its table behind it.
  function figure(caption, draw, columns, rows) {
    const canvas = el("div", { class: "chart" });
    const node = el("figure", null, el("figcaption", null, caption), canvas,
      el("details", null, el("summary", null, "Table"), table(columns, rows)));
    let last = 0;
    new ResizeObserver(() => {
      const width = Math.floor(canvas.clientWidth);
      if (width > 0 && width !== last) {
        last = width;
        const drawn = draw(width);
        drawn.setAttribute("role", "img");
        drawn.setAttribute("aria-label", caption);
        canvas.replaceChildren(drawn);
      }
    }).observe(canvas);
    return node;
  }
  function clipped(text, width) {
    const room = Math.max(4, Math.floor(width / 7));
    const chars = Array.from(text);
    return chars.length > room ? chars.slice(0, room - 1).join("") + "…" : text;
  }
  // Horizontal bars: rows of { label, value, text, kind }.
  function bars(rows) {
    return (width) => {
      const longest = Math.max(...rows.map((row) => row.label.length));
      const told = Math.max(...rows.map((row) => row.text.length));
      const narrow = width < 460, label = narrow ? 0 : Math.min(230, width * 0.32, 16 + longest * 7.2), step = narrow ? 40 : 26;
      const right = 12 + told * 7, room = Math.max(40, width - label - right);
      const most = Math.max(1, ...rows.map((row) => row.value));
      const drawn = svg("svg", { height: rows.length * step + 4, width });
      rows.forEach((row, n) => {
        const y = n * step + (narrow ? 16 : 0), length = Math.max(row.value > 0 ? 2 : 0, room * row.value / most);
        const name = svg("text", { x: 0, y: narrow ? y - 3 : y + 16 });
        name.textContent = clipped(row.label, narrow ? width : label - 8);
        const title = svg("title");
        title.textContent = `${row.label}: ${row.text}`;
        const text = svg("text", { x: label + length + 7, y: y + 16, class: "soft" });
        text.textContent = row.text;
        drawn.append(svg("g", null, title, name,
          svg("rect", { x: label, y: y + 4, width: length, height: 16, rx: 2, class: row.kind || "kept" }), text));
      });
      return drawn;
    };
  }
  // One bar cut into parts, with its key below.
  function stack(parts) {
    return (width) => {
      const all = sum(parts.map((part) => part.value)) || 1;
      const rows = [];
      let row = 0, x = 0;
      const keyed = parts.filter((part) => part.value > 0).map((part) => {
        const text = `${part.label} ${percent(part.value, all)}`, needs = 24 + text.length * 6.7;
        if (x > 0 && x + needs > width) { row += 1; x = 0; }
        const place = { part, text, x, y: 52 + row * 22 };
        x += needs + 10;
        return place;
      });
      const drawn = svg("svg", { height: 62 + row * 22, width });
      let at = 0;
      for (const part of parts) {
        const length = width * part.value / all;
        if (length <= 0) continue;
        const title = svg("title");
        title.textContent = `${part.label}: ${num(part.value)} (${percent(part.value, all)})`;
        rows.push(svg("rect", { x: at, y: 2, width: Math.max(1, length - 1), height: 28, rx: 3, class: part.kind }, title));
        at += length;
      }
      drawn.append(...rows);
      for (const { part, text, x, y } of keyed) {
        const label = svg("text", { x: x + 17, y });
        label.textContent = text;
        drawn.append(svg("rect", { x, y: y - 10, width: 11, height: 11, rx: 2, class: part.kind }), label);
      }
      return drawn;
    };
  }
  // Upright bars over equal steps; `marks` are the labels of the edges.
  function histogram(values, marks, kind) {
    return (width) => {
      const height = 150, base = height - 24, most = Math.max(1, ...values), step = width / values.length;
      const drawn = svg("svg", { height, width });
      drawn.append(svg("line", { x1: 0, x2: width, y1: base + .5, y2: base + .5, class: "axis" }));
      values.forEach((value, n) => {
        const tall = value > 0 ? Math.max(2, (base - 22) * value / most) : 0;
        const title = svg("title");
        title.textContent = `${marks(n)} to ${marks(n + 1)}: ${num(value)}`;
        drawn.append(svg("rect", { x: n * step + 1, y: base - tall, width: Math.max(1, step - 2), height: tall, class: kind }, title));
        if (value > 0 && step > 34) {
          const text = svg("text", { x: (n + .5) * step, y: base - tall - 5, "text-anchor": "middle", class: "soft" });
          text.textContent = num(value);
          drawn.append(text);
        }
      });
      const every = Math.ceil(values.length * 58 / width);
      for (let n = 0; n <= values.length; n += every) {
        const text = svg("text", { x: n * step, y: height - 6, class: "soft", "text-anchor": n === 0 ? "start" : n === values.length ? "end" : "middle" });
        text.textContent = marks(n);
        drawn.append(text);
      }
      return drawn;
    };
  }
  function share(part, all) {
    return svg("svg", { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { width: 100, height: 4, class: "track" }), svg("rect", { width: 100 * part / (all || 1), height: 4, class: "gone" }));
  }

  // --- documents ---------------------------------------------------------------------------------------------------
  const byId = new Map(survey.diffs.map((diff) => [diff.id, diff]));
  function link(id) {
    return byId.has(id) ? el("button", { type: "button", class: "link", onclick: () => open(id, true) }, id) : el("span", null, id);
  }
  function piece(list, node) { list.push(node); return node; }
  function row(diff, [pieces, notes], known) {
    const text = [];
    let lang = "", isFirst = true;
    for (const [kind, a, b] of pieces) {
      if (kind === "s") {
        if (isFirst) lang = a; else {
          piece(text, el("span", { class: "break", title: "a sentence begins" }, "¦"));
          if (a && a !== known.lang) text.push(el("span", { class: "tag", title: "language " + a + ", " + b }, a));
        }
        known.lang = a;
        isFirst = false;
      } else if (kind === "r") text.push(el("del", null, a));
      else if (kind === "c") { text.push(el("del", null, a)); if (b) text.push(el("ins", null, b)); }
      else text.push(a);
    }
    const why = notes.map(([rule, reason]) => {
      const isTold = known.told === rule + reason;
      known.told = rule + reason;
      return isTold ? el("span", null, rule) : [el("b", null, rule), " " + reason];
    });
    if (notes.length === 0) known.told = "";
    const isGone = pieces.some(([kind]) => kind === "r");
    return el("div", { class: isGone ? "row gone" : "row" }, el("span", { class: "lang" }, lang),
      el("span", { class: "text", dir: "auto" }, text), el("span", { class: "why" }, why.flat()));
  }
  function facts(diff) {
    const list = [diff.site, diff.lang ? `${diff.lang} ${diff.score.toFixed(2)}` : "", diff.encoding,
      `${num(diff.chars_in)} → ${plural(diff.chars_out, "character")}`, `${num(diff.removed)} removed (${percent(diff.removed, diff.chars_in)})`,
      diff.is_emptied ? "nothing was left" : "", diff.url];
    return list.filter(Boolean).join(" · ");
  }
  let view, results, box;
  function open(id, isJump) {
    const diff = byId.get(id);
    if (!diff) return;
    const known = { lang: diff.lang, told: "" };
    view.replaceChildren(el("h3", { id: "document", tabindex: -1 }, diff.id), el("p", { class: "facts", dir: "auto" }, facts(diff)),
      el("div", { class: "diff" }, diff.rows.map((line) => row(diff, line, known))),
      el("p", { class: "note" }, diff.is_cut ? ["The rest is too long for this page: ", el("code", null, `copydesk explain DIR ${diff.id}`)] : []));
    for (const button of results.querySelectorAll("button")) button.setAttribute("aria-current", String(button.value === id));
    try { history.replaceState(null, "", "#document=" + encodeURIComponent(id)); } catch (e) { /* a page in a frame may not */ }
    if (isJump) {
      document.getElementById("documents").scrollIntoView();
      document.getElementById("document").focus({ preventScroll: true });
    }
  }
  function search() {
    const words = box.value.trim().toLowerCase();
    const found = survey.diffs.filter((diff) => !words || [diff.id, diff.site, diff.lang].some((field) => field.toLowerCase().includes(words)));
    // What is named exactly comes first.
    found.sort((a, b) => (b.id.toLowerCase() === words) - (a.id.toLowerCase() === words));
    results.replaceChildren(...found.slice(0, 100).map((diff) => el("li", null, el("button", { type: "button", value: diff.id, onclick: () => open(diff.id, false) },
      el("b", null, diff.id), el("i", null, "−" + percent(diff.removed, diff.chars_in)), share(diff.removed, diff.chars_in),
      el("small", null, [diff.site, diff.lang, diff.is_emptied ? "emptied" : ""].filter(Boolean).join(" · "))))));
    if (found.length === 0) results.append(el("li", { class: "note" }, "Not among the documents in this page. Any other: ", el("code", null, `copydesk explain DIR ${box.value.trim() || "ID"}`)));
    return found;
  }

  // --- the page ----------------------------------------------------------------------------------------------------
  document.getElementById("version").textContent = data.version || "";
  const removals = survey.rules.filter((rule) => rule.step !== "repair" && rule.step !== "decode");
  const repairs = survey.rules.filter((rule) => rule.step === "repair" || rule.step === "decode");
  const removed = sum(removals.map((rule) => rule.chars));

  function overview() {
    nav.append(el("a", { href: "#overview" }, "Overview"));
    const node = el("section", { id: "overview" }, el("h1", null, `${plural(counts.documents_out || 0, "document")} of ${num(counts.documents_in)}, ${plural(counts.sentences ?? survey.sentences, "sentence")}`));
    const speed = data.seconds > 0 && counts.bytes_in ? ` Cleaned in ${data.seconds < 10 ? data.seconds.toFixed(2) : num(Math.round(data.seconds))} s, ${(counts.bytes_in / 1e6 / data.seconds).toFixed(1)} MB/s.` : "";
    node.append(el("p", { class: "lead" }, `${num(survey.chars_in)} characters came in, ${num(survey.chars_out)} went out (${percent(survey.chars_out, survey.chars_in)}).${speed}`));
    const tile = (value, label) => el("li", null, el("b", null, num(value)), el("span", null, label));
    node.append(el("ul", { class: "tiles" }, tile(counts.documents_in, "documents in"), tile(counts.documents_out, "out"), tile(counts.empty, "empty"),
      tile(counts.rejected, "rejected"), tile(sum(removals.map((rule) => rule.changes)), "lines removed"), tile(sum(repairs.map((rule) => rule.changes)), "repairs")));
    if (survey.warnings.length > 0) {
      node.append(el("div", { class: "warnings", role: "note" }, el("h3", null, "Worth a look"),
        el("ul", null, survey.warnings.map((warning) => el("li", null, coded(warning.text), warning.id ? " " : null, warning.id ? link(warning.id) : null)))));
    }
    if (!survey.has_audit) node.append(el("p", { class: "note" }, "The run wrote no audit, so this page tells only of what was written."));
    const step = (name) => survey.steps[name] || { from: 0, to: 0, changes: 0 };
    const names = { repair: "replaced by repair", boilerplate: "removed as boilerplate", sentences: "left without a sentence", layout: "white space" };
    const rest = Math.max(0, survey.chars_in - sum(Object.values(survey.steps).map((s) => s.from)));
    const parts = [{ label: "kept as it was", value: rest, kind: "kept" }, ...["boilerplate", "sentences", "repair", "layout"].filter((name) => survey.steps[name])
      .map((name) => ({ label: names[name], value: step(name).from, kind: name === "repair" ? "mend" : name === "layout" ? "space" : "gone" }))];
    node.append(figure("What became of the characters that came in", stack(parts),
      [["What", (p) => p.label], ["Characters", (p) => num(p.value), true], ["Share", (p) => percent(p.value, survey.chars_in), true]], parts));
    const marks = (n) => `${n * 5} %`;
    if (survey.has_audit) {
      node.append(figure("Documents by the share of their characters that was removed", histogram(survey.shares, marks, "gone"),
        [["Removed", (r) => r.label], ["Documents", (r) => num(r.value), true]], survey.shares.map((value, n) => ({ label: `${marks(n)} to ${marks(n + 1)}`, value }))));
    }
    main.append(node);
  }

  function languages() {
    if (survey.languages.length === 0) return;
    const node = section("languages", "Languages", "A document counts for the language of most of its text; a sentence for its own. A score of 0.9 means that nine in ten of such answers are right.");
    const rows = survey.languages.map((l) => ({ label: l.lang, value: l.documents, text: `${num(l.documents)} · ${plural(l.sentences, "sentence")}` }));
    const most = rows.slice(0, 20);
    node.append(figure(rows.length > 20 ? "Documents by language, the 20 largest" : "Documents by language", bars(most),
      [["Language", (l) => l.lang], ["Documents", (l) => num(l.documents), true], ["Characters", (l) => num(l.chars), true], ["Sentences", (l) => num(l.sentences), true]], survey.languages));
    const all = survey.languages.reduce((into, l) => into.map((n, i) => n + l.scores[i]), Array(10).fill(0));
    const place = el("div", null);
    const marks = (n) => (n / 10).toFixed(1);
    const draw = (lang) => {
      const scores = lang === "" ? all : survey.languages.find((l) => l.lang === lang).scores;
      place.replaceChildren(figure(`Sentences by score, ${lang || "all languages"}`, histogram(scores, marks, "kept"),
        [["Score", (r) => r.label], ["Sentences", (r) => num(r.value), true]], scores.map((value, n) => ({ label: `${marks(n)} to ${marks(n + 1)}`, value }))));
    };
    const choice = el("select", { onchange: (event) => draw(event.target.value) }, el("option", { value: "" }, "all languages"), survey.languages.map((l) => el("option", { value: l.lang }, l.lang)));
    node.append(el("p", null, el("label", null, "Scores of ", choice)), place);
    draw("");
  }

  function example(rule, example, isRepair) {
    const text = isRepair ? [example.before, el("del", null, example.text), example.to ? el("ins", null, example.to) : null, example.after] : [el("del", null, example.text)];
    return el("div", { class: "example", dir: "auto" }, text, el("cite", null, link(example.id)));
  }
  // A list of rules beside what the chosen one did.
  function browser(node, rules, isRepair) {
    const PAGE = 6;
    const list = el("ul", { class: "list" }), detail = el("div", { "aria-live": "polite" });
    const all = sum(rules.map((rule) => rule.chars));
    const choose = (rule) => {
      for (const button of list.querySelectorAll("button")) button.setAttribute("aria-current", String(button.value === rule.rule));
      let page = 0;
      const pages = Math.max(1, Math.ceil(rule.examples.length / PAGE)), examples = el("div", null), place = el("span", null);
      const back = el("button", { type: "button", onclick: () => turn(-1) }, "Previous"), forth = el("button", { type: "button", onclick: () => turn(1) }, "Next");
      const turn = (by) => {
        page = Math.min(pages - 1, Math.max(0, page + by));
        examples.replaceChildren(...rule.examples.slice(page * PAGE, page * PAGE + PAGE).map((one) => example(rule, one, isRepair)));
        place.textContent = `${page + 1} of ${pages}`;
        back.disabled = page === 0;
        forth.disabled = page === pages - 1;
      };
      turn(0);
      const spread = (title, pairs) => el("details", null, el("summary", null, title),
        table([[title, (p) => p[0]], ["Characters", (p) => num(p[1]), true]], pairs, 12));
      detail.replaceChildren(el("h3", null, rule.rule), el("p", { class: "lead" }, rule.reason),
        el("p", { class: "facts" }, `${plural(rule.changes, isRepair ? "place" : "line")} in ${plural(rule.documents, "document")}, ${plural(rule.chars, "character")}`),
        spread("By language", rule.languages), spread("By site", rule.sites),
        examples, el("div", { class: "pages" }, back, place, forth));
    };
    list.append(...rules.map((rule) => el("li", null, el("button", { type: "button", value: rule.rule, onclick: () => choose(rule) },
      el("b", null, rule.rule), el("i", null, num(rule.changes)), share(rule.chars, all)))));
    node.append(el("div", { class: "split" }, list, detail));
    choose(rules[0]);
  }
  function removalsSection() {
    if (removals.length === 0) return;
    const node = section("removals", "Removals", "Every removed line has one rule or kind of evidence. Choose one to see what it took, where, and why.");
    const rows = removals.slice(0, 15).map((rule) => ({ label: rule.rule, value: rule.chars, text: `${num(rule.chars)} · ${percent(rule.chars, removed)}`, kind: "gone" }));
    node.append(figure("Characters removed, by rule", bars(rows), [["Rule", (r) => r.rule], ["Lines", (r) => num(r.changes), true], ["Characters", (r) => num(r.chars), true],
      ["Documents", (r) => num(r.documents), true], ["Why", (r) => r.reason]], removals));
    const byLang = new Map();
    for (const rule of removals) for (const [lang, chars] of rule.languages) byLang.set(lang, (byLang.get(lang) || 0) + chars);
    const langs = [...byLang].map(([lang, chars]) => ({ label: lang || "(none)", value: chars, text: `${num(chars)} · ${percent(chars, removed)}`, kind: "gone" }))
      .sort((a, b) => b.value - a.value);
    if (langs.length > 1) {
      node.append(figure("Characters removed, by language of the document", bars(langs.slice(0, 15)),
        [["Language", (r) => r.label], ["Characters", (r) => num(r.value), true], ["Share", (r) => percent(r.value, removed), true]], langs));
    }
    browser(node, removals, false);
  }
  function sites() {
    if (survey.sites.length === 0 || !survey.has_audit) return;
    const node = section("sites", "Sites", `A site is marked when it lost far more of its text than the run as a whole (${percent(removed, survey.chars_in)}).`);
    const usual = removed / (survey.chars_in || 1);
    const isOdd = (site) => site.documents > 1 && site.removed / (site.chars_in || 1) > Math.max(0.3, usual + 0.25);
    const ranked = [...survey.sites].sort((a, b) => b.removed - a.removed).slice(0, 12);
    node.append(figure("Characters removed, by site", bars(ranked.map((site) => ({ label: site.site || "(none)", value: site.removed, text: `${num(site.removed)} · ${percent(site.removed, site.chars_in)}`, kind: "gone" }))),
      [["Site", (s) => s.site], ["Removed", (s) => num(s.removed), true], ["Of its text", (s) => percent(s.removed, s.chars_in), true]], ranked));
    const rows = [...survey.sites].sort((a, b) => isOdd(b) - isOdd(a) || b.documents - a.documents);
    node.append(table([["Site", (s) => s.site || "(none)"], ["", (s) => isOdd(s) ? "unusual loss" : s.emptied ? `${num(s.emptied)} emptied` : ""], ["Documents", (s) => num(s.documents), true],
      ["Characters in", (s) => num(s.chars_in), true], ["Out", (s) => num(s.chars_out), true], ["Removed", (s) => percent(s.removed, s.chars_in), true]], rows, 15));
  }
  function documents() {
    if (survey.diffs.length === 0) return;
    const isAll = survey.diffs.length >= survey.documents;
    const node = section("documents", "Documents", isAll ? "Every document of the run, with everything that was done to it; those that lost most come first."
      : `The ${num(survey.diffs.length)} documents that lost most or were drawn at random, of ${num(survey.documents)}, with everything that was done to them.`);
    box = el("input", { type: "search", id: "search", placeholder: "Id, site or language", autocomplete: "off", spellcheck: "false", oninput: () => search(),
      onkeydown: (event) => { if (event.key === "Enter") { const found = search(); if (found.length > 0) open(found[0].id, false); } } });
    results = el("ul", { class: "list", id: "results" });
    view = el("div", { id: "view" });
    node.append(el("p", null, el("label", { for: "search" }, "Find a document "), box));
    node.append(el("div", { class: "split" }, results, view));
    search();
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) { event.preventDefault(); box.focus(); }
    });
    const asked = /^#document=(.*)$/.exec(location.hash);
    let id = "";
    try { id = asked ? decodeURIComponent(asked[1]) : ""; } catch (e) { id = ""; }
    if (byId.has(id)) open(id, true); else if (survey.diffs.length > 0) {
      const hash = location.hash;
      open(survey.diffs[0].id, false);
      try { history.replaceState(null, "", hash || location.pathname + location.search); } catch (e) { /* as above */ }
    }
  }
  function encodings() {
    if (survey.encodings.length === 0 && repairs.length === 0) return;
    const node = section("repairs", "Encodings and repairs", "What the bytes were read as, and what was put right in the text.");
    if (survey.encodings.length > 0) {
      const rows = survey.encodings.map((e) => ({ label: e.encoding, value: e.documents, text: plural(e.documents, "document") }));
      node.append(figure("Documents by encoding", bars(rows), [["Encoding", (e) => e.encoding], ["Documents", (e) => num(e.documents), true], ["Characters lost", (e) => num(e.losses), true]], survey.encodings));
    }
    if (repairs.length > 0) {
      const rows = repairs.slice(0, 15).map((rule) => ({ label: rule.rule, value: rule.changes, text: plural(rule.changes, "place"), kind: "mend" }));
      node.append(figure("Repairs", bars(rows), [["Repair", (r) => r.rule], ["Places", (r) => num(r.changes), true], ["Characters", (r) => num(r.chars), true], ["Documents", (r) => num(r.documents), true], ["What", (r) => r.reason]], repairs));
      browser(node, repairs, true);
    }
  }
  function rejects() {
    if (survey.rejects.length === 0) return;
    const node = section("rejects", "Rejects", "Records that could not be read. Their bytes are kept in the folder's rejects.");
    for (const reject of survey.rejects) {
      node.append(el("h3", null, reject.reason), el("p", { class: "facts" }, plural(reject.records, "record")),
        table([["File", (r) => r.file], ["Record", (r) => num(r.record), true], ["Byte", (r) => num(r.offset), true], ["Begins", (r) => el("code", null, r.start)]], reject.examples, 5));
    }
  }
  function settings() {
    const node = section("settings", "Settings", "What the run was asked to do; the manifest has the same.");
    node.append(el("pre", { tabindex: 0 }, JSON.stringify(data.settings, null, 2)));
  }

  overview();
  languages();
  removalsSection();
  sites();
  documents();
  encodings();
  rejects();
  settings();
})();
