/* Elements: made from texts alone, never from markup. */

/** An element with attributes, listeners (`onclick` ...) and children; a string is a text, null and false are left out. */
function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  fill(made, children);
  return made;
}

function fill(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) parent.append(child);
  }
  return parent;
}

/** A paragraph; nothing for an empty text. */
function para(text, kind) {
  return text ? el("p", { class: kind }, text) : null;
}

function button(label, action, kind = "", more = {}) {
  return el("button", { type: "button", class: `button ${kind}`.trim(), onclick: action, ...more }, label);
}

/** A part that can be folded; `key` remembers what the reader did with it. */
const folded = new Map();
function fold(key, heading, children, open) {
  const made = el("details", { open: folded.has(key) ? folded.get(key) : open }, el("summary", {}, heading));
  made.addEventListener("toggle", () => folded.set(key, made.open));
  return fill(made, [el("div", { class: "fold" }, children)]);
}

/** A list under its heading; nothing where there is nothing to list. */
function listed(heading, items) {
  const told = items.filter(Boolean);
  return told.length ? [el("p", { class: "list-head" }, heading), el("ul", {}, told.map((item) => el("li", {}, item)))] : null;
}

/** A field with a label and a button: `use` gets what was typed, and says what is wrong with it, or nothing. */
function entry(name, label, go, use, more = {}) {
  const problem = el("p", { class: "problem", id: `${name}-problem`, role: "alert" });
  const input = el("input", {
    id: name, name, type: "text", autocomplete: "off", spellcheck: "false", "aria-describedby": problem.id, ...more,
  });
  const submitted = (event) => {
    event.preventDefault();
    const wrong = use(input.value.trim());
    if (!wrong) return;
    problem.textContent = wrong;
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  return el("form", { class: "entry", onsubmit: submitted, novalidate: true },
    el("label", { for: name }, label),
    el("div", { class: "entry-row" }, input, el("button", { type: "submit", class: "button" }, go)), problem);
}

/** Tells readers who do not see the page, and shows it for a while. */
function announce(text) {
  const place = document.getElementById("announce");
  place.textContent = "";
  window.setTimeout(() => { place.textContent = text; }, 30);
  window.clearTimeout(announce.timer);
  announce.timer = window.setTimeout(() => { place.textContent = ""; }, 4000);
}
