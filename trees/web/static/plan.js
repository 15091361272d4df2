/* The rules of a code in their order, and what follows from answers. */

const PLANS = new Map();

/** The expanded plan of a code: lines {rule, conditions, refused}, and the questions it names. */
function planOf(code) {
  if (!PLANS.has(code)) PLANS.set(code, expandedPlan(code));
  return PLANS.get(code);
}

function expandedPlan(code) {
  const lines = new Map();
  const named = new Set();
  for (const [rule, conditions] of expanded(codeOrUnknown(code).plan, [])) {
    if (lines.has(rule)) continue;
    lines.set(rule, lineOf(code, rule, conditions));
    for (const condition of conditions) if (!isFixed(condition.subject)) named.add(condition.subject);
  }
  const asked = new Set();
  for (const line of lines.values()) {
    for (const condition of line.conditions) asked.add(condition.subject);
    if (line.then.answer_of) asked.add(line.then.answer_of);
  }
  return { code, lines: [...lines.values()], questions: [...new Set([...asked, ...named])] };
}

function* expanded(entries, guard) {
  for (const entry of entries) {
    const inner = [...guard, ...(entry.guard || [])];
    if (entry.is === "rule") yield [entry.id, [...guard, ...entry.when]];
    else if (entry.is === "use") yield* expanded(KB.procedures.get(entry.procedure).plan, inner);
    else yield* expanded(entry.plan, inner);
  }
}

function isFixed(subject) {
  return subject === "code" || subject === "symptom";
}

/** What a condition on the code or on its symptoms comes to. */
function fixedHolds(code, subject, accepts) {
  if (subject === "code") return accepts.includes(code);
  return (codeOrUnknown(code).symptoms || []).some((symptom) => accepts.includes(symptom));
}

function lineOf(code, id, conditions) {
  const rule = RULES.get(id);
  const asked = [];
  let refused = false;
  for (const condition of conditions) {
    if (!isFixed(condition.subject)) {
      asked.push(condition);
    } else if (!fixedHolds(code, condition.subject, condition.accepts)) {
      refused = true;
      break;
    }
  }
  return { rule, then: rule.then, conditions: asked, refused, remedies: rule.then.remedies || [] };
}

const RULES = new Map();
(function collect(entries) {
  for (const entry of entries) {
    if (entry.is === "rule") RULES.set(entry.id, entry);
    else if (entry.plan) collect(entry.plan);
  }
})([...KB.codes.values(), ...KB.procedures.values()].flatMap((one) => one.plan));

/** A value as the plan of a code sees it: the code itself again is no other code. */
function asSeen(value, code) {
  return value === code ? NONE : value;
}

function accepted(condition, value) {
  const word = String(value);
  return condition.accepts.includes(word) || (condition.accepts.includes(ANY_CODE) && word.startsWith("0x"));
}

function holds(condition, values) {
  return values.has(condition.subject) && accepted(condition, values.get(condition.subject));
}

/** The first line that is open ({line, condition}) or satisfied ({line}); null when the plan is exhausted. */
function firstLive(plan, values, outcomes) {
  for (const line of plan.lines) {
    const condition = line.conditions.find((one) => !holds(one, values));
    if (condition) {
      if (!values.has(condition.subject)) return { line, condition };
    } else if (!line.refused && !(line.remedies.length && line.remedies.every((one) => outcomes.has(one)))) {
      return { line };
    }
  }
  return null;
}

// What follows ---------------------------------------------------------------------------------------------------

function thresholdHolds(threshold, value) {
  return threshold.at_least !== undefined ? value >= threshold.at_least : value <= threshold.at_most;
}

/** The value that a question has by what is known, without being asked; undefined where none follows. */
function following(asked, known) {
  const measured = asked.threshold ? known.get(asked.threshold.measure) : undefined;
  if (measured === UNKNOWN) return UNKNOWN;
  if (measured !== undefined) return thresholdHolds(asked.threshold, measured) ? YES : NO;
  const premise = (asked.follows || []).find((one) => known.get(one.question) === one.value);
  return premise && premise.then;
}

/** Gives each question of a plan that has no value the one that follows, until none does; into `derived`. */
function derive(plan, given, derived) {
  const ids = [...plan.questions];
  for (const id of plan.questions) {
    for (const one of question(id).follows || []) {
      if (question(one.question).threshold && !ids.includes(one.question)) ids.push(one.question);
    }
  }
  const known = new Map([...given].map(([key, value]) => [key, asSeen(value, plan.code)]));
  for (const [key, value] of derived) known.set(key, value);
  for (let found = true; found; ) {
    found = false;
    for (const id of ids) {
      const value = known.has(id) ? undefined : following(question(id), known);
      if (value !== undefined) {
        known.set(id, value);
        derived.set(id, value);
        found = true;
        break;
      }
    }
  }
}

/** The known answer that a value cannot stand beside, as [subject, value]; null where there is none. */
function contradiction(known, subject, value) {
  const held = new Map(entailed(subject, value));
  for (const [other, otherValue] of known) {
    if (other === subject) continue;
    for (const [id, then] of entailed(other, otherValue)) {
      if (held.has(id) && held.get(id) !== then) return [other, otherValue];
    }
  }
  return null;
}

/** An answer itself, and every answer that follows from it; nothing follows from `unknown`. */
function* entailed(subject, value) {
  if (value === UNKNOWN) return;
  const measure = KB.measures.get(subject);
  if (measure) {
    for (const id of measure.decides || []) {
      yield* entailed(id, thresholdHolds(question(id).threshold, value) ? YES : NO);
    }
    return;
  }
  yield [subject, String(value)];
  for (const one of question(subject).entails || []) {
    if (one.value === value) yield [one.question, one.then];
  }
}
