/* Tables that are sorted by the buttons in their heads, and filtered by what is typed. */

const orders = new Map();

/**
 * A table. Each column has a `label`, `values` of a row to sort by (the first that differs counts), and a `cell`;
 * `kind`: "number", "wide" (left out on narrow screens) or "extra" (on paper, too), or several. `order`: [column,
 * downwards] to begin with.
 */
function sortable(name, caption, columns, order) {
  if (!orders.has(name)) orders.set(name, order);
  const body = el("tbody");
  let rows = [];
  const heads = columns.map((column, at) => el("th", { scope: "col", class: column.kind },
    el("button", { type: "button", class: "sort", onclick: () => turn(at) }, column.label)));
  const show = () => {
    const [by, down] = orders.get(name);
    heads.forEach((head, at) => {
      if (at === by) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    body.replaceChildren(...sorted(rows, columns[by], down).map((row) => rowOf(columns, row)));
  };
  const turn = (at) => {
    const [by, down] = orders.get(name);
    orders.set(name, [at, by === at && !down]);
    show();
  };
  const made = el("table", { class: "sorted" }, el("caption", {}, caption), el("thead", {}, el("tr", {}, heads)), body);
  return { made, show: (shown) => { rows = shown; show(); } };
}

function sorted(rows, column, down) {
  const keyed = rows.map((row) => [column.values(row), row]);
  keyed.sort(([one], [other]) => (down ? -1 : 1) * compared(one, other));
  return keyed.map(([, row]) => row);
}

function compared(one, other) {
  for (let at = 0; at < one.length; at += 1) {
    const [a, b] = [one[at], other[at]];
    const order = typeof a === "number" ? a - b : a.localeCompare(b, reader.language, { numeric: true });
    if (order) return order;
  }
  return 0;
}

function rowOf(columns, row) {
  return el("tr", {}, columns.map((column, at) => (at
    ? el("td", { class: column.kind }, column.cell(row))
    : el("th", { scope: "row", class: column.kind }, column.cell(row)))));
}

/** The columns that every table of things to cover ends with. */
function countColumns(countOf) {
  return [
    {
      label: say("Covered"), kind: "number wide",
      values: (row) => [countOf(row).covered], cell: (row) => ofAll(countOf(row)),
    },
    {
      label: say("Missing"), kind: "number",
      values: (row) => [countOf(row).missing], cell: (row) => String(countOf(row).missing),
    },
    {
      label: say("Percent"), kind: "number percent",
      values: (row) => [countOf(row).hundredths, -countOf(row).missing], cell: (row) => percentCell(countOf(row)),
    },
  ];
}

/** Whether a text has all these words in it, whatever their case. */
function matches(text, words) {
  return words.every((word) => text.includes(word));
}

function wordsOf(typed) {
  return typed.toLocaleLowerCase(reader.language).split(/\s+/).filter(Boolean);
}
