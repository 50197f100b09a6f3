"use strict";
// Draws the page of a run. Texts of a run are hostile: they become text nodes, never markup.

// ---- elements

/** An element with properties, listeners (onclick …) and children; texts become text nodes. */
function h(tag, properties = {}, ...children) {
  return build(document.createElement(tag), properties, children);
}

function s(tag, properties = {}, ...children) {
  return build(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);
}

function build(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, v] of Object.entries(value)) element.style.setProperty(key, v);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...present(children));
  return element;
}

/** Children without the lists around them, and without those that are not there. */
const present = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

const $ = (selector) => document.querySelector(selector);

const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/gu;

/** A text with control characters, marks of direction and halves of pairs spelled out. */
function printable(text) {
  return String(text).replace(HIDDEN, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}

const number = (value, digits = 0) => value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
const percent = (rate) => (Number.isNaN(rate) ? "–" : `${number(100 * rate, rate > 0 && rate < 0.0995 ? 1 : 0)} %`);
const plural = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

/** A number as short as it can be read: 0.0123, 4.57, 1,234. */
function compact(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(1);
  return value.toLocaleString("en", { maximumSignificantDigits: size >= 1000 ? 6 : 3 });
}

// ---- data

async function unpack(block) {
  const bytes = Uint8Array.from(atob(block.textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

let run; // what is in the first block
let episodes; // rows of the episodes
const byKey = new Map(); // their numbers, by what deep links call them
const blocks = document.getElementsByClassName("chunk");
const chunks = new Map(); // those that were unpacked

/** The list of texts that has the texts of an episode, and where in it they are. */
async function chunkOf(i) {
  let low = 0;
  let high = run.chunks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (run.chunks[middle] <= i) low = middle;
    else high = middle - 1;
  }
  if (!chunks.has(low)) chunks.set(low, unpack(blocks[low]));
  return [await chunks.get(low), i - run.chunks[low]];
}

async function textsOf(i) {
  const [chunk, place] = await chunkOf(i);
  return chunk[place];
}

function readRows() {
  const columns = run.episodes;
  const count = columns.problem ? columns.problem.length : 0;
  episodes = Array.from({ length: count }, (_, i) => {
    const row = { i };
    for (const name in columns) row[name] = columns[name][i];
    const facts = run.tasks[row.task];
    Object.assign(row, { source: facts.source, split: facts.split, category: facts.category, validation: facts.validation });
    row.verdict = row.correct ? "correct" : row.stop === "fault" ? "fault" : row.answer === null ? "no answer" : "wrong";
    row.key = (row.policy ? row.policy + "/" : "") + row.problem + (row.sample ? "/" + row.sample : "");
    byKey.set(row.key, i);
    return row;
  });
}

/** The 95 % Wilson interval of a share; its ends are exactly 0 and 1 where none or all are right. */
function wilson(correct, n, z = 1.959963984540054) {
  if (!n) return [0, 1];
  const p = correct / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return [correct === 0 ? 0 : Math.max(0, centre - half), correct === n ? 1 : Math.min(1, centre + half)];
}

/** What some episodes came to; those that a fault ended count nowhere but among the faults. */
function tally(rows) {
  const judged = rows.filter((row) => row.verdict !== "fault");
  const n = judged.length;
  const mean = (value) => judged.reduce((sum, row) => sum + value(row), 0) / n;
  const correct = judged.filter((row) => row.correct).length;
  const [low, high] = wilson(correct, n);
  const counted = judged.filter((row) => row.tokens !== null);
  const problems = new Map();
  for (const row of judged) problems.set(row.policy + row.problem, problems.get(row.policy + row.problem) || row.correct);
  return {
    n, correct, low, high,
    rate: correct / n,
    faults: rows.length - n,
    any: [...problems.values()].filter(Boolean).length / problems.size,
    coded: mean((row) => row.code_runs > 0),
    runs: mean((row) => row.code_runs),
    turns: mean((row) => row.turns),
    tokens: counted.reduce((sum, row) => sum + row.tokens, 0) / counted.length, // no number where nothing counted them
    chance: mean((row) => row.chance),
  };
}

function groupBy(rows, key) {
  const groups = new Map();
  for (const row of rows) {
    const name = key(row);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(row);
  }
  return groups;
}

const levelName = (level) => (level === null ? "no level" : level === 0 ? "original" : `level ${level}`);
const policyName = (policy) => run.policies[policy] || "all";
const byLevel = (a, b) => (a ?? -1) - (b ?? -1);
const known = (name) => [...new Set(episodes.map((row) => row[name]))];

// ---- the address: which view, which filters, which episode

const FILTERS = {
  policy: { label: "Policy", values: () => known("policy").filter(Boolean), name: policyName },
  source: { label: "Source", values: () => known("source").sort() },
  split: { label: "Split", values: () => [...known("split"), ...(episodes.some((row) => row.validation) ? ["validation"] : [])].sort() },
  task: { label: "Task", values: () => known("task").sort() },
  level: { label: "Level", values: () => known("level").sort(byLevel).map(String), name: (v) => levelName(v === "null" ? null : +v) },
  verdict: { label: "Verdict", values: () => ["correct", "wrong", "no answer", "fault"].filter((v) => known("verdict").includes(v)) },
  stop: { label: "Stopped by", values: () => known("stop").sort() },
};
const DEFAULTS = { view: "", episode: "", q: "", by: "", sort: "", order: "" };
let state = {};

function readAddress() {
  const found = new Map();
  for (const part of location.hash.slice(1).split("&")) {
    const cut = part.indexOf("=");
    if (cut > 0) {
      try {
        found.set(part.slice(0, cut), decodeURIComponent(part.slice(cut + 1)));
      } catch {
        // an address that nobody's link has: that part is left out
      }
    }
  }
  state = { ...DEFAULTS };
  for (const name of [...Object.keys(DEFAULTS), ...Object.keys(FILTERS)]) state[name] = found.get(name) ?? DEFAULTS[name] ?? "";
  if (state.episode) state.view = "episodes";
  if (!VIEWS.some((view) => view.id === state.view && view.shown())) state.view = VIEWS.find((view) => view.shown()).id;
}

/** The address of the state with some changes. */
function address(changes = {}) {
  const next = { ...state, ...changes };
  if (next.episode) delete next.view; // which is that of the episodes
  const parts = Object.entries(next).filter(([name, value]) => value && value !== DEFAULTS[name]);
  const encode = (value) => encodeURIComponent(value).replace(/%3A/g, ":").replace(/%2F/g, "/");
  return "#" + parts.map(([name, value]) => `${name}=${encode(value)}`).join("&");
}

/** The address of the episodes that some more filters leave. */
const episodesAddress = (filters) => address({ view: "episodes", episode: "", sort: "", order: "", ...filters });

/** Change the state and draw it; what had the focus has it again. */
function go(changes) {
  const name = document.activeElement?.name;
  history.replaceState(null, "", address(changes));
  readAddress();
  draw();
  if (name) $(`[name="${name}"]`)?.focus();
}

const matches = (row) =>
  Object.keys(FILTERS).every((name) => {
    const wanted = state[name];
    if (!wanted) return true;
    if (name === "split" && wanted === "validation") return row.validation;
    return String(row[name]) === wanted;
  });

let chosen = []; // the episodes that the filters leave
let filtersOpen = false; // on a narrow screen

// ---- filters

function filterBar(withSearch) {
  const used = Object.keys(FILTERS).filter((name) => state[name]).length;
  const selects = Object.entries(FILTERS).map(([name, filter]) => {
    const values = filter.values();
    if (!values.length && !state[name]) return null;
    const options = values.map((value) => h("option", { value, selected: value === state[name] }, printable(filter.name ? filter.name(value) : value)));
    return h("label", { class: state[name] ? "used" : "" }, h("span", {}, filter.label),
      h("select", { name, onchange: (event) => go({ [name]: event.target.value, episode: "" }) }, h("option", { value: "" }, "all"), options));
  });
  const search = h("input", {
    type: "search", name: "q", id: "search", value: state.q, placeholder: "in every text", autocomplete: "off",
    oninput: (event) => { clearTimeout(search.timer); search.timer = setTimeout(() => searchFor(event.target.value), 250); },
  });
  const reset = Object.fromEntries([...Object.keys(FILTERS), "q"].map((name) => [name, ""]));
  const panel = h("div", { class: `selects${filtersOpen ? " open" : ""}`, id: "selects" }, selects,
    used || state.q ? h("button", { type: "button", class: "reset", onclick: () => { found = null; go(reset); } }, "Clear") : null);
  const toggle = h("button", {
    type: "button", class: "toggle", "aria-expanded": String(filtersOpen), "aria-controls": "selects",
    onclick: () => { filtersOpen = panel.classList.toggle("open"); toggle.setAttribute("aria-expanded", String(filtersOpen)); },
  }, used ? `Filters (${used})` : "Filters");
  return h("form", { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() },
    withSearch ? h("label", { class: "search" }, h("span", {}, "Search"), search) : null, toggle, panel);
}

// ---- scores

const GROUPS = {
  task: { label: "Task", key: (row) => row.task, filter: (name) => ({ task: name }) },
  level: { label: "Task and level", key: (row) => `${row.task}\n${row.level}`, name: (key) => [key.split("\n")[0], levelName(levelOf(key))].join(", "), filter: (key) => ({ task: key.split("\n")[0], level: key.split("\n")[1] }) },
  difficulty: { label: "Level", key: (row) => String(row.level), name: (key) => levelName(key === "null" ? null : +key), filter: (key) => ({ level: key }) },
  category: { label: "Category", key: (row) => `${row.source} / ${row.category}`, filter: () => null },
  split: { label: "Source and split", key: (row) => `${row.source}\n${row.split}`, name: (key) => key.replace("\n", ", "), filter: (key) => ({ source: key.split("\n")[0], split: key.split("\n")[1] }) },
  policy: { label: "Policy", key: (row) => row.policy, name: policyName, filter: (name) => ({ policy: name }) },
};
const levelOf = (key) => (key.split("\n")[1] === "null" ? null : +key.split("\n")[1]);

function intervalBar(found) {
  if (!found.n) return h("span", { class: "bar empty" });
  return h("span", { class: "bar", role: "img", "aria-label": `${percent(found.rate)}, 95 % interval ${percent(found.low)} to ${percent(found.high)}${found.chance ? `, by chance ${percent(found.chance)}` : ""}` },
    h("i", { class: "fill", style: { width: `${100 * found.rate}%` } }),
    h("i", { class: "range", style: { left: `${100 * found.low}%`, width: `${100 * (found.high - found.low)}%` } }),
    found.chance ? h("i", { class: "chance", style: { left: `${100 * found.chance}%` } }) : null,
    h("i", { class: "point", style: { left: `${100 * found.rate}%` } }));
}

function levelCell(found, link) {
  if (!found || !found.n) return h("td", { class: "heat none" }, "·");
  return h("td", { class: "heat", style: { "--p": found.rate }, title: `${found.correct} of ${found.n}, 95 % interval ${percent(found.low)} to ${percent(found.high)}` },
    h("a", { href: link }, number(100 * found.rate)),
    h("i", { class: "range", style: { left: `${100 * found.low}%`, width: `${100 * (found.high - found.low)}%` } }));
}

function drawScores(view) {
  const whole = tally(chosen);
  const samples = chosen.some((row) => row.sample > 0);
  const counted = chosen.some((row) => row.tokens !== null);
  const choices = chosen.some((row) => row.chance);
  const policies = known("policy").length;
  view.append(filterBar(false));
  if (policies === 1 || state.policy) view.append(tiles(whole, samples)); // means over policies say nothing
  const available = Object.entries(GROUPS).filter(([name]) => name !== "policy" || policies > 1);
  const by = available.some(([name]) => name === state.by) ? state.by : policies > 1 ? "policy" : "task";
  const group = GROUPS[by];
  view.append(h("div", { class: "bar-of-choices" }, h("h2", {}, "Scores"), h("div", { class: "choices", role: "group", "aria-label": "Rows of the table" },
    available.map(([name, each]) => h("button", { type: "button", "aria-pressed": String(name === by), onclick: () => go({ by: name, sort: "", order: "" }) }, each.label)))));

  const levels = ["level", "difficulty"].includes(by) ? [] : known("level").sort(byLevel);
  const lines = [...groupBy(chosen, group.key)].map(([key, rows]) => {
    const cells = new Map([...groupBy(rows, (row) => row.level)].map(([level, of]) => [level, tally(of)]));
    return { key, name: group.name ? group.name(key) : key, facts: rows[0], cells, ...tally(rows) };
  });
  const columns = [
    { id: "name", label: group.label, class: "name", value: (line) => line.name, draw: (line) => nameCell(line, group, by) },
    ...(by === "task" ? [
      { id: "source", label: "Source", class: "wide", value: (line) => line.facts.source, text: (line) => line.facts.source },
      { id: "split", label: "Split", class: "wide", value: (line) => line.facts.split, text: (line) => line.facts.split },
    ] : []),
    { id: "rate", label: "Correct", class: "rate", falls: true, value: (line) => line.rate, draw: (line) => h("td", { class: "rate" }, h("span", { class: "rate-cell" }, intervalBar(line), h("b", {}, percent(line.rate)))) },
    ...(choices ? [{ id: "chance", label: "By chance", class: "number", falls: true, value: (line) => line.chance, text: (line) => percent(line.chance) }] : []),
    { id: "interval", label: "95 % interval", class: "number wide", value: (line) => line.high - line.low, text: (line) => (line.n ? `${number(100 * line.low)} – ${number(100 * line.high)}` : "–") },
    { id: "n", label: "Episodes", class: "number", falls: true, value: (line) => line.n, text: (line) => number(line.n) },
    ...(samples ? [{ id: "any", label: "In any sample", class: "number wide", falls: true, value: (line) => line.any, text: (line) => percent(line.any) }] : []),
    ...levels.map((level) => ({
      id: `level ${level}`, label: level === null ? "none" : level === 0 ? "orig." : `L${level}`, class: "heat", falls: true,
      value: (line) => line.cells.get(level)?.rate ?? -1,
      draw: (line) => levelCell(line.cells.get(level), episodesAddress({ ...group.filter(line.key), level: String(level) })),
    })),
    { id: "coded", label: "Code", class: "number", falls: true, value: (line) => line.coded, text: (line) => percent(line.coded) },
    { id: "turns", label: "Turns", class: "number wide", falls: true, value: (line) => line.turns, text: (line) => compact(line.turns) },
    ...(counted ? [{ id: "tokens", label: "Tokens", class: "number", falls: true, value: (line) => line.tokens, text: (line) => (Number.isNaN(line.tokens) ? "–" : number(line.tokens)) }] : []),
    ...(whole.faults ? [{ id: "faults", label: "Faults", class: "number", falls: true, value: (line) => line.faults, text: (line) => number(line.faults) }] : []),
  ];
  view.append(table(columns, lines, "scores"));
  view.append(h("p", { class: "note" }, "Bars and bands are 95 % Wilson intervals of the share of episodes with a right answer",
    samples ? ", as if the samples of a problem were independent" : "", choices ? "; a dashed mark is what a guess among the options earns" : "", ". A number leads to its episodes. Episodes that a fault ended are left out of the shares."));
}

function nameCell(line, group, by) {
  const filter = group.filter(line.key);
  const text = printable(line.name);
  const under = by === "task" ? h("small", {}, `${line.facts.source}, ${line.facts.split}`) : null;
  return h("th", { scope: "row", class: "name" }, filter ? h("a", { href: episodesAddress(filter) }, text) : text, under);
}

/** A table whose columns sort it. Column: id, label, class, value(line), and text(line) or draw(line). */
function table(columns, lines, id) {
  const by = columns.find((column) => column.id === state.sort);
  if (by) {
    const sign = state.order === "down" ? -1 : 1;
    const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : (Number.isNaN(a) ? -1 : a) - (Number.isNaN(b) ? -1 : b));
    lines = [...lines].sort((a, b) => sign * compare(by.value(a), by.value(b)));
  }
  const head = columns.map((column) => {
    const active = column === by;
    const next = active ? (state.order === "down" ? "up" : "down") : column.falls ? "down" : "up";
    return h("th", { scope: "col", class: column.class, "aria-sort": active ? (state.order === "down" ? "descending" : "ascending") : undefined },
      h("button", { type: "button", "data-sort": column.id, onclick: () => { go({ sort: column.id, order: next }); $(`#${id} [data-sort="${CSS.escape(column.id)}"]`)?.focus(); } },
        column.label, h("span", { class: "arrow", "aria-hidden": "true" }, active ? (state.order === "down" ? "▾" : "▴") : "")));
  });
  const body = lines.map((line) => h("tr", {}, columns.map((column) => (column.draw ? column.draw(line) : h("td", { class: column.class }, printable(column.text(line)))))));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table" }, h("table", { id }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, body)));
}

function tiles(found, samples) {
  const tile = (label, value, note) => h("div", { class: "tile" }, h("dt", {}, label), h("dd", {}, value, note ? h("small", {}, note) : null));
  return h("dl", { class: "tiles" },
    tile("Correct", percent(found.rate), found.n ? `${percent(found.low)} to ${percent(found.high)}` : ""),
    found.chance ? tile("By chance", percent(found.chance), "a guess among the options") : null,
    tile("Episodes", number(found.n), `${plural(new Set(chosen.map((row) => row.task)).size, "task")}`),
    samples ? tile("In any sample", percent(found.any), "of the problems") : null,
    found.n ? tile("With code", percent(found.coded), `${compact(found.runs)} runs an episode`) : null,
    !Number.isNaN(found.tokens) ? tile("Tokens", number(found.tokens), "an episode") : null,
    found.n ? tile("Turns", compact(found.turns), "an episode") : null,
    found.faults ? tile("Faults", number(found.faults), "not counted") : null);
}

// ---- charts

const charts = []; // what draws the charts of the view again when its width changes
let drawnWidth = 0;

function chart(spec) {
  const box = h("div", { class: "chart" });
  const again = () => drawChart(box, spec);
  charts.push(again);
  requestAnimationFrame(again);
  return h("figure", { class: spec.small ? "small" : "" }, h("figcaption", {}, spec.link ? h("a", { href: spec.link }, printable(spec.title)) : printable(spec.title), spec.note ? h("small", {}, spec.note) : null), box);
}

const finite = (value) => typeof value === "number" && Number.isFinite(value);

function ticksOf(low, high, count) {
  const rough = (high - low) / count;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * unit).find((m) => m >= rough);
  const ticks = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-9; tick += step) ticks.push(Math.abs(tick) < step * 1e-9 ? 0 : tick);
  return ticks;
}

/** Lines over x. spec: title, series of {name, x, y, low?, high?, dots?}, and share (y is 0 to 1), log, xs, small. */
function drawChart(box, spec) {
  const width = Math.max(160, box.clientWidth);
  const height = spec.small ? 92 : 210;
  const edge = spec.small ? { left: 4, right: 4, top: 6, bottom: 16 } : { left: 46, right: 12, top: 8, bottom: 24 };
  const up = spec.log ? (v) => (v > 0 ? Math.log10(v) : NaN) : (v) => v;
  const xs = spec.series.flatMap((line) => line.x);
  const ys = spec.series.flatMap((line) => [...line.y, ...(line.low || []), ...(line.high || [])]).filter(finite).map(up).filter(finite);
  let [x0, x1] = extremes(xs);
  let [y0, y1] = spec.share ? [0, 1] : ys.length ? extremes(ys) : [0, 1];
  if (!spec.share && !spec.log && y0 > 0 && y0 < y1 * 0.7) y0 = 0;
  if (y0 === y1) [y0, y1] = [y0 - (Math.abs(y0) || 1) * 0.5, y1 + (Math.abs(y1) || 1) * 0.5];
  if (x0 === x1) [x0, x1] = [x0 - 0.5, x1 + 0.5];
  if (spec.small) [x0, x1] = [x0 - 0.3, x1 + 0.3];
  const px = (x) => edge.left + ((x - x0) / (x1 - x0)) * (width - edge.left - edge.right);
  const py = (y) => height - edge.bottom - ((up(y) - y0) / (y1 - y0)) * (height - edge.top - edge.bottom);
  const svg = s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${spec.title}: ${spec.series.map((line) => line.name).join(", ")}` });
  if (spec.small) {
    for (const y of [0, 0.5, 1]) svg.append(s("line", { class: "grid", x1: edge.left, x2: width - edge.right, y1: py(y), y2: py(y) }));
    for (const x of new Set(xs)) svg.append(s("text", { class: "tick", x: px(x), y: height - 4, "text-anchor": "middle" }, spec.xName ? spec.xName(x) : x));
  } else {
    const ticks = spec.log ? ticksOf(y0, y1, 4).filter(Number.isInteger) : ticksOf(y0, y1, 4);
    for (const tick of spec.log && ticks.length < 2 ? [y0, y1] : ticks) {
      const y = height - edge.bottom - ((tick - y0) / (y1 - y0)) * (height - edge.top - edge.bottom);
      svg.append(s("line", { class: "grid", x1: edge.left, x2: width - edge.right, y1: y, y2: y }));
      svg.append(s("text", { class: "tick", x: edge.left - 6, y: y + 4, "text-anchor": "end" }, spec.share ? `${Math.round(100 * tick)} %` : compact(spec.log ? 10 ** tick : tick)));
    }
    const along = spec.xs || ticksOf(x0, x1, Math.max(2, Math.floor(width / 110))).filter(Number.isInteger);
    for (const tick of along) svg.append(s("text", { class: "tick", x: px(tick), y: height - 6, "text-anchor": "middle" }, spec.xName ? spec.xName(tick) : number(tick)));
  }
  const legend = h("ul", { class: "legend" });
  const values = [];
  spec.series.forEach((line, n) => {
    const colour = `line c${(line.colour ?? n) % 6}`;
    const points = line.x.map((x, i) => [x, line.y[i], i]).filter(([, y]) => finite(y) && finite(up(y)));
    const path = (of) => of.map(([x, y], i) => `${i ? "L" : "M"}${px(x).toFixed(1)} ${py(y).toFixed(1)}`).join("");
    if (line.low) {
      const back = [...points].reverse();
      svg.append(s("path", { class: `${colour} band`, d: path(points.map(([x, , i]) => [x, line.high[i]])) + path(back.map(([x, , i]) => [x, line.low[i]])).replace("M", "L") + "Z" }));
    }
    const smooth = points.length > 40;
    svg.append(s("path", { class: `${colour}${smooth ? " faint" : ""}`, d: path(points) }));
    if (smooth) svg.append(s("path", { class: colour, d: path(smoothed(points)) }));
    if (line.dots || line.low || points.length === 1) for (const [x, y] of points) svg.append(s("circle", { class: `${colour} dot`, cx: px(x), cy: py(y), r: spec.small ? 2.5 : 3.5 }));
    for (const mark of line.marks || []) svg.append(s("circle", { class: `${colour} mark`, cx: px(mark[0]), cy: py(mark[1]), r: 5 }));
    const value = h("b", {});
    values.push([line, value]);
    legend.append(h("li", { class: colour }, s("svg", { width: 18, height: 10, "aria-hidden": "true" }, s("path", { class: colour, d: "M1 5L17 5" })), printable(line.name), " ", value));
  });
  const cross = s("line", { class: "cross", y1: edge.top, y2: height - edge.bottom, visibility: "hidden" });
  svg.append(cross);
  const at = h("span", { class: "at" });
  const show = (event) => {
    const x = x0 + ((event.clientX - svg.getBoundingClientRect().left - edge.left) / (width - edge.left - edge.right)) * (x1 - x0);
    const nearest = xs.reduce((best, each) => (Math.abs(each - x) < Math.abs(best - x) ? each : best), xs[0]);
    cross.setAttribute("visibility", "visible");
    cross.setAttribute("x1", px(nearest));
    cross.setAttribute("x2", px(nearest));
    at.textContent = spec.xName ? spec.xName(nearest) : `step ${number(nearest)}`;
    for (const [line, value] of values) {
      const i = line.x.indexOf(nearest);
      value.textContent = i < 0 ? "" : spec.share && finite(line.y[i]) ? percent(line.y[i]) + (line.low ? ` (${number(100 * line.low[i])} – ${number(100 * line.high[i])})` : "") : compact(line.y[i]);
    }
  };
  const hide = () => {
    cross.setAttribute("visibility", "hidden");
    at.textContent = "";
    for (const [, value] of values) value.textContent = "";
  };
  if (!spec.small && xs.length) {
    svg.addEventListener("pointermove", show);
    svg.addEventListener("pointerdown", show);
    svg.addEventListener("pointerleave", hide);
  }
  legend.append(h("li", {}, at));
  box.replaceChildren(svg, ...(spec.small ? [] : [legend]));
}

/** The least and the greatest, of lists that are too long for Math.min(...). */
function extremes(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return values.length ? [low, high] : [0, 1];
}

/** Points as means over a tenth of the way, more of the near than of the far. */
function smoothed(points) {
  const keep = 1 - 1 / Math.max(4, points.length / 25);
  let [sum, weight] = [0, 0];
  return points.map(([x, y]) => {
    sum = keep * sum + y;
    weight = keep * weight + 1;
    return [x, sum / weight];
  });
}

// ---- difficulty

function curveOf(rows, name, colour) {
  const cells = [...groupBy(rows.filter((row) => row.level), (row) => row.level)].sort((a, b) => a[0] - b[0]).map(([level, of]) => [level, tally(of)]).filter(([, found]) => found.n);
  return { name, colour, x: cells.map(([level]) => level), y: cells.map(([, t]) => t.rate), low: cells.map(([, t]) => t.low), high: cells.map(([, t]) => t.high) };
}

function drawDifficulty(view) {
  view.append(filterBar(false));
  const rows = chosen.filter((row) => row.level);
  if (new Set(rows.map((row) => row.level)).size < 2) {
    view.append(h("p", { class: "notice" }, "These episodes are not of several levels, so there is no curve."));
    return;
  }
  const policies = new Set(rows.map((row) => row.policy));
  const [key, name] = policies.size > 1 ? [(row) => row.policy, policyName] : [(row) => row.source, (source) => source];
  const series = [...groupBy(rows, key)].sort((a, b) => (policies.size > 1 ? 0 : a[0].localeCompare(b[0]))).map(([each, of]) => curveOf(of, name(each)));
  const levels = [...new Set(rows.map((row) => row.level))].sort((a, b) => a - b);
  view.append(h("h2", {}, "By level"), chart({ title: "Share of right answers", note: "Bands are 95 % Wilson intervals.", share: true, xs: levels, xName: (level) => `level ${level}`, series }));
  const tasks = [...groupBy(rows, (row) => row.task)].sort((a, b) => a[0].localeCompare(b[0]));
  view.append(h("h2", {}, "Task by task"), h("div", { class: "many" }, tasks.map(([task, of]) =>
    chart({ small: true, title: task, note: percent(tally(of).rate), link: episodesAddress({ task }), share: true, xName: (level) => `L${level}`,
      series: policies.size > 1 ? [...groupBy(of, key)].map(([each, its], n) => curveOf(its, name(each), n)) : [curveOf(of, task, 0)] }))));
}

// ---- training

const CURVES = [
  ["Reward", ["reward"], "Mean over the episodes of a step; rings are held-out problems, before the first step and after the last.", { share: true, marks: true }],
  ["Code use", ["code_use", "broken"], "Share of episodes that ran a program; share of programs that do not parse.", { share: true }],
  ["Length of an episode", ["turn_tokens"], "Tokens that the policy chose."],
  ["Turns", ["turns"], ""],
  ["Gap between engine and trainer", ["logprob_gap", "logprob_k3"], "How their log-probabilities of a token differ, in nats: the largest difference, and the k3 estimate.", { log: true }],
  ["Clipped share", ["clipped", "importance_capped"], "Tokens whose ratio was clipped; importance weights that were cut.", {}],
  ["Groups that teach", ["kept_groups", "curriculum_groups_with_signal"], "Share of groups whose rewards differ.", { share: true }],
  ["Why episodes stopped", ["stop_answer", "stop_turns", "stop_length", "stop_fault"], "", { share: true }],
  ["Entropy", ["entropy"], "Mean negative log-probability of a sampled token."],
  ["Gradient norm", ["gradient_norm"], ""],
  ["Answered, well-formed, repeated", ["answered", "well_formed", "repeated"], "", { share: true }],
];
const PHASES = { grpo: "GRPO", control: "random rewards" };
const MAPS = new Map([
  ["reward", ["Reward by task", "Blank where a step had no problem of the task."]],
  ["curriculum_potential", ["Potential by task", "What the curriculum believed: the mean of q(1 − q) over the levels, 0.25 at most.", 0.25]],
]);

function drawTraining(view) {
  const stages = Object.entries(run.results);
  if (stages.length) view.append(h("h2", {}, "On held-out problems"), resultsTable(stages));
  const played = ["grpo", "control"].filter((phase) => run.phases[phase]);
  const used = new Set();
  const figures = CURVES.map(([title, metrics, note, options = {}]) => {
    const phases = metrics.length > 2 ? played.slice(0, 1) : played; // more lines could not be told from each other
    for (const metric of metrics) used.add(metric);
    const series = phases.flatMap((phase, p) => metrics.filter((metric) => run.phases[phase].curves[metric]).map((metric, m) => {
      const { steps, curves } = run.phases[phase];
      const name = metrics.length === 1 ? PHASES[phase] : phases.length === 1 ? metric : `${metric}, ${PHASES[phase]}`;
      return { name, x: steps, y: curves[metric], colour: phases.length === 1 ? m : p + 2 * m, marks: options.marks ? heldOut(phase, steps) : [] };
    }));
    return series.length ? chart({ title: metrics.length > 2 ? `${title}, ${PHASES[phases[0]]}` : title, note, ...options, series }) : null;
  });
  if (played.length) view.append(h("h2", {}, "Reinforcement learning"), h("div", { class: "charts" }, figures));
  for (const phase of played) {
    for (const [metric, rows] of Object.entries(run.phases[phase].maps)) {
      const [title, note, most = 1] = MAPS.get(metric) || [metric, ""];
      view.append(heatMap(`${title}, ${PHASES[phase]}`, note, run.phases[phase].steps, rows, most));
    }
  }
  if (run.phases.sft) {
    const { steps, curves } = run.phases.sft;
    const one = (title, metrics, note, options) => {
      const series = metrics.filter((metric) => curves[metric]).map((metric) => ({ name: metric, x: steps, y: curves[metric], dots: metric !== "loss" }));
      return series.length ? chart({ title, note, ...options, series: series.map((line) => withoutGaps(line)) }) : null;
    };
    view.append(h("h2", {}, "Warm start"), h("div", { class: "charts" }, one("Loss", ["loss"], "Negative log-likelihood of a token, in nats.", {}),
      one("Measured on the way", ["reward", "copied", "held_out_greedy", "left_out_greedy"], "", { share: true })));
  }
  const rest = played.length ? Object.keys(run.phases[played[0]].curves).filter((metric) => !used.has(metric)) : [];
  if (rest.length) {
    const box = h("div", { class: "charts" });
    view.append(h("details", { ontoggle: () => { if (!box.children.length) box.append(...rest.map((metric) => chart({ title: metric, series: played.filter((phase) => run.phases[phase].curves[metric]).map((phase, p) => ({ name: phase, x: run.phases[phase].steps, y: run.phases[phase].curves[metric], colour: p })) }))); } },
      h("summary", {}, `${plural(rest.length, "more metric")}`), box));
  }
  if (!stages.length && !played.length && !run.phases.sft) view.append(h("p", { class: "notice" }, "The run has not logged a step yet."));
}

const withoutGaps = (line) => {
  const there = line.y.map((y, i) => i).filter((i) => finite(line.y[i]));
  return { ...line, x: there.map((i) => line.x[i]), y: there.map((i) => line.y[i]) };
};

const rightOf = (score) => score?.correct ?? score?.reward; // the reward may have terms for format and length
const rewardOf = (result) => rightOf(result?.sampled || result?.greedy);

function heldOut(phase, steps) {
  const before = rewardOf(run.results.sft || run.results.start);
  return [[steps[0], before], [steps[steps.length - 1], rewardOf(run.results[phase])]].filter(([, y]) => finite(y));
}

function resultsTable(stages) {
  const problems = run.settings.evaluation?.problems;
  const some = (name) => stages.some(([, result]) => finite(result?.[name]?.reward));
  const share = (value) => h("td", { class: "number" }, finite(value) ? percent(value) : "–");
  const head = ["Policy", "Reward", some("sampled") && "Greedy", some("left_out") && "Tasks left out", "Answers", "Uses code", "Tokens", "Trained"].filter(Boolean);
  const body = stages.map(([stage, result]) => {
    const rate = rewardOf(result);
    const known = finite(rate) && finite(problems) && rate >= 0 && rate <= 1;
    const [low, high] = known ? wilson(rate * problems, problems) : [rate, rate];
    return h("tr", {}, h("th", { scope: "row", class: "name" }, printable(policyName(stage))),
      h("td", { class: "rate" }, finite(rate) ? h("span", { class: "rate-cell" }, intervalBar({ n: known ? problems : 0, rate, low, high }), h("b", {}, percent(rate))) : "–"),
      some("sampled") ? share(rightOf(result?.greedy)) : null, some("left_out") ? share(rightOf(result?.left_out)) : null,
      share(result?.greedy?.answered), share(result?.greedy?.code_use),
      h("td", { class: "number" }, finite(result?.greedy?.turn_tokens) ? number(result.greedy.turn_tokens) : "–"),
      h("td", { class: "number" }, finite(result?.seconds) ? `${number(result.seconds)} s` : "–"));
  });
  return h("div", {}, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table" }, h("table", { id: "results" }, h("thead", {}, h("tr", {}, head.map((name, n) => h("th", { scope: "col", class: n === 0 ? "name" : n === 1 ? "rate" : "number" }, name)))), h("tbody", {}, body))),
    finite(problems) ? h("p", { class: "note" }, `${plural(problems, "problem")} that no training problem repeats, with 95 % Wilson intervals${some("sampled") ? "; the reward is that of sampling at temperature 1, the columns right of it are greedy" : ""}.`) : null);
}

/** Tasks over steps, coloured by a metric; steps are put together where there are more than fit. */
function heatMap(title, note, steps, rows, most) {
  const box = h("div", { class: "map" });
  const at = h("span", { class: "at" });
  const drawMap = () => {
    const width = Math.max(160, box.clientWidth);
    const left = Math.min(190, width * 0.38);
    const count = Math.min(steps.length, Math.max(8, Math.floor((width - left) / 9)));
    const cell = (width - left) / count;
    const mean = (values, n) => {
      const part = values.slice(Math.floor((n * steps.length) / count), Math.floor(((n + 1) * steps.length) / count)).filter(finite);
      return part.length ? part.reduce((a, b) => a + b, 0) / part.length : null;
    };
    const lines = Object.entries(rows).map(([task, values]) => [task, Array.from({ length: count }, (_, n) => mean(values, n))]);
    const svg = s("svg", { width, height: lines.length * 18 + 20, role: "img", "aria-label": title });
    lines.forEach(([task, values], r) => {
      svg.append(s("text", { class: "row", x: 0, y: r * 18 + 13 }, task.length * 6.6 > left ? task.slice(0, Math.floor(left / 6.6) - 1) + "…" : task));
      values.forEach((value, n) => {
        const first = steps[Math.floor((n * steps.length) / count)];
        const square = s("rect", { class: value === null ? "blank" : "hot", x: left + n * cell, y: r * 18 + 1, width: Math.max(1, cell - 1), height: 16, "fill-opacity": value === null ? 1 : Math.max(0.04, Math.min(1, value / most)) });
        square.addEventListener("pointerenter", () => { at.textContent = `${task}, step ${number(first)}: ${value === null ? "none" : compact(value)}`; });
        svg.append(square);
      });
    });
    svg.append(s("text", { class: "tick", x: left, y: lines.length * 18 + 14 }, `step ${number(steps[0])}`), s("text", { class: "tick", x: width, y: lines.length * 18 + 14, "text-anchor": "end" }, `step ${number(steps[steps.length - 1])}`));
    box.replaceChildren(svg);
  };
  charts.push(drawMap);
  requestAnimationFrame(drawMap);
  return h("figure", { class: "heat-map" }, h("figcaption", {}, title, note ? h("small", {}, note) : null, at), box);
}

// ---- episodes

const ROW = 58; // height of a row of the list, in pixels
const MARKS = { correct: "✓", wrong: "✗", "no answer": "–", fault: "!" };
const SORTS = {
  file: { label: "as played", of: (row) => row.i },
  task: { label: "task, level", of: (row) => row.problem },
  tokens: { label: "most tokens", of: (row) => -row.tokens },
  turns: { label: "most turns", of: (row) => -row.turns },
  seconds: { label: "longest in the sandbox", of: (row) => -row.sandbox_seconds },
};
let found = null; // of the last search: {q, hits}
let searching = 0;

function listed() {
  let rows = chosen;
  if (state.q && found && found.q === state.q) rows = rows.filter((row) => found.hits.has(row.i));
  const sort = Object.hasOwn(SORTS, state.order) ? SORTS[state.order] : SORTS.file;
  return [...rows].sort((a, b) => (typeof sort.of(a) === "string" ? sort.of(a).localeCompare(sort.of(b), "en", { numeric: true }) : sort.of(a) - sort.of(b)) || a.i - b.i);
}

/** Look for a text in all episodes, chunk after chunk, and list those that have it. */
async function searchFor(text) {
  const mine = ++searching;
  const q = text.trim().toLowerCase();
  history.replaceState(null, "", address({ q: text.trim(), episode: state.episode }));
  readAddress();
  found = { q: state.q, hits: new Set() };
  if (q) {
    for (const row of episodes) if (row.problem.toLowerCase().includes(q)) found.hits.add(row.i);
    for (let c = 0; c < run.chunks.length; c++) {
      const [chunk] = await chunkOf(run.chunks[c]);
      if (mine !== searching) return;
      chunk.forEach((texts, place) => {
        const has = (value) => value && value.toLowerCase().includes(q);
        if (has(texts.answer) || has(texts.fault) || texts.messages.some(([, content]) => has(content))) found.hits.add(run.chunks[c] + place);
      });
      if (c % 8 === 7) drawList(`searched ${Math.round((100 * (c + 1)) / run.chunks.length)} %`);
    }
  }
  drawList();
  markFound();
}

let list = [];

function drawEpisodes(view) {
  const open = byKey.has(state.episode);
  const sorts = Object.entries(SORTS).filter(([name]) => name !== "tokens" || chosen.some((row) => row.tokens));
  const scroller = h("div", { class: "list", id: "list", tabindex: "0", role: "region", "aria-label": "Episodes", onscroll: drawVisible }, h("ol", { id: "rows" }));
  view.append(filterBar(true), h("div", { class: `panes${state.episode ? " opened" : ""}` },
    h("section", { class: "pane", "aria-label": "List" },
      h("div", { class: "list-head" }, h("span", { id: "count", role: "status" }),
        h("label", {}, h("span", { class: "hidden" }, "Order"), h("select", { name: "order", onchange: (event) => go({ order: event.target.value === "file" ? "" : event.target.value, sort: "" }) },
          sorts.map(([name, sort]) => h("option", { value: name, selected: name === state.order }, sort.label))))),
      scroller),
    h("article", { class: "pane episode", id: "episode", "aria-label": "Episode" })));
  drawList();
  if (state.q && (!found || found.q !== state.q)) searchFor(state.q);
  if (open) {
    const place = list.findIndex((row) => row.key === state.episode);
    scroller.scrollTop = Math.max(0, place * ROW - scroller.clientHeight / 2);
    drawVisible();
  }
  drawEpisode();
}

function drawList(progress = "") {
  list = listed();
  const rows = $("#rows");
  if (!rows) return;
  rows.style.height = `${list.length * ROW}px`;
  $("#count").textContent = `${plural(list.length, "episode")}${list.length < episodes.length ? ` of ${number(episodes.length)}` : ""}${progress ? `, ${progress}` : ""}`;
  drawVisible();
}

/** Draw the rows of the list that can be seen. */
function drawVisible() {
  const scroller = $("#list");
  const first = Math.max(0, Math.floor(scroller.scrollTop / ROW) - 5);
  const last = Math.min(list.length, first + Math.ceil((scroller.clientHeight || 600) / ROW) + 10);
  $("#rows").replaceChildren(...list.slice(first, last).map((row, n) => {
    const facts = [policyName(row.policy) === "all" ? null : policyName(row.policy), plural(row.turns, "turn"), row.code_runs ? plural(row.code_runs, "run") : null, row.tokens !== null ? `${number(row.tokens)} tokens` : null];
    return h("li", { style: { top: `${(first + n) * ROW}px` } },
      h("a", { href: address({ episode: row.key }), "aria-current": row.key === state.episode ? "true" : undefined },
        h("span", { class: `mark ${row.verdict.replace(" ", "-")}`, title: row.verdict }, MARKS[row.verdict], h("span", { class: "hidden" }, row.verdict)),
        h("span", { class: "what" }, h("b", {}, printable(row.problem)), row.sample ? ` sample ${row.sample}` : "",
          h("small", {}, facts.filter(Boolean).join(" · "), row.answer ? h("span", { class: "answer" }, " · ", printable(row.answer).replace(/\s+/g, " ")) : null))));
  }));
}

async function drawEpisode() {
  const pane = $("#episode");
  const i = byKey.get(state.episode);
  if (i === undefined) {
    pane.replaceChildren(h("p", { class: "notice" }, state.episode ? `This page has no episode ${printable(state.episode)}.` : episodes.length ? "Choose an episode. The keys j and k go to the next and the one before, / to the search." : "There are no episodes yet."));
    return;
  }
  const row = episodes[i];
  const texts = await textsOf(i);
  if (byKey.get(state.episode) !== i || !pane.isConnected) return; // another was chosen meanwhile
  const place = list.findIndex((each) => each.i === i);
  const step = (by, text) => {
    const to = list[place + by];
    return place >= 0 && to ? h("a", { class: "step", href: address({ episode: to.key }), rel: by < 0 ? "prev" : "next" }, text) : h("span", { class: "step off", "aria-hidden": "true" }, text);
  };
  const facts = [
    ["level", row.level === null ? null : row.level === 0 ? "original" : row.level], ["sample", row.sample || null], ["reward", row.reward === null ? "none" : compact(row.reward)],
    ["stopped by", row.stop], ["turns", row.turns], ["code runs", row.code_runs], ["tokens", row.tokens], ["prompt tokens", row.prompt_tokens],
    ["cut turns", row.cut_turns || null], ["in the sandbox", row.sandbox_seconds ? `${compact(row.sandbox_seconds)} s` : null],
  ].filter(([, value]) => value !== null);
  pane.replaceChildren(
    h("nav", { class: "steps", "aria-label": "Episodes before and after" }, h("a", { class: "step back", href: address({ episode: "", view: "episodes" }) }, "All episodes"), step(-1, "‹ Previous"), step(1, "Next ›")),
    h("h2", {}, h("span", { class: `chip ${row.verdict.replace(" ", "-")}` }, row.verdict), h("a", { href: address({ ...Object.fromEntries(Object.keys(FILTERS).map((name) => [name, ""])), q: "" }), title: "A link to this episode" }, printable(row.problem)),
      run.policies[row.policy] && row.policy ? h("small", {}, printable(policyName(row.policy))) : null),
    h("dl", { class: "facts" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, printable(typeof value === "number" ? number(value) : value))))),
    ...present(messages(texts)),
    verdictBox(row, texts));
  pane.scrollTop = 0;
  markFound();
}

const RESULT = "Code Execution Results:";

function messages(texts) {
  let turn = 0;
  let asked = false;
  return texts.messages.map(([role, content]) => {
    if (role === "assistant") {
      const outcome = texts.outcomes[turn++];
      return h("section", { class: "message model" }, h("h3", {}, `Turn ${turn}`, outcome ? h("span", { class: `chip ${outcome === "ok" || outcome === "answer" ? "ok" : "bad"}` }, printable(outcome)) : null), prose(content));
    }
    if (role === "user" && !asked) {
      asked = true;
      const [from, to] = texts.question || [0, 0];
      return [h("details", { class: "message prompt" }, h("summary", {}, `Prompt, ${plural(content.length, "character")}`), h("pre", {}, printable(content))),
        to > from ? h("section", { class: "message question" }, h("h3", {}, "Question"), h("pre", {}, printable(content.slice(from, to)))) : null];
    }
    const output = content.startsWith(RESULT);
    const text = output ? content.slice(RESULT.length).replace(/^\n/, "") : content;
    const failed = output && text.includes("Traceback (most recent call last)");
    return h("section", { class: `message ${output ? "output" : "environment"}${failed ? " failed" : ""}` }, h("h3", {}, output ? "Output" : role === "user" ? "Environment" : printable(role)), h("pre", {}, printable(text)));
  });
}

function verdictBox(row, texts) {
  const line = (name, value) => (value === null || value === "" ? null : h("div", {}, h("dt", {}, name), h("dd", {}, h("code", {}, printable(value)))));
  return h("section", { class: `message verdict ${row.verdict.replace(" ", "-")}` }, h("h3", {}, { correct: "Right", wrong: "Refused", "no answer": "No answer", fault: "Fault" }[row.verdict]),
    texts.why ? h("p", {}, printable(texts.why)) : null,
    h("dl", {}, line("Answer", texts.answer), line("A right answer", texts.right), line("Fault", texts.fault)));
}

// ---- texts of a model: prose, blocks of code, answers

/** The text of a turn with its code blocks set apart; line by line, so that no text takes long. */
function prose(text) {
  const parts = [];
  let lines = [];
  let open = null; // the fence that the lines are behind
  const flush = () => {
    const part = lines.join("\n");
    if (open) parts.push(codeBlock(part, open.tag));
    else if (part.trim()) parts.push(plain(part));
    lines = [];
  };
  for (const line of text.split("\n")) {
    const bare = line.trim();
    const mark = /^(?:`{3,}|~{3,})/.exec(bare)?.[0];
    const opens = !open && mark && !(mark[0] === "`" && bare.includes("`", mark.length));
    const closes = open && mark === bare && mark[0] === open.mark[0] && mark.length >= open.mark.length;
    if (opens || closes) {
      flush();
      open = opens ? { mark, tag: bare.slice(mark.length).trim() } : null;
    } else lines.push(line);
  }
  flush();
  return parts.length ? parts : plain(text);
}

function codeBlock(code, tag) {
  const isPython = /^\W{0,2}(?:i?python[\d.]*|py\d?)(?![\w-])/i.test(tag);
  return h("pre", { class: "code" }, tag ? h("span", { class: "tag" }, printable(tag)) : null, h("code", {}, isPython ? highlighted(code) : printable(code)));
}

/** Text without code; a final answer in it stands out. */
function plain(text) {
  text = text.replace(/^\n+/, "").trimEnd();
  const box = h("pre", { class: "prose" });
  const open = text.indexOf("<<<");
  const close = open < 0 ? -1 : text.indexOf(">>>", open);
  if (close < 0) box.append(printable(text));
  else box.append(printable(text.slice(0, open)), h("span", { class: "final" }, printable(text.slice(open, close + 3))), printable(text.slice(close + 3)));
  return box;
}

const TOKEN = new RegExp(
  [
    /(?<comment>#[^\n]*)/,
    /(?<string>\b[rRbBuUfFtT]{1,2}(?=["'])(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?)|"""(?:[^\\]|\\[^])*?(?:"""|$)|'''(?:[^\\]|\\[^])*?(?:'''|$)|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?)/,
    /(?<number>\b\d[\w.]*)/,
    /(?<name>[\p{L}_][\p{L}\p{N}_]*)/,
  ].map((part) => part.source).join("|"), "gu");
const KEYWORDS = new Set("False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield".split(" "));
const BUILTINS = new Set("abs all any bin bool chr dict divmod enumerate filter float format frozenset hash hex input int isinstance iter len list map max min next oct open ord pow print range repr reversed round set slice sorted str sum super tuple type zip".split(" "));
const MAX_HIGHLIGHTED = 60_000;

/** Python with its tokens in spans; what is too long for that stays plain. */
function highlighted(code) {
  if (code.length > MAX_HIGHLIGHTED) return printable(code);
  const parts = [];
  let end = 0;
  let defines = false;
  for (const found of code.matchAll(TOKEN)) {
    if (found.index > end) parts.push(printable(code.slice(end, found.index)));
    const text = found[0];
    const groups = found.groups;
    const kind = groups.name ? (KEYWORDS.has(text) ? "keyword" : defines ? "defined" : BUILTINS.has(text) ? "builtin" : "") : ["comment", "string", "number"].find((name) => groups[name] !== undefined);
    parts.push(kind ? h("span", { class: `py-${kind}` }, printable(text)) : printable(text));
    defines = text === "def" || text === "class";
    end = found.index + text.length;
  }
  parts.push(printable(code.slice(end)));
  return parts;
}

/** Mark what was searched for in the episode that is open, where the browser can. */
function markFound() {
  if (!globalThis.Highlight) return;
  const q = state.q.toLowerCase();
  const ranges = [];
  if (q && $("#episode")) {
    const walker = document.createTreeWalker($("#episode"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.data.toLowerCase();
      for (let at = text.indexOf(q); at >= 0 && ranges.length < 2_000 && text.length === walker.currentNode.data.length; at = text.indexOf(q, at + q.length)) {
        const range = new Range();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + q.length);
        ranges.push(range);
      }
    }
  }
  CSS.highlights.set("found", new Highlight(...ranges));
}

// ---- settings

function drawSettings(view) {
  const isObject = (value) => value !== null && typeof value === "object";
  const nested = (value) => isObject(value) && (Array.isArray(value) ? value.some(isObject) : Object.keys(value).length > 0);
  const lines = (value, prefix) => Object.entries(value).flatMap(([name, each]) => {
    const path = [...prefix, Array.isArray(value) ? +name + 1 : name];
    return nested(each) ? lines(each, path) : [[path.join("."), each]];
  });
  const show = (value) => (Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : value === null ? "none" : JSON.stringify(value));
  const section = (title, values) => [h("h2", {}, printable(title)), h("dl", { class: "settings" }, values.map(([name, value]) => {
    const text = printable(show(value));
    return h("div", {}, h("dt", {}, printable(name)), h("dd", {}, text === "" ? "–" : text));
  }))];
  const simple = Object.entries(run.settings).filter(([, value]) => !nested(value));
  if (simple.length) view.append(...section("Settings", simple));
  for (const [name, value] of Object.entries(run.settings)) if (nested(value)) view.append(...section(name, lines(value, [])));
  if (!Object.keys(run.settings).length) view.append(h("p", { class: "notice" }, "The folder has no meta.json, so nothing is known of how these episodes were made."));
  view.append(h("p", { class: "note" }, `Page made by r1ci-env ${run.package}.`));
}

// ---- the page

const VIEWS = [
  { id: "training", label: "Training", shown: () => run.trains, draw: drawTraining },
  { id: "scores", label: "Scores", shown: () => episodes.length > 0, draw: drawScores },
  { id: "difficulty", label: "Difficulty", shown: () => new Set(episodes.map((row) => row.level).filter(Boolean)).size > 1, draw: drawDifficulty },
  { id: "episodes", label: "Episodes", shown: () => true, draw: drawEpisodes },
  { id: "settings", label: "Settings", shown: () => true, draw: drawSettings },
];

function draw() {
  charts.length = 0;
  drawnWidth = document.documentElement.clientWidth;
  chosen = episodes.filter(matches);
  $("#views").replaceChildren(...VIEWS.filter((view) => view.shown()).map((view) =>
    h("a", { href: address({ view: view.id, episode: "", sort: "", order: "" }), "aria-current": view.id === state.view ? "page" : undefined }, view.label)));
  const view = $("#view");
  view.className = `view-${state.view}`;
  view.replaceChildren();
  VIEWS.find((each) => each.id === state.view).draw(view);
}

function subtitle() {
  const settings = run.settings;
  const names = ["model", "agent", "preset", "split", "temperature", "seed"];
  const facts = names.filter((name) => ["string", "number"].includes(typeof settings[name]) && settings[name] !== "").map((name) => (name === "model" || name === "agent" ? String(settings[name]) : `${name} ${settings[name]}`));
  const count = run.trains ? null : `${plural(episodes.length, "episode")} of ${plural(Object.keys(run.tasks).length, "task")}`;
  return [run.trains ? "training run" : "evaluation", ...facts, count].filter(Boolean).join(" · ");
}

function setTheme() {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  $("#theme").textContent = dark ? "Light" : "Dark";
  return dark;
}

async function start() {
  if (!globalThis.DecompressionStream) throw new Error("this browser is too old: it has no DecompressionStream");
  run = await unpack(document.getElementsByClassName("index")[0]);
  readRows();
  $("#subtitle").textContent = printable(subtitle());
  readAddress();
  setTheme();
  draw();
  addEventListener("hashchange", () => {
    const before = state;
    readAddress();
    const same = before.view === "episodes" && Object.keys(state).every((name) => name === "episode" || state[name] === before[name]);
    if (!same) return draw();
    $(".panes").classList.toggle("opened", Boolean(state.episode));
    drawVisible(); // the list stays where it is
    drawEpisode();
    if (state.episode) scrollTo(0, 0);
  });
  addEventListener("resize", () => {
    if (document.documentElement.clientWidth === drawnWidth) return;
    drawnWidth = document.documentElement.clientWidth;
    charts.forEach((again) => again());
    if ($("#list")) drawVisible();
  });
  $("#theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = setTheme() ? "light" : "dark";
    setTheme();
  });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const link = { j: state.episode ? "#episode a[rel=next]" : "#rows a", k: "#episode a[rel=prev]", Escape: "#episode a.back" }[event.key];
    if (event.key === "/" && $("#search")) {
      event.preventDefault();
      $("#search").focus();
    } else if (link) $(link)?.click();
  });
  document.documentElement.dataset.ready = "true";
}

start().catch((error) => {
  $("#view").replaceChildren(h("p", { class: "notice" }, `The page can't be shown: ${printable(error.message)}.`));
  throw error;
});
