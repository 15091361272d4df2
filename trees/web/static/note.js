/* The note for the ticket: the same text as the program on the console writes for the same case. */

/** The note on a case as it stands, in the reader's language, as Markdown. */
function noteOf(session) {
  const part = (heading, blocks) => (blocks.length ? [`## ${plain(heading)}`, ...blocks] : []);
  const parts = {
    problem: problemPart(session),
    cause: causePart(session),
    done: donePart(session),
    toDo: toDoPart(session),
    notLookedAt: leftOpenErrand(session),
  };
  const gaps = [...parts.toDo, ...parts.notLookedAt].some((one) => one.startsWith("```") && PLACEHOLDER.test(one));
  return `${[
    ...parts.problem,
    ...part(say("Cause"), parts.cause),
    ...part(say("Done"), parts.done),
    ...part(say("To do"), parts.toDo),
    ...part(say("Not looked at"), parts.notLookedAt),
    ...(gaps ? [plain(say("Fill in what stands in angle brackets before you run a command."))] : []),
    ...part(say("Causes not ruled out"), causesLeftPart(session)),
    ...part(say("Questions and answers"), recordPart(session)),
  ].join("\n\n")}\n`;
}

function problemPart(session) {
  const { code, codes } = session;
  const blocks = [`# ${plain(say("Activation error {code} ({groups})", { code, groups: inGroups(code) }))}`];
  blocks.push(plain(KB.codes.has(code)
    ? say('On the screen: "{message}"', { message: message(code) })
    : say("{code} is not in this knowledge base.", { code })));
  blocks.push(plain(texts(codeOrUnknown(code).meaning)));
  if (codes.length > 1) {
    blocks.push(plain(say("Codes the case went through, in this order:")));
    blocks.push(numbered(codes.map((one) => plain(namedCode(one)))));
  }
  blocks.push(plain(stateOf(session.step)));
  return blocks;
}

function namedCode(code) {
  const named = `${code} (${inGroups(code)})`;
  return KB.codes.has(code) ? `${named}: ${message(code)}` : named;
}

function stateOf(step) {
  switch (step.state) {
    case "question": return say("State: open; a question has to be answered.");
    case "remedy": return say("State: open; a remedy has to be carried out.");
    case "saved": return say("State: waiting for a remedy that was begun.");
    case "resolved": return say("State: resolved.");
    default: return say("State: to be handed over.");
  }
}

// The cause, and where it was seen -------------------------------------------------------------------------------

/** The rules of every code of the case, by id. */
function linesOf(session) {
  const lines = new Map();
  for (const code of session.codes) for (const line of planOf(code).lines) lines.set(line.rule.id, line);
  return lines;
}

/** The cause that the case stands at, else those whose remedies could not be done; each with its rule. */
function causesFound(session) {
  const { step, outcomes, course } = session;
  const lines = linesOf(session);
  if ((step.state === "remedy" || step.state === "escalated") && step.cause) {
    return new Map([[step.cause, lines.get(step.rule)]]);
  }
  if (step.state === "saved" || step.state === "resolved") {
    const cause = course.treated.get(step.remedy);
    const fired = [...course.fired].map((id) => lines.get(id)).filter(Boolean);
    return new Map(cause ? [[cause, fired.find((line) => line.remedies.includes(step.remedy))]] : []);
  }
  if (step.state !== "escalated") return new Map();
  const notDone = (line) => line.remedies.some((remedy) => NOT_DONE.has(outcomes.get(remedy)));
  const values = course.seen;
  const held = [...lines.values()].filter((line) => line.remedies.length && lineHolds(line, values) && notDone(line));
  return new Map(held.map((line) => [line.then.cause, line]));
}

function causesLeft(session) {
  const { step } = session;
  const found = causesFound(session);
  const searching = step.state === "question" || (step.state === "escalated" && !step.cause);
  return searching ? handOver(session).notRuledOut.filter((cause) => !found.has(cause)) : [];
}

function causePart(session) {
  const found = causesFound(session);
  const { step } = session;
  const blocks = [...found].flatMap(([cause, line]) => [
    plain(texts(KB.causes.get(cause).title)),
    ...shownBy(session, line),
  ]);
  if (!found.size) {
    blocks.push(plain(step.state === "question" ? say("Not found yet.") : say("Not found.")));
    if (step.state === "escalated") blocks.push(...shownBy(session, linesOf(session).get(step.rule)));
  }
  const count = causesLeft(session).length;
  if (count === 1) blocks.push(plain(say("{count} cause is not ruled out; it stands below.", { count })));
  if (count > 1) blocks.push(plain(say("{count} causes are not ruled out; they stand below.", { count })));
  return blocks;
}

function shownBy(session, line) {
  if (!line) return [];
  const because = plain(say("Why: {because}", { because: texts(line.rule.because) }));
  return [because, ...under(say("Seen:"), seenOf(session, line))];
}

/** The answers that a rule rests on, each with the place where it was looked up. */
function seenOf(session, line) {
  const { values } = session;
  const seen = new Set();
  for (const condition of line.conditions) {
    const value = values.has(condition.subject) ? values.get(condition.subject) : UNKNOWN;
    if (value === UNKNOWN) continue;
    const asked = question(condition.subject);
    const measured = asked.threshold ? values.get(asked.threshold.measure) : undefined;
    const number = typeof measured === "number" ? ` (${answered(asked.threshold.measure, measured)})` : "";
    seen.add(`${placeName(asked.where)}: ${answered(asked.id, value)}${number}`);
  }
  return [...seen];
}

/** So many are listed while the case goes on; nearly every cause is still possible at its start. */
const MOST_CAUSES = 8;

function causesLeftPart(session) {
  const left = likelyFirst(session, causesLeft(session));
  const many = session.step.state === "question" && left.length > MOST_CAUSES + 1;
  const shown = many ? left.slice(0, MOST_CAUSES) : left;
  const count = left.length - shown.length;
  return [
    ...(shown.length ? [bullets(shown.map((cause) => plain(texts(KB.causes.get(cause).title))))] : []),
    ...(many ? [plain(say("and {count} more", { count }))] : []),
  ];
}

// What was done, and what is to be done --------------------------------------------------------------------------

/** All that came of each remedy that has an outcome by now, in the order of trying. */
function triesOf(session) {
  const tries = new Map();
  for (const one of session.course.tries) {
    if (session.outcomes.has(one.remedy)) tries.set(one.remedy, [...(tries.get(one.remedy) || []), one]);
  }
  return tries;
}

function donePart(session) {
  const { outcomes } = session;
  const tries = triesOf(session);
  const done = [...tries.keys()].filter((remedy) => !NOT_DONE.has(outcomes.get(remedy)));
  const left = [...tries.keys()].filter((remedy) => !done.includes(remedy) && !whyForbidden(session, remedy));
  const told = (remedy) => triedTold(session, remedy, tries.get(remedy));
  return [
    done.length ? numbered(done.map((one) => plain(told(one)))) : plain(say("No remedy has been tried yet.")),
    ...under(say("Not done:"), left.map(told)),
  ];
}

function triedTold(session, remedy, tries) {
  const came = tries.map((one) =>
    one.outcome.startsWith("0x") ? say("{code} appeared", { code: one.outcome }) : outcomeName(one.outcome));
  const told = [`${texts(KB.remedies.get(remedy).title)}: ${came[came.length - 1]}.`];
  if (came.length > 1) told.push(say("Before that: {outcomes}.", { outcomes: came.slice(0, -1).join(", ") }));
  const cause = session.course.treated.get(remedy);
  if (cause) told.push(say("Against: {cause}.", { cause: texts(KB.causes.get(cause).title) }));
  return told.join(" ");
}

/** Why the site forbids a remedy; empty when it does not. */
function whyForbidden(session, remedy) {
  const declined = session.outcomes.get(remedy) === DECLINED;
  return (declined && DATA.site && DATA.site.forbidden[remedy]) || "";
}

function toDoPart(session) {
  const { step } = session;
  const blocks = [];
  if (step.state === "question") blocks.push(...questionErrand(question(step.question), step.because));
  if (step.state === "escalated") blocks.push(...handOverErrand(session));
  if (step.state === "resolved") {
    const undo = KB.remedies.get(step.remedy).steps.filter((one) => one.undo !== undefined);
    blocks.push(plain(say("Nothing is left to do.")));
    blocks.push(...under(say("How to take the remedy back:"), undo.map((one) => texts(one.undo))));
  }
  return [
    ...blocks,
    ...remediesToDo(session),
    ...under(say("After the tests:"), testsToUndo(session)),
    ...under(say("Not allowed here:"), forbiddenHere(session)),
  ];
}

/** The remedy proposed; those that are waited for; those that only somebody else can do. */
function remediesToDo(session) {
  const { step, outcomes } = session;
  if (step.state === "resolved") return [];
  const tried = [...triesOf(session).keys()];
  const pending = tried.filter((remedy) => outcomes.get(remedy) === PENDING);
  const blocked = tried.filter((remedy) => outcomes.get(remedy) === BLOCKED);
  const others = say("Not possible for whoever worked on this case; somebody else must do it:");
  return [
    ...(step.state === "remedy" ? remedyErrand(KB.remedies.get(step.remedy)) : []),
    ...pending.flatMap((remedy) => remedyErrand(KB.remedies.get(remedy), true)),
    ...(blocked.length ? [plain(others)] : []),
    ...blocked.flatMap((remedy) => remedyErrand(KB.remedies.get(remedy))),
  ];
}

/** What takes back the tests that were made to answer questions. */
function testsToUndo(session) {
  const tested = [...session.given.values()].filter(({ subject, value }) => question(subject) && value !== UNKNOWN);
  return tested.map(({ subject }) => question(subject).undo).filter((undo) => undo !== undefined).map(texts);
}

/** Remedies that the case leads to and the site forbids, each with the reason that it gives. */
function forbiddenHere(session) {
  const values = session.course.seen;
  const lines = [...linesOf(session).values()].filter((line) => lineHolds(line, values));
  const ledTo = new Set(lines.flatMap((line) => line.remedies));
  return [...triesOf(session)].flatMap(([remedy, tries]) => {
    const reason = whyForbidden(session, remedy);
    const source = originName(tries[tries.length - 1].source);
    return reason && ledTo.has(remedy) ? [`${texts(KB.remedies.get(remedy).title)}: ${reason} (${source})`] : [];
  });
}

// The record -----------------------------------------------------------------------------------------------------

function recordPart(session) {
  const lines = linesOf(session);
  const idle = idleIn(session);
  const shown = [...session.values].filter(([subject]) => !idle.has(subject));
  const numbers = new Map(shown.map(([subject], index) => [subject, index + 1]));
  const answers = shown.map(([subject, value]) => {
    const source = plain(originOf(session, subject, numbers));
    return `${plain(answered(subject, value))} (${inlineCode(subject)}; ${source})`;
  });
  const fired = [...session.course.fired].filter((id) => lines.has(id)).map((id) => lines.get(id).rule);
  const blocks = [answers.length ? numbered(answers) : plain(say("No question has an answer yet."))];
  if (fired.length) {
    const sources = new Map(fired.flatMap((rule) => rule.sources || []).map((ref) => [JSON.stringify(ref), ref]));
    blocks.push(plain(say("Rules that fired:")));
    blocks.push(bullets(fired.map((rule) => `${inlineCode(rule.id)}: ${plain(texts(rule.because))}`)));
    blocks.push(plain(say("Sources:")));
    blocks.push(bullets([...sources.values()].map((ref) => {
      const { url } = ref.source === "general" ? {} : KB.sources.get(ref.source);
      return url ? `${plain(sourceName(ref))} ${link(url)}` : plain(sourceName(ref));
    })));
  }
  const { version, sha256: hash } = DATA.manifest;
  blocks.push(plain(say("Knowledge base {version}, SHA-256 {hash}", { version, hash })));
  if (DATA.site) blocks.push(plain(say("Site file: {file}", { file: DATA.site.file })));
  return blocks;
}

/** Questions that nobody could look up and nobody needs to; what something follows from is not among them. */
function idleIn(session) {
  const { given, values } = session;
  const derived = [...values.keys()].filter((subject) => !given.has(subject));
  const needed = new Set([...stillRead(session), ...derived.map((subject) => premiseOf(session, subject))]);
  const unseen = [...given.values()].filter(({ source }) => source.startsWith(CANNOT_LOOK));
  return new Set(unseen.map(({ subject }) => subject).filter((subject) => !needed.has(subject)));
}

function originOf(session, subject, numbers) {
  const given = session.given.get(subject);
  return given ? originName(given.source) : say("follows from {number}", { number: numbers.get(premiseOf(session, subject)) });
}

/** The question or measure that an answer follows from. */
function premiseOf(session, subject) {
  const asked = question(subject);
  const values = session.course.seen;
  if (asked.threshold && values.has(asked.threshold.measure)) return asked.threshold.measure;
  return asked.follows.find((one) => values.get(one.question) === one.value).question;
}

/** Where an answer or outcome came from. */
function originName(source) {
  if (source === OPERATOR) return say("operator");
  if (source.startsWith(CANNOT_LOOK)) return say("nobody could look there");
  const place = /^(.+), line (\d+)$/.exec(source);
  return place ? say("{file}, line {line}", { file: place[1], line: place[2] }) : source;
}
