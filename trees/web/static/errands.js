/* What somebody is asked to do, as blocks of Markdown: find something out, carry out a remedy, take over a case. */

const PLACEHOLDER = /<[A-Z][A-Z0-9_]*>/;

/** Where something is done, and whom to ask there. */
function atPlace(place) {
  const where = say("Where: {place}", { place: placeName(place) });
  const contact = contactLine(place);
  return contact ? `${where}. ${contact}` : where;
}

function contactLine(id) {
  const contact = contactOf(id);
  return contact ? say("Contact: {contact}", { contact }) : "";
}

/** The forms of a command, each {shell, command}. */
function formsOf(step) {
  return [{ shell: step.shell || "", command: step.command }, ...(step.variants || [])];
}

/** A question to be answered, and all that helps to. */
function questionErrand(asked, because) {
  const looks = Object.keys(asked.looks || {}).map((value) => plain(lookErrand(asked, value)));
  return [
    plain(say("Answer this question: {question}", { question: texts(asked.text) })),
    plain(say("Why: {because}", { because: texts(because) })),
    plain(atPlace(asked.where)),
    ...under(say("Possible answers:"), (asked.choices || []).map((choice) => texts(choice.text))),
    ...lookUps(asked.how || []),
    ...(asked.phone === undefined ? [] : [plain(say("On the phone: {sentence}", { sentence: texts(asked.phone) }))]),
    ...(looks.length ? [bullets(looks)] : []),
    ...(asked.undo === undefined ? [] : [plain(say("Undo the test: {undo}", { undo: texts(asked.undo) }))]),
  ];
}

function lookErrand(asked, value) {
  const look = asked.looks[value];
  const parts = (look.labels || []).map(labelTold);
  if (look.text !== undefined) parts.push(texts(look.text));
  return say("{answer} looks like: {look}", { answer: answerName(asked, value), look: parts.join("; ") });
}

/** What can be read on the screen, in both languages. */
function labelTold({ en: english, de: german, verified }) {
  if (english === german) return say('"{text}"', { text: english });
  if (verified !== false) return say('"{english}" / "{german}"', { english, german });
  return say('"{english}" / "{german}" (German form not verified)', { english, german });
}

function lookUps(steps) {
  return steps.flatMap((step) => [
    ...(step.text === undefined ? [] : [plain(texts(step.text))]),
    ...(step.command ? commandErrand(step, step.elevated) : []),
  ]);
}

function commandErrand(step, elevated) {
  const forms = formsOf(step).flatMap((form, index) => {
    const shell = shellName(form.shell, elevated);
    return [plain(index ? say("or {shell}", { shell }) : shell), fenced(form.command, form.shell)];
  });
  return [...forms, ...valuesHere(step).map(plain)];
}

/** What the site has for a placeholder of which it has several. */
function valuesHere(step) {
  return (step.values || []).map(([name, values]) => say("Values for {name} here: {values}", { name, values }));
}

/** A remedy, complete; `waiting`: it was begun, and what matters first is when to look again. */
function remedyErrand(remedy, waiting = false) {
  const blocks = [`### ${plain(texts(remedy.title))}`];
  if (waiting && remedy.wait) {
    blocks.push(plain(say("Wait for: {what}", { what: texts(remedy.wait.what) })));
    blocks.push(plain(say("Look again: {when}", { when: texts(remedy.wait.look_again) })));
  }
  const places = [...new Set(remedy.steps.map((step) => step.where))];
  blocks.push(...places.map((place) => plain(atPlace(place))));
  if (remedy.risk !== HARMLESS) blocks.push(plain(say("Risk: {risk}", { risk: riskName(remedy.risk) })));
  if (remedy.consent) blocks.push(plain(say("Before anything is done, somebody who may decide that must agree.")));
  remedy.steps.forEach((step, index) => {
    const marks = places.length > 1 ? [placeName(step.where)] : [];
    if (riskOf(step) !== HARMLESS && remedy.steps.length > 1) marks.push(riskName(step.risk));
    const told = marks.length ? `(${marks.join("; ")}) ${texts(step.text)}` : texts(step.text);
    blocks.push(`${index + 1}. ${plain(told)}`);
    if (step.command) blocks.push(...commandErrand(step, step.elevated));
    if (step.undo !== undefined) blocks.push(plain(say("Undo: {undo}", { undo: texts(step.undo) })));
  });
  const { verify } = remedy;
  const told = { place: placeName(verify.where || ""), check: texts(verify.text) };
  blocks.push(plain(say("Check ({place}): {check}", told)));
  if (verify.command) blocks.push(...commandErrand(verify, false));
  if (remedy.wait && !waiting) {
    blocks.push(plain(say("If this takes time, wait for: {what}", { what: texts(remedy.wait.what) })));
  }
  return blocks;
}

function riskOf(step) {
  return step.risk || HARMLESS;
}

/** To whom a case goes, why, and with what. */
function handOverErrand(session) {
  const over = handOver(session);
  const owners = over.to.map((id) => KB.owners.get(id));
  const named = owners.map((owner) => {
    const contact = contactLine(owner.id);
    return contact ? `${texts(owner.title)}. ${contact}` : texts(owner.title);
  });
  const bring = owners.filter((owner) => owner.bring !== undefined).map((owner) => texts(owner.bring));
  return [
    plain(reasonName(over.reason)),
    ...under(say("Hand over to:"), named),
    ...under(say("Have ready:"), bring),
    ...under(say("Collect:"), over.collect.map(texts)),
  ];
}

/** The questions without an answer, a list for the owner of each place; one command for all that it answers. */
function leftOpenErrand(session) {
  const places = new Map();
  for (const asked of unanswered(session)) places.set(asked.where, [...(places.get(asked.where) || []), asked]);
  return [...places].flatMap(([place, questions]) => {
    const contact = contactLine(place);
    return [
      `### ${plain(say("To be looked up: {place}", { place: placeName(place) }))}`,
      plain(session.course.unseen.has(place)
        ? say("Nobody who worked on this case could look there.")
        : say("Whoever worked on this case did not know.")),
      ...(contact ? [plain(contact)] : []),
      ...byOutput(questions).flatMap(lookUpTogether),
    ];
  });
}

/** The questions, together those that need the same command or the same steps; those that need none come last. */
function byOutput(questions) {
  const groups = new Map();
  for (const asked of questions) {
    const commands = commandsOf(asked);
    const key = commands.length > 1 ? JSON.stringify(asked.how) : commands.length ? commands[0] : "";
    groups.set(key, [...(groups.get(key) || []), asked]);
  }
  const without = groups.get("");
  groups.delete("");
  return without ? [...groups.values(), without] : [...groups.values()];
}

function commandsOf(asked) {
  return (asked.how || []).filter((step) => step.command).map(
    (step) => JSON.stringify([step.shell, step.elevated, step.command, step.variants]),
  );
}

function lookUpTogether(questions) {
  const how = questions[0].how || [];
  if (commandsOf(questions[0]).length > 1) {
    return [bullets(questions.map((asked) => plain(texts(asked.text)))), ...lookUps(how)];
  }
  const hints = questions.map((asked) => {
    const steps = (asked.how || []).filter((step) => step.text !== undefined).map((step) => texts(step.text));
    return [texts(asked.text), ...steps].join(" ");
  });
  return [bullets(hints.map(plain)), ...lookUps(how.map((step) => ({ ...step, text: undefined })))];
}
