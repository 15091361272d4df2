/* One case: what was known at its start, what has happened since, and the step that follows. */

const OPERATOR = "operator";
const CANNOT_LOOK = "cannot look: ";

/** A case that was opened as a code; `facts` are known from the start, as the site file says them. */
class Session {
  constructor(code, facts = (DATA.site && DATA.site.facts) || []) {
    this.openedAs = code;
    this.facts = facts;
    this.events = [];
    this.happenAgain();
  }

  get step() {
    return this.course.step;
  }

  get code() {
    return this.course.code;
  }

  get codes() {
    return [...this.course.left, this.course.code];
  }

  /** Each value that somebody gave, then what is unknown because nobody can look there: {subject, value, source}. */
  get given() {
    return new Map([...this.course.given, ...this.course.givenUp]);
  }

  /** Each known value: given, and what follows. */
  get values() {
    return this.course.values;
  }

  get outcomes() {
    return this.course.outcomes;
  }

  /** Why this value cannot be given as the answer to the question asked, as a sentence; empty where it can. */
  refusal(value) {
    const asked = question(this.step.question);
    let subject = asked.id;
    if (typeof value === "number") {
      subject = asked.threshold.measure;
      const { min = -(10 ** 15), max = 10 ** 15 } = KB.measures.get(subject);
      if (value < min || value > max) {
        return say("{number} cannot be; it lies between {low} and {high}.", { number: value, low: min, high: max });
      }
    }
    const told = new Map([...this.course.given].map(([key, one]) => [key, one.value]));
    const clash = contradiction(told, subject, value);
    return clash ? say("That contradicts an answer given before: {answer}", { answer: answered(...clash) }) : "";
  }

  answer(value) {
    const asked = question(this.step.question);
    const subject = typeof value === "number" ? asked.threshold.measure : asked.id;
    return this.happen({ what: "answer", subject, value, source: OPERATOR });
  }

  outcome(outcome) {
    return this.happen({ what: "outcome", remedy: this.step.remedy, outcome, source: OPERATOR });
  }

  goTo(code) {
    return this.happen({ what: "code", code });
  }

  cannotLook() {
    return this.happen({ what: "unseen", place: question(this.step.question).where });
  }

  /** Undo events until so many are left. */
  backTo(count) {
    this.events.length = Math.max(0, count);
    return this.happenAgain();
  }

  happen(event) {
    this.events.push(event);
    this.course.happen(event);
    return this.step;
  }

  happenAgain() {
    this.course = new Course(this.openedAs, this.facts);
    for (const event of this.events) this.course.happen(event);
    return this.step;
  }
}

/** The case as it happens: nothing in it is ever undone. */
class Course {
  constructor(code, facts) {
    this.code = code;
    this.left = [];
    this.given = new Map();
    this.givenUp = new Map();
    this.outcomes = new Map();
    this.heldBack = new Map();
    this.unseen = new Set();
    this.derived = new Map();
    this.fired = new Set();
    this.treated = new Map();
    this.tries = [];
    this.step = null;
    for (const fact of facts) {
      if (fact.subject) this.given.set(fact.subject, fact);
      else {
        this.heldBack.set(fact.remedy, fact);
        this.tries.push(fact);
      }
    }
    this.startAfresh();
  }

  get values() {
    const values = new Map();
    for (const answers of [this.given, this.givenUp]) {
      for (const [subject, one] of answers) values.set(subject, one.value);
    }
    for (const [subject, value] of this.derived) values.set(subject, value);
    return values;
  }

  /** The values as the plan of the current code sees them. */
  get seen() {
    return new Map([...this.values].map(([subject, value]) => [subject, asSeen(value, this.code)]));
  }

  happen(event) {
    if (event.what === "code") this.enter(event.code, true);
    else if (event.what === "outcome") {
      this.tries.push(event);
      this.happenOutcome(event);
    }
    else if (event.what === "unseen") {
      this.unseen.add(event.place);
      this.happenUnexpectedly();
    } else this.happenAnswer(event);
  }

  happenAnswer(event) {
    const asked = this.step;
    const { threshold } = (asked.state === "question" && question(asked.question)) || {};
    const isMeasure = KB.measures.has(event.subject);
    const decides = asked.state === "question" && !this.given.has(event.subject) &&
      !(isMeasure && event.value === UNKNOWN) &&
      (event.subject === asked.question || (threshold && threshold.measure === event.subject));
    this.given.set(event.subject, event);
    this.givenUp.delete(event.subject);
    if (decides && !this.unseen.size) {
      derive(planOf(this.code), valuesOf(this.given), this.derived);
      this.settle();
    } else this.happenUnexpectedly();
  }

  happenUnexpectedly() {
    if (this.inCircle) this.tellAll();
    else this.startAfresh();
  }

  get inCircle() {
    return this.step !== null && this.step.state === "escalated" && this.step.reason === "circle";
  }

  happenOutcome(event) {
    const asked = this.step;
    const waited = this.outcomes.has(event.remedy);
    this.outcomes.set(event.remedy, event.outcome);
    if (event.outcome.startsWith("0x")) this.enter(event.outcome, true);
    else if (asked && asked.state === "remedy" && asked.remedy === event.remedy && !waited) this.settle();
    else if (!this.inCircle) this.startAfresh();
  }

  /** Go on as another code; one that was left already (or a rule that leads to the same one) is a circle. */
  enter(code, shownAgain) {
    if (shownAgain && this.inCircle) return;
    if (code === this.code && shownAgain) this.startAfresh();
    else if (this.left.includes(code) || code === this.code) {
      this.step = { state: "escalated", reason: "circle", to: this.owners, rule: "", cause: "" };
    } else {
      this.left.push(this.code);
      this.code = code;
      this.startAfresh();
    }
  }

  get owners() {
    return codeOrUnknown(this.code).escalation.to;
  }

  startAfresh() {
    this.tellAll();
    this.settle();
  }

  /** Find all that follows anew, and what is unknown because nobody can look there. */
  tellAll() {
    const plan = planOf(this.code);
    this.derived = new Map();
    derive(plan, valuesOf(this.given), this.derived);
    if (!this.unseen.size) return;
    for (const id of plan.questions) {
      const place = question(id).where;
      if (this.derived.has(id)) this.givenUp.delete(id);
      else if (!this.given.has(id) && this.unseen.has(place)) {
        this.givenUp.set(id, { subject: id, value: UNKNOWN, source: CANNOT_LOOK + place });
      }
    }
    this.derived = new Map();
    derive(plan, valuesOf([...this.given, ...this.givenUp]), this.derived);
  }

  /** Walk on to the next step that needs somebody. */
  settle() {
    for (const [outcome, state] of [[FIXED, "resolved"], [PENDING, "saved"]]) {
      const found = [...this.outcomes].find(([, one]) => one === outcome);
      if (found) {
        this.walked = walk(this.code, this.seen, this.outcomes);
        this.step = { state, remedy: found[0], rule: "", cause: "" };
        return;
      }
    }
    const values = this.seen;
    this.walked = walk(this.code, values, this.outcomes);
    const live = firstLive(planOf(this.code), values, this.outcomes);
    this.step = this.stepAt(this.walked.node, live);
    if (this.step.rule && this.step.state !== "question") this.fired.add(this.step.rule);
    if (this.step.state === "remedy") this.propose();
    else if (this.step.state === "other-code") this.enter(this.step.code, false);
  }

  propose() {
    this.treated.set(this.step.remedy, this.step.cause);
    const foretold = this.heldBack.get(this.step.remedy);
    if (foretold) {
      this.heldBack.delete(this.step.remedy);
      this.happenOutcome(foretold);
    }
  }

  /** The step at a shape of the chart; the rule that stands there says why. */
  stepAt(node, live) {
    const rule = live ? live.line.rule.id : "";
    const then = live ? live.line.then : {};
    const cause = then.cause || "";
    if (node.kind === "question" || node.kind === "condition") {
      if (!live || !live.condition || live.condition.subject !== node.subject) throw lost(node);
      return { state: "question", question: node.subject, rule, because: live.condition.because, cause: "" };
    }
    if (live && live.condition) throw lost(node);
    if (node.kind === "remedy") {
      if (!live || !then.remedies.includes(node.subject)) throw lost(node);
      return { state: "remedy", remedy: node.subject, rule, cause };
    }
    if (node.kind === "other-code") {
      return { state: "other-code", code: then.code || String(this.given.get(then.answer_of).value), rule };
    }
    if (live) return { state: "escalated", reason: then.reason, to: [then.to], rule, cause };
    return { state: "escalated", reason: this.reason, to: this.owners, rule: "", cause: "" };
  }

  /** Why an exhausted plan escalates: somebody declined, somebody else must act first, or nobody knows. */
  get reason() {
    const outcomes = [...this.outcomes.values()];
    if (outcomes.includes(DECLINED)) return DECLINED;
    return outcomes.includes(BLOCKED) ? "owner_must_act" : "cause_unknown";
  }
}

function lost(node) {
  return new Error(`the chart does not say what the rules say at ${node.id}`);
}

function valuesOf(answers) {
  return new Map([...answers].map(([subject, one]) => [subject, one.value]));
}
