/* Explains a case; nothing here decides what comes next. */

/** Whether a definite answer, not a mere `unknown`, speaks against the condition. */
function refutes(condition, values) {
  const value = values.has(condition.subject) ? String(values.get(condition.subject)) : UNKNOWN;
  return value !== UNKNOWN && !accepted(condition, value);
}

function lineHolds(line, values) {
  return !line.refused && line.conditions.every((condition) => holds(condition, values));
}

/** What already holds of the rule that asks, as [subject, value] pairs. */
function heldSoFar(session) {
  const { step } = session;
  const line = planOf(session.code).lines.find((one) => one.rule.id === step.rule);
  const held = new Map();
  for (const condition of line ? line.conditions : []) {
    if (step.state === "question" && condition.subject === step.question) break;
    held.set(condition.subject, session.values.get(condition.subject));
  }
  return [...held];
}

/** The causes that the current code's plan can conclude and no definite answer rules out. */
function causesOpen(session) {
  const values = session.course.seen;
  const open = new Map();
  for (const line of planOf(session.code).lines) {
    const { cause } = line.then;
    if (!cause || line.refused) continue;
    const ruledOut = line.conditions.some((condition) => refutes(condition, values));
    open.set(cause, open.get(cause) || !ruledOut);
  }
  return [...open].filter(([, isOpen]) => isOpen).map(([cause]) => cause);
}

/** Causes that were established and treated without success. */
function triedInVain(session) {
  const values = session.course.seen;
  const done = (remedy) => [NOT_FIXED, FIXED].includes(session.outcomes.get(remedy));
  const lines = planOf(session.code).lines.filter(
    (line) => line.remedies.some(done) && line.conditions.every((condition) => holds(condition, values)),
  );
  return new Set(lines.map((line) => line.then.cause));
}

/** What goes with a case when it is handed over. */
function handOver(session) {
  const { step } = session;
  const { escalation } = codeOrUnknown(session.code);
  const ended = step.state === "escalated";
  const inVain = triedInVain(session);
  const to = ended ? step.to : escalation.to;
  // Somebody else than the code's owners may want the machine left as it is.
  const collects = to.some((owner) => escalation.to.includes(owner));
  return {
    reason: ended ? step.reason : "cause_unknown",
    to,
    collect: (collects && escalation.collect) || [],
    notRuledOut: causesOpen(session).filter((cause) => !inVain.has(cause)),
    notDone: [...session.outcomes].filter(([, one]) => NOT_DONE.has(one) || one === PENDING).map(([remedy]) => remedy),
    unknown: leftUnknown(session),
  };
}

/** Causes in the order of what people meet: those that the current code names as frequent, then the others. */
function likelyFirst(session, causes) {
  const frequent = codeOrUnknown(session.code).frequent || [];
  const rank = (cause) => (frequent.includes(cause) ? frequent.indexOf(cause) : frequent.length);
  return [...causes].sort((one, other) => rank(one) - rank(other));
}

/** The questions that some rule of the case's codes reads and that no definite answer takes out of its way. */
function stillRead(session) {
  const read = new Set();
  for (const code of session.codes) {
    const values = new Map([...session.values].map(([subject, value]) => [subject, asSeen(value, code)]));
    for (const line of planOf(code).lines) {
      for (const condition of line.conditions) {
        read.add(condition.subject);
        if (refutes(condition, values)) break;
      }
    }
  }
  return read;
}

/** Questions and measures that stand unknown, those left out that the answers leave without a reader. */
function leftUnknown(session) {
  const read = stillRead(session);
  const unknown = [...session.values].filter(([, value]) => value === UNKNOWN).map(([subject]) => subject);
  return unknown.filter((subject) => read.has(subject) || !question(subject));
}

/** Each question left unknown that still matters; of those that one number would answer, the first. */
function unanswered(session) {
  const measured = new Set();
  const read = stillRead(session);
  const found = [];
  for (const [key, value] of session.values) {
    const asked = question(key);
    if (!asked || value !== UNKNOWN || !read.has(key)) continue;
    const measure = asked.threshold ? asked.threshold.measure : "";
    if (!measure || !measured.has(measure)) found.push(asked);
    measured.add(measure);
  }
  return found;
}

/** The questions of a place that stand unknown and that somebody still needs. */
function forOwner(session, place) {
  const read = stillRead(session);
  const unknown = [...session.values].filter(([key, value]) => value === UNKNOWN && read.has(key));
  const ids = unknown.map(([key]) => key).filter((key) => question(key).where === place);
  const here = planOf(session.code).questions.filter((id) => ids.includes(id));
  return [...new Set([...here, ...ids])];
}
