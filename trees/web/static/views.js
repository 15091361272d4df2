/* What is shown: the start, and a card for each kind of step. Everything that can be done goes through `app`. */

const MOST_SHOWN = 100;

function startView() {
  const results = el("ul", { class: "codes", id: "codes" });
  const count = el("p", { class: "quiet", role: "status" });
  const input = el("input", {
    id: "search", type: "search", autocomplete: "off", spellcheck: "false", "aria-describedby": "search-hint",
    "aria-controls": "codes", oninput: () => update(),
  });
  const update = () => {
    const codes = matching(input.value);
    results.replaceChildren(...codes.slice(0, MOST_SHOWN).map(codeItem));
    count.textContent = codes.length
      ? say("Codes that fit: {count}", { count: codes.length })
      : say("Nothing fits. A code looks like 0xC004F074; words of the message will do too.");
  };
  const submitted = (event) => {
    event.preventDefault();
    const codes = matching(input.value);
    if (input.value.trim() && (codes.length === 1 || codeIn(input.value))) app.open(codes[0]);
    else if (codes.length) results.querySelector("button").focus();
  };
  input.value = app.searched || "";
  input.addEventListener("input", () => { app.searched = input.value; });
  update();
  return [
    el("form", { class: "search", role: "search", onsubmit: submitted },
      el("h1", {}, el("label", { for: "search" }, say("Which error code is shown?"))),
      input,
      el("p", { class: "quiet", id: "search-hint" },
        say("Type the code in any spelling, or words of the message, or paste what the screen says."))),
    count,
    results,
  ];
}

/** The codes that fit what was typed; a code that the page does not have is one of them. */
function matching(text) {
  const code = codeIn(text);
  if (code) return [code];
  return similar(text, DATA.codes);
}

function codeItem(code) {
  const known = KB.codes.has(code);
  const told = known ? message(code) : say("Not in this runbook; general checks help here.");
  const symbol = known && KB.codes.get(code).symbol;
  return el("li", {}, el("button", { type: "button", class: "code-item", onclick: () => app.open(code) },
    el("span", { class: "code" }, code), el("span", { class: "message" }, told),
    symbol ? el("span", { class: "symbol" }, symbol) : null));
}

// The case -------------------------------------------------------------------------------------------------------

function caseView(session) {
  const { step } = session;
  const card = {
    question: questionCard, remedy: remedyCard, saved: savedCard, resolved: resolvedCard, escalated: escalatedCard,
  }[step.state](session);
  return [
    opening(session),
    el("div", { class: "columns" },
      el("div", { class: "stage" },
        app.notice ? el("p", { class: "notice" }, app.notice) : null,
        el("section", { class: `card ${step.state}`, "aria-labelledby": "step" }, card),
        casePart(session)),
      el("aside", { class: "side", "aria-label": say("Chart and answers") },
        el("section", { class: "panel" }, el("h2", {}, say("Where you are")), chartPart(session)),
        soFar(session))),
  ];
}

function opening(session) {
  const { code } = session;
  const entry = codeOrUnknown(code);
  const known = KB.codes.has(code);
  const causes = (entry.frequent || []).slice(0, 3).map((cause) => texts(KB.causes.get(cause).title)).join("; ");
  return el("header", { class: "opening" },
    el("h1", {}, el("span", { class: "code" }, `${code} (${inGroups(code)})`), " ",
      el("span", { class: "message" }, known ? message(code) : say("{code} is not in this knowledge base.", { code }))),
    session.codes.length > 1
      ? para(say("Codes of this case: {codes}", { codes: session.codes.join(" → ") }), "quiet") : null,
    fold("meaning", say("What this code means"), [
      para(texts(entry.meaning)),
      entry.outer ? para(say("This is often only the outer code; the telling one is in event 12288.")) : null,
      causes ? para(say("Most frequent causes: {causes}.", { causes })) : null,
      known ? sourcesOf(entry.sources || []) : null,
    ], false));
}

function heading(kind, title) {
  return [el("p", { class: "kind" }, kind), el("h2", { id: "step", tabindex: "-1" }, title)];
}

/** A place, and whom to ask there. */
function placePart(place) {
  const contact = contactOf(place);
  return [
    para(say("Where: {place}", { place: placeName(place) }), "place"),
    contact ? para(say("Contact: {contact}", { contact }), "quiet") : null,
  ];
}

function questionCard(session) {
  const asked = question(session.step.question);
  return [
    heading(say("Question"), texts(asked.text)),
    para(say("Why: {because}", { because: texts(session.step.because) }), "why"),
    placePart(asked.where),
    el("div", { class: "answers", role: "group", "aria-labelledby": "step" }, answerButtons(asked)),
    asked.threshold ? numberEntry(session, asked) : null,
    el("div", { class: "answers less" },
      button(say("I don't know"), () => app.answer(UNKNOWN), "plain"),
      button(say("I can't look there"), () => app.cannotLook(), "plain", {
        title: say("All questions about this place become unknown and go on a list: {place}",
          { place: placeName(asked.where) }),
      })),
    fold("how", say("How to find out"), howPart(asked), true),
    fold("why", say("Why this is asked"), whyPart(session), false),
  ];
}

function answerButtons(asked) {
  const answer = (value, label) => button(label, () => app.answer(value), "answer", { "data-answer": value });
  if (asked.kind === "choice") return asked.choices.map((choice) => answer(choice.value, texts(choice.text)));
  if (asked.kind === "code") {
    return [
      entry("code-answer", say("The code, in any spelling"), say("Take this code"), (typed) => {
        const [code] = findCodes(typed);
        return code ? app.answer(code) : say("That is no error code; a code looks like 0xC004F074.");
      }),
      answer(NONE, say("No other code")),
    ];
  }
  return [answer(YES, say("Yes")), answer(NO, say("No"))];
}

function numberEntry(session, asked) {
  const measure = KB.measures.get(asked.threshold.measure);
  const label = say("A number is an answer too: {measure} ({unit})",
    { measure: texts(measure.text), unit: texts(measure.unit) });
  return entry("number", label, say("Take this number"), (typed) => {
    if (!/^[+-]?\d{1,30}$/.test(typed)) return say("Type a whole number.");
    return app.answer(Number(typed));
  }, { inputmode: "numeric" });
}

function howPart(asked) {
  if (!asked.how && !asked.looks) return para(say("There is no command for this; ask whoever knows."));
  const hosts = asked.host && DATA.site && DATA.site.kms_hosts.length ? DATA.site.kms_hosts.join(", ") : "";
  return [
    (asked.how || []).map((step) => [para(texts(step.text)), step.command ? commandPart(step, step.elevated) : null]),
    hosts ? para(say("KMS hosts of this site: {hosts}", { hosts })) : null,
    asked.phone === undefined ? null
      : para(say("On the phone: {sentence}", { sentence: texts(asked.phone) }), "phone"),
    looksPart(asked),
    asked.undo === undefined ? null : para(say("Undo the test: {undo}", { undo: texts(asked.undo) })),
  ];
}

/** What each answer looks like on the screen. */
function looksPart(asked) {
  const looks = Object.entries(asked.looks || {});
  if (!looks.length) return null;
  return el("dl", { class: "looks" }, looks.map(([value, look]) => {
    const name = asked.kind === "code" && value === ANY_CODE ? say("a code") : answerName(asked, value);
    return [
      el("dt", {}, say("{answer} looks like", { answer: name })),
      (look.labels || []).map((label) => el("dd", { class: "label" }, labelTold(label))),
      look.text === undefined ? null : el("dd", {}, texts(look.text)),
    ];
  }));
}

/** A command in each of its forms, with a button to copy it exactly. */
function commandPart(step, elevated) {
  return [
    formsOf(step).map((form, index) => {
      const shell = shellName(form.shell, elevated);
      return el("figure", { class: "command" },
        el("figcaption", {}, index ? say("or {shell}", { shell }) : shell),
        el("div", { class: "command-row" }, el("pre", { tabindex: "0" }, el("code", { translate: "no" }, form.command)),
          button(say("Copy"), () => copyText(form.command), "copy", {
            "aria-label": say("Copy the command {command}", { command: form.command }),
          })));
    }),
    valuesHere(step).map((told) => para(told, "quiet")),
  ];
}

function whyPart(session) {
  const rule = RULES.get(session.step.rule);
  const held = heldSoFar(session).map(([subject, value]) => answered(subject, value));
  const { cause } = rule.then;
  return [
    session.step.because === undefined ? null : para(texts(session.step.because)),
    cause ? para(say("It could be this cause: {cause}", { cause: texts(KB.causes.get(cause).title) })) : null,
    listed(say("Known already:"), held),
    sourcesOf(rule.sources || []),
  ];
}

function sourcesOf(refs) {
  return listed(say("Sources:"), refs.map((ref) => {
    const { url } = ref.source === "general" ? {} : KB.sources.get(ref.source);
    return /^https?:\/\//.test(url || "") ? el("a", { href: url, rel: "noreferrer" }, sourceName(ref)) : sourceName(ref);
  }));
}

// Remedies -------------------------------------------------------------------------------------------------------

function remedyCard(session) {
  const remedy = KB.remedies.get(session.step.remedy);
  const agreed = !remedy.consent || app.agreed === remedy.id;
  const because = texts(RULES.get(session.step.rule).because);
  return [
    heading(say("Remedy"), texts(remedy.title)),
    para(say("Cause: {cause}", { cause: texts(KB.causes.get(session.step.cause).title) }), "cause"),
    para(say("Why: {because}", { because }), "why"),
    remedy.risk === HARMLESS ? null
      : para(say("Risk: {risk}", { risk: riskName(remedy.risk) }), `risk ${remedy.consent ? "grave" : ""}`),
    stepsPart(remedy, agreed),
    agreed ? [checkPart(remedy), outcomesPart()] : consentPart(remedy),
  ];
}

function stepsPart(remedy, withCommands) {
  const differing = (step) => riskOf(step) !== HARMLESS && remedy.steps.some((one) => riskOf(one) !== riskOf(step));
  return el("ol", { class: "steps" }, remedy.steps.map((step) => el("li", {},
    el("p", {}, texts(step.text)),
    el("p", { class: "marks" }, el("span", { class: "place" }, placeName(step.where)),
      differing(step) ? el("span", { class: "risk" }, riskName(step.risk)) : null),
    withCommands && step.command ? commandPart(step, step.elevated) : null,
    step.undo === undefined ? null : para(say("Undo: {undo}", { undo: texts(step.undo) }), "quiet"))));
}

function checkPart(remedy) {
  const { verify } = remedy;
  return el("div", { class: "check" },
    el("h3", {}, say("Check")),
    el("p", { class: "marks" }, el("span", { class: "place" }, placeName(verify.where || ""))),
    para(texts(verify.text)),
    verify.command ? commandPart(verify, false) : null,
    remedy.wait ? para(say("If this takes time, wait for: {what}", { what: texts(remedy.wait.what) }), "quiet") : null);
}

/** Nothing that spends, changes or destroys is shown as commands before somebody has agreed in full words. */
function consentPart(remedy) {
  const words = say("I agree");
  return el("div", { class: "consent" },
    entry("consent", say('To do this, type "{words}" in full.', { words }), say("Go on"), (typed) => {
      const said = typed.replace(/^["„“”.! ]+|["„“”.! ]+$/g, "").toLowerCase();
      return DATA.consent.includes(said) ? app.agree(remedy.id) : say("Not agreed; nothing was noted.");
    }),
    el("div", { class: "answers less" },
      outcomeButton(DECLINED, say("Declined")), outcomeButton(BLOCKED, say("Blocked"))),
    otherCode());
}

function outcomeButton(outcome, label, meaning) {
  return el("button", {
    type: "button", class: `button outcome ${outcome}`, onclick: () => app.outcome(outcome), "data-outcome": outcome,
  }, el("span", { class: "name" }, label), meaning ? el("span", { class: "meaning" }, meaning) : null);
}

function outcomesPart() {
  return el("div", { class: "outcomes" },
    el("h3", { id: "outcomes" }, say("What came of it?")),
    el("div", { class: "answers", role: "group", "aria-labelledby": "outcomes" },
      outcomeButton(FIXED, say("Fixed"), say("it worked, as the check shows")),
      outcomeButton(NOT_FIXED, say("Not fixed"), say("done, but not fixed")),
      outcomeButton(PENDING, say("Pending"), say("begun; the result comes later")),
      outcomeButton(BLOCKED, say("Blocked"), say("cannot be done here and now")),
      outcomeButton(DECLINED, say("Declined"), say("shall not be done"))),
    otherCode());
}

function otherCode() {
  return entry("other-code", say("Another code is shown now"), say("Go on with it"), (typed) => {
    const code = codeIn(typed);
    return code ? app.outcome(code) : say("That is no error code; a code looks like 0xC004F074.");
  });
}

// Ends -----------------------------------------------------------------------------------------------------------

function savedCard(session) {
  const remedy = KB.remedies.get(session.step.remedy);
  return [
    heading(say("Wait, then look again"), texts(remedy.title)),
    remedy.wait ? [
      para(say("Wait for: {what}", { what: texts(remedy.wait.what) })),
      para(say("Look again: {when}", { when: texts(remedy.wait.look_again) })),
    ] : null,
    checkPart(remedy),
    outcomesPart(),
  ];
}

function resolvedCard(session) {
  const remedy = KB.remedies.get(session.step.remedy);
  const undo = remedy.steps.filter((step) => step.undo !== undefined).map((step) => texts(step.undo));
  return [
    heading(say("Resolved"), say("Resolved by: {remedy}", { remedy: texts(remedy.title) })),
    para(say("Copy the note for the ticket before you close this page.")),
    listed(say("How to take the remedy back:"), undo),
  ];
}

function escalatedCard(session) {
  const over = handOver(session);
  const owners = over.to.map((id) => KB.owners.get(id));
  const { step } = session;
  const titles = (section, ids) => ids.map((id) => texts(KB[section].get(id).title));
  return [
    heading(say("Hand over"), say("Hand over to: {owners}",
      { owners: owners.map((owner) => texts(owner.title)).join("; ") })),
    owners.map((owner) => (contactOf(owner.id)
      ? para(say("Contact: {contact}", { contact: contactOf(owner.id) }), "contact") : null)),
    para(reasonName(over.reason)),
    step.cause ? para(say("Cause: {cause}", { cause: texts(KB.causes.get(step.cause).title) }), "cause") : null,
    step.rule ? para(say("Why: {because}", { because: texts(RULES.get(step.rule).because) }), "why") : null,
    listed(say("Have ready:"), owners.map((owner) => texts(owner.bring))),
    listed(say("Collect:"), over.collect.map(texts)),
    listed(say("Remedies not done:"), titles("remedies", over.notDone)),
    step.cause ? null
      : longList("causes-left", say("Causes not ruled out"), titles("causes", likelyFirst(session, over.notRuledOut))),
    longList("unknown", say("Questions left unknown"), over.unknown.map(subjectText)),
  ];
}

/** A list that is folded where it is long. */
function longList(key, heading, items) {
  return items.length ? fold(key, heading, el("ul", {}, items.map((item) => el("li", {}, item))), items.length <= 8) : null;
}

// Around the step ------------------------------------------------------------------------------------------------

/** What can be done at any step. */
function casePart(session) {
  const last = session.step.state === "question" || session.step.state === "remedy" ? "" : "primary";
  return [
    el("div", { class: "tools" },
      session.events.length ? button(say("Back"), () => app.back(), "plain", { id: "back" }) : null,
      button(say("Copy the note"), () => app.copyNote(), last, { id: "copy-note" }),
      button(say("Start over"), () => app.home(), "plain", { id: "home" })),
    session.step.state === "question" ? fold("code", say("Another code is shown now"), entry(
      "shown-code", say("The code, in any spelling"), say("Go on with it"), (typed) => {
        const code = codeIn(typed);
        return code ? app.goTo(code) : say("That is no error code; a code looks like 0xC004F074.");
      }), false) : null,
    fold("note", say("The note for the ticket"), el("pre", { class: "note", id: "note", tabindex: "0" },
      noteOf(session)), false),
  ];
}

/** What was told and done, each a button back to where it was. */
function soFar(session) {
  const told = session.events.map((event, index) => el("li", {},
    el("span", {}, eventTold(event)), " ",
    button(say("Back to here"), () => app.backTo(index), "link", {
      "aria-label": say("Back to here: {event}", { event: eventTold(event) }),
    })));
  const known = session.facts.map((fact) => el("li", {}, fact.subject ? answered(fact.subject, fact.value)
    : say("Not allowed here: {remedy}", { remedy: texts(KB.remedies.get(fact.remedy).title) })));
  return el("section", { class: "panel so-far" },
    el("h2", {}, say("So far")),
    told.length ? el("ol", {}, told) : para(say("No question has an answer yet."), "quiet"),
    known.length ? fold("known", say("Known from the site file"), el("ul", {}, known), false) : null);
}

function eventTold(event) {
  if (event.what === "answer") return answered(event.subject, event.value);
  if (event.what === "unseen") return say("Nobody can look there: {place}", { place: placeName(event.place) });
  if (event.what === "code") return say("{code} appeared", { code: event.code });
  const came = event.outcome.startsWith("0x") ? say("{code} appeared", { code: event.outcome }) : outcomeName(event.outcome);
  return `${texts(KB.remedies.get(event.remedy).title)}: ${came}`;
}
