/* A rule or guard: its YAML with marks at its conditions, what it rests on, and the sessions that covered it. */

function cardPart(address) {
  const card = REPORT.cards[address];
  const heading = `card-${address}`;
  return el("article", { class: "panel rule", "aria-labelledby": heading },
    el("h3", { id: heading, tabindex: "-1" }, cardName(card)),
    el("p", { class: "pills" }, card.fired ? pill(card.fired, FIRED) : pill(card.held, HELD),
      el("span", { class: "quiet" }, `${card.file}:${card.first}`)),
    para(card.told, "notice"),
    card.failed && card.failed.length ? failures(card) : null,
    listing(card),
    para(card.because),
    card.leads ? el("ul", { class: "leads" }, card.leads.map((one) => el("li", {},
      one.at && has(one.at) ? link(one.at, one.sentence) : one.sentence))) : null,
    sources(card.sources || []),
    fold(`covered ${address}`, say("Who covered what"), coveredParts(card)));
}

// YAML -----------------------------------------------------------------------------------------------------------

function listing(card) {
  const spots = new Map();
  for (const one of card.conditions) spots.set(one.line, [...(spots.get(one.line) || []), one]);
  return el("div", { class: "listing", role: "group", "aria-label": say("YAML of {name}", { name: cardName(card) }) },
    card.lines.map((line, number) => lineOf(line, card.first + number, spots.get(number) || [])));
}

function lineOf(line, number, conditions) {
  return el("div", { class: "line" },
    el("span", { class: "number", "aria-hidden": "true" }, String(number)),
    el("code", {}, named(line, conditions)),
    conditions.length ? el("span", { class: "results" }, conditions.map((one) => el("span", { class: "result" },
      conditions.length > 1 ? el("span", { class: "of" }, one.subject) : null,
      pill(one.true, TRUE), pill(one.false, FALSE)))) : null);
}

/** The line with the names of its conditions marked. */
function named(line, conditions) {
  const parts = [];
  let done = 0;
  for (const one of [...conditions].sort((a, b) => a.column - b.column)) {
    const at = line.indexOf(one.subject, Math.max(done, one.column));
    if (at < 0) continue;
    parts.push(line.slice(done, at), el("span", { class: `name ${worst(one)}` }, one.subject));
    done = at + one.subject.length;
  }
  return [...parts, line.slice(done)];
}

function worst(condition) {
  const states = [stateOf(condition.true), stateOf(condition.false)];
  return ["missing", "cannot", "done"].find((state) => states.includes(state));
}

// What covered it ------------------------------------------------------------------------------------------------

function coveredParts(card) {
  return [
    card.fired ? coveredPart(card.fired, FIRED) : null,
    card.fired && alike(card.fired, card.held) ? null : coveredPart(card.held, HELD),
    el("ul", { class: "conditions" }, card.conditions.map((one) => el("li", {},
      el("p", {}, one.at ? link(one.at, one.subject) : el("strong", {}, one.subject), one.text ? ` \u2013 ${one.text}` : null),
      coveredPart(one.true, TRUE), coveredPart(one.false, FALSE)))),
  ];
}

/** Whether as many sessions covered both; of a rule, those in which it fired are among those in which it held. */
function alike(one, other) {
  return one.by.length === other.by.length && one.cannot === other.cannot;
}

/** An item with its sessions behind it, or why it has none. */
function coveredPart(item, words) {
  if (!item.by.length) {
    return el("p", { class: "covered" }, pill(item, words), item.cannot ? ` ${item.cannot}` : null);
  }
  return sessionsBehind(pill(item, words), item.by);
}

/** Sessions that are listed when somebody wants to see them: there may be hundreds. */
function sessionsBehind(heading, numbers) {
  const made = el("details", { class: "covered" }, el("summary", {}, heading));
  made.addEventListener("toggle", () => {
    if (made.children.length === 1) made.append(sessionList(numbers));
  });
  return made;
}

function sessionList(numbers) {
  return el("ul", { class: "sessions" },
    numbers.map((number) => el("li", {}, link(`sessions/${number}`, REPORT.sessions[number].name))));
}

/** Where a rule that never fired was false. */
function failures(card) {
  return [
    el("p", { class: "list-head" }, say("It was false at:")),
    el("ul", { class: "failures" }, card.failed.map((one) => el("li", {},
      sessionsBehind(one.guard
        ? say("{condition} of the guard in line {line}: {count}", {
          condition: one.subject, line: REPORT.cards[one.guard].first, count: one.by.length,
        })
        : say("{condition}: {count}", { condition: one.subject, count: one.by.length }), one.by)))),
  ];
}

function sources(several) {
  const items = several.map((one) => (one.url ? el("a", { href: one.url, rel: "noreferrer" }, one.text) : one.text));
  return listed(say("Sources"), items);
}
