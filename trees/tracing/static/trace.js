/* The traceability table: rows made once from the data, shown and hidden by the filter. */

/** A cell, and the element that shows it; `words`: what a search looks through. */
const shown = [];
const groups = [];
/** Columns whose evidence is that of the code. */
const PLAIN = ["message", "type"];

function pageStart() {
  wearTheme(kept("theme"));
  bar();
  foot();
  const main = document.getElementById("main");
  main.replaceChildren();
  fill(main, [
    el("h1", {}, say("What became of the tables that the knowledge was made from")),
    el("p", { class: "quiet" }, say("Each cell of these tables: where the knowledge has it, how it differs, or why it was left out.")),
    totals(), filter(), table(),
  ]);
  sift();
}

function bar() {
  const place = document.getElementById("bar");
  const name = el("p", { class: "brand" }, el("span", { class: "name" }, "Voltriage"), " ",
    el("span", { class: "what" }, say("Traceability")));
  place.replaceChildren(name, themeButton(() => { bar(); document.getElementById("theme").focus(); }));
}

function foot() {
  const { kb, sha256 } = DATA.about;
  fill(document.getElementById("foot"), [
    el("dl", {}, el("div", {}, el("dt", {}, say("Knowledge base")), el("dd", {}, `${kb} ${sha256.slice(0, 12)}`.trim()))),
    el("p", {}, say("Nothing leaves this page: it works without a network.")),
  ]);
}

/* What there is of each table */

function totals() {
  const standings = Object.keys(DATA.standings);
  const head = [say("Table"), say("Rows"), say("Cells"), ...standings.map((one) => DATA.standings[one])];
  return el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": say("Table") },
    el("table", { class: "totals" },
      el("thead", {}, el("tr", {}, head.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, DATA.tables.map((one) => el("tr", {}, el("th", { scope: "row" }, titleOf(one)),
        [one.rows, one.cells, ...standings.map((standing) => one.counts[standing])]
          .map((count) => el("td", { class: "count" }, String(count))))))));
}

function titleOf(one) {
  const title = one.url ? el("a", { href: one.url, rel: "noreferrer" }, one.title) : one.title;
  const sentence = one.dated ? "{title} (of {dated}, compared {compared})" : "{title} (compared {compared})";
  const [before, after] = say(sentence, { ...one, title: "\u0000" }).split("\u0000");
  return [before, title, after];
}

/* The filter */

function filter() {
  const choice = (id, label, names) => el("div", {}, el("label", { for: id }, label),
    el("select", { id, onchange: sift }, el("option", { value: "" }, say("All")),
      Object.entries(names).map(([value, name]) => el("option", { value }, name))));
  const tables = Object.fromEntries(DATA.tables.map((one) => [one.id, one.name]));
  return el("form", { class: "filter", role: "search", "aria-label": say("Filter"), onsubmit: (event) => event.preventDefault() },
    el("div", { class: "grow" }, el("label", { for: "search" }, say("Search")),
      el("input", { id: "search", type: "search", autocomplete: "off", placeholder: say("Code, rule, cause, remedy or words"), oninput: sift })),
    choice("in-table", say("Table"), tables),
    choice("in-column", say("Cell"), DATA.columns),
    choice("standing", say("What became of it"), DATA.standings),
    el("p", { class: "quiet", id: "found", role: "status" }));
}

/** Shows what the filter lets through. */
function sift() {
  const value = (id) => document.getElementById(id).value;
  const words = value("search").toLowerCase().split(/\s+/).filter(Boolean);
  const [inTable, inColumn, standing] = ["in-table", "in-column", "standing"].map(value);
  let count = 0;
  for (const one of shown) {
    const { cell } = one;
    const fits = (!inTable || cell.table === inTable) && (!inColumn || cell.column === inColumn)
      && (!standing || cell.standing === standing) && words.every((word) => one.words.includes(word));
    one.row.hidden = !fits;
    count += fits ? 1 : 0;
  }
  for (const group of groups) group.hidden = ![...group.rows].some((row, number) => number && !row.hidden);
  document.getElementById("found").textContent = say("Cells shown: {count} of {total}", { count, total: shown.length });
}

/* The table */

function table() {
  const head = [say("Cell"), say("What it says"), say("What became of it"), say("In the knowledge"), say("Evidence")];
  const made = el("table", { class: "trace" }, el("caption", { class: "away" }, say("Traceability")),
    el("thead", {}, el("tr", {}, head.map((name) => el("th", { scope: "col" }, name)))));
  let group = null;
  let before = "";
  DATA.cells.forEach((cell) => {
    const key = `${cell.table} ${cell.row}`;
    if (key !== before) {
      group = el("tbody", {}, groupHead(cell, head.length));
      groups.push(group);
      made.append(group);
      before = key;
    }
    const row = rowOf(cell, head);
    shown.push({ cell, row, words: wordsOf(cell).toLowerCase() });
    group.append(row);
  });
  return made;
}

function groupHead(cell, width) {
  const of = DATA.tables.find((one) => one.id === cell.table);
  return el("tr", { class: "group" },
    el("th", { colspan: width, scope: "rowgroup" }, say("{code} in {table}", { code: cell.row, table: of.name })));
}

function rowOf(cell, head) {
  const said = cell.quoted ? el("q", {}, cell.says) : cell.says;
  const parts = [
    [said],
    [el("span", { class: `standing ${cell.standing}` }, DATA.standings[cell.standing]), para(cell.reason, "reason")],
    held(cell), evidence(cell),
  ];
  return el("tr", {}, el("th", { scope: "row" }, DATA.columns[cell.column]),
    parts.map((content, number) => el("td", { "data-label": head[number + 1] }, content)));
}

/** Where the knowledge has it: in the code's own entry, in questions, and chain by chain. */
function held(cell) {
  const chains = cell.chains.filter((chain) => chain.rule);
  const parts = cell.parts.map((part) => DATA.parts[part]).join(", ");
  return [
    parts && para(say("In the entry of {code}: {parts}", { code: cell.code, parts })),
    cell.questions.map((ident) => para(say("Asked: {question}", { question: DATA.questions[ident] }))),
    chains.length > 0 && el("ul", { class: "chains" }, byRule(chains).map((alike) => el("li", {}, el("code", {}, alike[0].rule), " ", chainText(alike)))),
  ];
}

/** Chains along one rule together: they have its cause in common. */
function byRule(chains) {
  const found = new Map();
  for (const chain of chains) found.set(chain.rule, [...(found.get(chain.rule) ?? []), chain]);
  return [...found.values()];
}

function chainText(alike) {
  const { goesOn, cause, owner } = alike[0];
  const remedies = alike.map((chain) => chain.remedy).filter(Boolean).join("; ");
  const on = goesOn in DATA.questions
    ? say("goes on as the code that answers: {question}", { question: DATA.questions[goesOn] })
    : goesOn && say("goes on as {code}", { code: goesOn });
  const over = owner && say("handed over to: {owner}", { owner });
  return [cause, remedies, on, over].filter(Boolean).join(" → ");
}

/** The sources of all chains, each once, and the scenarios that show them. */
function evidence(cell) {
  const sources = new Map(cell.chains.flatMap((chain) => chain.sources).map((source) => [source.text, source]));
  const numbers = (elsewhere) => [...new Set(cell.chains.filter((chain) => chain.elsewhere === elsewhere)
    .flatMap((chain) => chain.scenarios))].sort((one, other) => one - other);
  const here = numbers(false);
  const others = numbers(true).filter((number) => !here.includes(number));
  if (!cell.chains.length || (PLAIN.includes(cell.column) && !cell.chains.some((chain) => chain.rule))) return [];
  return [
    el("ul", { class: "sources" }, [...sources.values()].map(({ text, url }) => el("li", {}, url ? el("a", { href: url, rel: "noreferrer" }, text) : text))),
    here.length > 0 && scenarios(say("Scenarios: {count}", { count: here.length }), here),
    others.length > 0 && scenarios(say("Scenarios under other codes: {count}", { count: others.length }), others),
    cell.chains.some((chain) => chain.rule) && !here.length && !others.length && para(say("no scenario"), "quiet"),
  ];
}

/** Folded; the list is made when it is opened, as there are thousands of lines in all. */
function scenarios(heading, numbers) {
  const made = el("details", {}, el("summary", {}, heading));
  made.addEventListener("toggle", () => {
    if (made.open && made.children.length === 1) {
      made.append(el("ul", {}, numbers.map((number) => el("li", {}, DATA.scenarios[number]))));
    }
  });
  return made;
}

function wordsOf(cell) {
  const chains = cell.chains.flatMap((chain) => [chain.rule, chain.cause, chain.remedy, chain.owner, chain.goesOn, ...chain.ids]);
  return [cell.row, cell.code, cell.says, cell.reason, ...cell.questions, ...cell.questions.map((ident) => DATA.questions[ident]), ...chains].join("\n");
}

pageStart();
