/* What is said of something that sessions covered or not: always in words and a sign, never in colour alone. */

const REPORT = DATA.report;

const FIRED = (count) => [say("fired: {count}", { count }), say("never fired"), say("cannot fire")];
const HELD = (count) => [say("held: {count}", { count }), say("never held"), say("cannot hold")];
const TRUE = (count) => [say("true: {count}", { count }), say("never true"), say("cannot be true")];
const FALSE = (count) => [say("false: {count}", { count }), say("never false"), say("cannot be false")];
const ENTERED = (count) => [say("entered: {count}", { count }), say("never entered"), say("cannot be entered")];

/** Whether an item was covered (`done`), was not (`missing`), or cannot be (`cannot`). */
function stateOf(item) {
  if (item.by.length) return "done";
  return item.cannot ? "cannot" : "missing";
}

const SIGNS = { done: "\u2713", missing: "\u2717", cannot: "\u2013" };

/** An item in a word or two; `words` as above. */
function pill(item, words) {
  const state = stateOf(item);
  const [done, missing, cannot] = words(item.by.length);
  return pillOf(state, { done, missing, cannot }[state]);
}

function pillOf(state, text) {
  return el("span", { class: `pill ${state}` }, el("span", { "aria-hidden": "true", class: "sign" }, SIGNS[state]), text);
}

/** How a rule fared, by its slug. */
function stateName(state) {
  switch (state) {
    case "fired": return say("fired");
    case "tried": return say("tried, never fired");
    case "untried": return say("never tried");
    default: return say("cannot fire");
  }
}

function stateSign(state) {
  return { fired: "done", cannot: "cannot" }[state] || "missing";
}

/** `12 / 14`: covered, of what can be. */
function ofAll(count) {
  return `${count.covered} / ${count.total}`;
}

function percent(count) {
  return say("{percent} %", { percent: count.percent });
}

/** A percentage with a bar beside it. */
function percentCell(count) {
  const kind = count.id === "edges" ? "share aside" : "share";
  return [
    el("progress", {
      class: count.missing ? kind : "share full", value: count.hundredths, max: 10000, "aria-hidden": "true",
    }),
    el("span", { class: "figures" }, percent(count)),
  ];
}

function link(address, ...children) {
  return el("a", { href: `#${address.split("/").map(encodeURIComponent).join("/")}` }, children);
}

/** Whether the page has something at this address. */
function has(address) {
  return [REPORT.plans, REPORT.cards, REPORT.things].some((several) => Object.hasOwn(several, address));
}

/** What a card is called: a rule by its id, a guard by what it guards. */
function cardName(card) {
  return card.name || say("Guard, line {line}", { line: card.first });
}

function planName(address) {
  return REPORT.plans[address].name;
}
