/* One code or procedure with its chart and rules; one question, remedy or cause; one session. */

function planView(address, rule) {
  const plan = REPORT.plans[address];
  return [
    back(),
    el("h1", { id: "top", tabindex: "-1" }, plan.name),
    el("p", {}, plan.title),
    el("div", { class: "columns" },
      el("div", { class: "stage" }, el("h2", {}, say("Rules, in their order")), el("p", { class: "quiet legend" },
        pillOf("done", say("covered, in so many sessions")), pillOf("missing", say("never")),
        pillOf("cannot", say("cannot be"))), parts(plan.parts)),
      el("div", { class: "side" },
        el("section", { class: "panel" }, el("h2", {}, say("Totals")), planTotals(plan)),
        el("section", { class: "panel" }, el("h2", {}, say("Chart")), chartPart(address, rule)))),
  ];
}

function back() {
  return el("p", { class: "back" }, el("a", { href: `#${lastTable}` }, say("Back to the overview")));
}

function planTotals(plan) {
  const names = {
    rules: say("Rules"), conditions: say("Conditions"), decisions: say("Decisions"), edges: say("Edges"),
  };
  return [
    el("table", { class: "totals" }, el("tbody", {}, Object.entries(plan.measures).map(([id, count]) => el("tr", {},
      el("th", { scope: "row" }, names[id]), el("td", { class: "number" }, ofAll(count)),
      el("td", { class: "number percent" }, percentCell({ ...count, id })))))),
    plan.entered ? coveredPart(plan.entered, ENTERED) : null,
  ];
}

function parts(several) {
  return several.map((part) => {
    if (part.use) {
      const used = el("p", { class: "use" }, say("Procedure:"), " ", link(part.use, REPORT.plans[part.use].title));
      return part.card ? el("div", { class: "group" }, cardPart(part.card), used) : used;
    }
    if (!part.parts) return cardPart(part.card);
    return el("div", { class: "group" }, part.card ? cardPart(part.card) : null, parts(part.parts));
  });
}

/** The chart, with a rule's shape in the middle, or its start. */
function chartPart(address, rule) {
  const box = el("div", { class: "chart-box", role: "region", tabindex: "0", "aria-label": say("Chart") });
  const whole = button(say("Whole chart"), () => {
    const pressed = whole.getAttribute("aria-pressed") === "false";
    whole.setAttribute("aria-pressed", String(pressed));
    box.firstChild.classList.toggle("whole", pressed);
  }, "tab", { "aria-pressed": "false" });
  drawing(address).then(
    (svg) => {
      box.replaceChildren(svg);
      centre(box, (rule && svg.querySelector(`a[href="#${rule}"]`)) || svg.querySelector(".vt-start"));
    },
    () => box.replaceChildren(el("p", {}, say("This browser cannot show the chart; everything else works."))),
  );
  return [el("div", { class: "chart-tools" }, whole), box];
}

// Questions, remedies, causes ------------------------------------------------------------------------------------

function thingView(address) {
  const thing = REPORT.things[address];
  const words = (label) => (count) => [
    say("{label}: {count}", { label, count }), say("{label}: never", { label }), say("{label}: cannot be", { label }),
  ];
  const asked = Object.entries(REPORT.cards).filter(([, card]) => card.conditions.some((one) => one.at === address));
  return [
    back(),
    el("h1", { id: "top", tabindex: "-1" }, thing.title),
    el("p", { class: "quiet" }, `${thing.kind} ${thing.id}, ${thing.file}:${thing.line}`),
    el("section", { class: "panel" }, el("h2", {}, say("Who covered what")),
      thing.items.map((item) => coveredPart(item, words(item.label)))),
    asked.length ? el("section", { class: "panel" }, el("h2", {}, say("Rules that read it")), cardLinks(asked)) : null,
  ];
}

function cardLinks(cards) {
  return el("ul", { class: "links" }, cards.map(([address, card]) => el("li", {}, link(address, cardName(card)),
    card.name ? null : ` (${planName(card.plan)})`)));
}

// Sessions -------------------------------------------------------------------------------------------------------

function sessionView(address) {
  const number = Number(address.split("/")[1]);
  const session = REPORT.sessions[number];
  const was = (item) => item && item.by.includes(number);
  const cards = Object.entries(REPORT.cards);
  const said = Object.entries(REPORT.things).flatMap(([at, thing]) => thing.items.filter(was)
    .map((item) => link(at, `${thing.title} \u2013 ${item.label}`)));
  const read = cards.flatMap(([at, card]) => card.conditions.flatMap((one) => [
    was(one.true) ? [link(at, `${cardName(card)}: ${one.subject}`), " ", pillOf("done", say("true"))] : null,
    was(one.false) ? [link(at, `${cardName(card)}: ${one.subject}`), " ", pillOf("done", say("false"))] : null,
  ])).filter(Boolean);
  const section = (heading, items) => (items.length ? el("section", { class: "panel" }, el("h2", {}, heading),
    el("ul", { class: "links" }, items.map((item) => el("li", {}, item)))) : null);
  return [
    back(),
    el("h1", { id: "top", tabindex: "-1", class: "long" }, session.name),
    el("p", { class: "quiet" }, `${session.kind}, ${session.code}`),
    (session.remarks || []).map((remark) => para(remark, "notice")),
    section(say("Rules that fired"), cards.filter(([, card]) => was(card.fired)).map(([at, card]) => link(at, cardName(card)))),
    section(say("Answers, remedies and causes"), said),
    section(say("Conditions"), read),
  ];
}
