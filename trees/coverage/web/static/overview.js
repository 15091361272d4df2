/* The start: totals, what is missing, and the tables of everything. */

const FEW = 6;

const filter = { text: "", missing: false };

function overview(name) {
  const total = REPORT.measures.find((one) => one.id === "total");
  return [
    el("h1", { id: "top", tabindex: "-1" }, say("Coverage of the knowledge base {version}", REPORT.manifest)),
    el("p", { class: "quiet" }, say("Sessions that were looked at: {count}", { count: REPORT.sessions.length })),
    el("div", { class: "columns overview" },
      el("section", { class: "panel", "aria-labelledby": "totals" }, el("h2", { id: "totals" }, say("Totals")), measures(),
        el("p", { class: "quiet aside-note" }, say("The edges of the graphs do not count towards what is missing."))),
      el("section", { class: "panel side", "aria-labelledby": "lacking" }, lacking(total))),
    el("nav", { class: "tabs", "aria-label": say("Tables") }, Object.keys(TABLES).map((one) => el("a", {
      href: `#${one}`, class: "button tab", "aria-current": one === name ? "page" : null,
    }, TABLES[one]().name))),
    ...filtered(name, TABLES[name]()),
  ];
}

function measures() {
  const table = sortable("measures", say("Measures, worst first"), [
    { label: say("Measure"), values: (row) => [row.name], cell: (row) => row.name },
    ...countColumns((row) => row).map((column, at) => ({ ...column, kind: ["number", "number wide", column.kind][at] })),
  ], [3, false]);
  table.show(REPORT.measures);
  return table.made;
}

function lacking(total) {
  const { missing, infeasible } = REPORT;
  return [
    el("h2", { id: "lacking" }, say("What is missing")),
    el("p", { class: total.missing ? "figure missing" : "figure done" },
      pillOf(total.missing ? "missing" : "done", percent(total)),
      total.missing ? say("{missing} of {total} are missing.", total) : say("Nothing is missing.")),
    missing.length ? [el("p", { class: "list-head" }, say("Worst first:")), told(missing.slice(0, FEW), "ol")] : null,
    missing.length > FEW
      ? fold("missing", say("{count} more", { count: missing.length - FEW }), told(missing.slice(FEW), "ul")) : null,
    infeasible.length
      ? fold("infeasible", say("Cannot be covered: {count}", { count: infeasible.length }), told(infeasible, "ul")) : null,
  ];
}

function told(several, list) {
  return el(list, { class: "told" }, several.map(({ at, sentence }) => el("li", {}, link(at, sentence))));
}

// Tables ---------------------------------------------------------------------------------------------------------

function rowsOf(things) {
  return Object.entries(things).map(([address, thing]) => ({ address, ...thing }));
}

const TABLES = {
  plans: () => ({
    name: say("Codes and procedures"),
    rows: rowsOf(REPORT.plans),
    text: (row) => `${row.name} ${row.title}`,
    columns: [
      {
        label: say("Code or procedure"),
        values: (row) => [row.name],
        cell: (row) => [link(row.address, row.name), el("span", { class: "about" }, row.title)],
      },
      measureColumn(say("Rules"), "rules"),
      measureColumn(say("Conditions"), "conditions"),
      measureColumn(say("Decisions"), "decisions"),
      measureColumn(say("Edges"), "edges"),
      ...countColumns((row) => row.count),
    ],
    order: [7, false],
  }),
  rules: () => ({
    name: say("Rules"),
    rows: rowsOf(REPORT.cards),
    text: (row) => `${row.name} ${row.plan} ${row.file} ${row.because} ${row.lines.join(" ")}`,
    columns: [
      {
        label: say("Rule or guard"),
        values: (row) => [cardName(row), row.first],
        cell: (row) => [link(row.address, cardName(row)), el("span", { class: "about" }, row.because)],
      },
      {
        label: say("In"), kind: "wide",
        values: (row) => [planName(row.plan)], cell: (row) => link(row.plan, planName(row.plan)),
      },
      {
        label: say("How it fared"), kind: "wide", values: (row) => [fared(row)[1]], cell: (row) => pillOf(...fared(row)),
      },
      {
        label: say("Sessions"), kind: "number wide",
        values: (row) => [(row.fired || row.held).by.length], cell: (row) => String((row.fired || row.held).by.length),
      },
      ...countColumns((row) => row.count),
    ],
    order: [6, false],
  }),
  things: () => ({
    name: say("Questions, remedies, causes"),
    rows: rowsOf(REPORT.things),
    text: (row) => `${row.kind} ${row.id} ${row.title} ${row.file}`,
    columns: [
      {
        label: say("Name"),
        values: (row) => [row.id], cell: (row) => [link(row.address, row.id), el("span", { class: "about" }, row.title)],
      },
      { label: say("Kind"), kind: "wide", values: (row) => [row.kind], cell: (row) => row.kind },
      ...countColumns((row) => row.count),
    ],
    order: [4, false],
  }),
  sessions: () => ({
    name: say("Sessions"),
    rows: REPORT.sessions.map((session, number) => ({ address: `sessions/${number}`, number, ...session })),
    text: (row) => `${row.name} ${row.kind} ${row.code}`,
    columns: [
      { label: say("Session"), values: (row) => [row.name], cell: (row) => link(row.address, row.name) },
      { label: say("Kind"), kind: "wide", values: (row) => [row.kind], cell: (row) => row.kind },
      { label: say("Code"), values: (row) => [row.code], cell: (row) => row.code },
      {
        label: say("Rules that fired"), kind: "number",
        values: (row) => [firedBy()[row.number]], cell: (row) => String(firedBy()[row.number]),
      },
    ],
    order: [0, false],
  }),
};

function measureColumn(label, measure) {
  const count = (row) => row.measures[measure];
  return {
    label, kind: "number extra",
    values: (row) => [count(row) ? count(row).hundredths : 20000, count(row) ? -count(row).missing : 0],
    cell: (row) => (count(row) ? ofAll(count(row)) : ""),
  };
}

function fared(card) {
  if (card.state) return [stateSign(card.state), stateName(card.state)];
  const state = stateOf(card.held);
  return [state, { done: say("held"), missing: say("never held"), cannot: say("cannot hold") }[state]];
}

/** How many rules fired in each session. */
function firedBy() {
  if (!firedBy.counts) {
    firedBy.counts = REPORT.sessions.map(() => 0);
    for (const card of Object.values(REPORT.cards)) {
      for (const number of card.fired ? card.fired.by : []) firedBy.counts[number] += 1;
    }
  }
  return firedBy.counts;
}

// Filter ---------------------------------------------------------------------------------------------------------

function filtered(name, { name: caption, rows, text, columns, order }) {
  const table = sortable(name, caption, columns, order);
  const texts = new Map(rows.map((row) => [row, text(row).toLocaleLowerCase(reader.language)]));
  const counted = name !== "sessions";
  const shown = el("p", { id: "shown", class: "quiet", role: "status" });
  const show = () => {
    const words = wordsOf(filter.text);
    const left = rows.filter((row) => matches(texts.get(row), words) && !(counted && filter.missing && !row.count.missing));
    shown.textContent = say("Shown: {count} of {total}", { count: left.length, total: rows.length });
    table.show(left);
  };
  const typed = el("input", {
    id: "filter", type: "search", value: filter.text, autocomplete: "off", spellcheck: "false",
    oninput: (event) => { filter.text = event.target.value; show(); },
  });
  const missing = el("input", {
    id: "only-missing", type: "checkbox", checked: filter.missing,
    onchange: (event) => { filter.missing = event.target.checked; show(); },
  });
  show();
  return [
    el("form", { class: "filter", role: "search", onsubmit: (event) => event.preventDefault() },
      el("label", { for: "filter" }, say("Filter")), typed,
      counted ? el("label", { class: "check-label", for: "only-missing" }, missing, say("Only what is missing")) : null,
      shown),
    el("div", { class: "panel table-box" }, table.made),
  ];
}
