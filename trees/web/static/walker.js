/* Walks the composed charts as a reader does: goes into boxes, comes back, passes what is known. */

const WAYS = new Map();

/** A chart's nodes by id, and for each where its answers lead; "" is the way that is always taken. */
function waysOf(id) {
  if (!WAYS.has(id)) {
    const chart = DATA.charts[id];
    const nodes = new Map(chart.nodes.map((node) => [node.id, node]));
    const ways = new Map();
    for (const [source, target, ...answers] of chart.edges) {
      if (!ways.has(source)) ways.set(source, new Map());
      for (const answer of answers.length ? answers : [""]) ways.get(source).set(answer, target);
    }
    WAYS.set(id, { id, nodes, ways, first: chart.nodes[0].id });
  }
  return WAYS.get(id);
}

function chartOfCode(code) {
  return KB.codes.has(code) ? code : UNKNOWN_CODE;
}

/** Where a reader stands who knows this: {place: [[chart, node], ...], node, arrows: [[chart, source, target], ...]}. */
function walk(code, values, outcomes) {
  const own = chartOfCode(code);
  const place = [[own, waysOf(own).first]];
  const arrows = [];
  for (;;) {
    const [chart, id] = place[place.length - 1];
    const node = waysOf(chart).nodes.get(id);
    if (node.kind === "procedure") {
      place.push([node.subject, waysOf(node.subject).first]);
      continue;
    }
    if (node.kind === "go-on") {
      place.pop();
      takeWay(place, "", arrows);
      continue;
    }
    const answer = passedWith(code, node, values, outcomes);
    if (answer === null) return { place, node, arrows };
    takeWay(place, answer, arrows);
  }
}

/** The answer with which a shape is passed by a reader who knows this; null where one stops. */
function passedWith(code, node, values, outcomes) {
  if (node.kind === "start") return "";
  if (node.kind === "remedy") {
    const outcome = outcomes.get(node.subject) || "";
    return GOES_ON.has(outcome) || outcome.startsWith("0x") ? NOT_FIXED : null;
  }
  if (node.kind !== "question" && node.kind !== "condition") return null;
  if (node.subject === "code") return code;
  if (node.subject === "symptom") return fixedHolds(code, "symptom", node.accepts || []) ? YES : NO;
  return values.has(node.subject) ? String(asSeen(values.get(node.subject), code)) : null;
}

function takeWay(place, answer, arrows) {
  const [chart, id] = place.pop();
  const { ways, nodes } = waysOf(chart);
  const leading = ways.get(id) || new Map();
  const isCode = answer.startsWith("0x") || nodes.get(id).subject === "code";
  const target = leading.get(answer) || (isCode ? leading.get(ANY_CODE) : undefined);
  if (target === undefined) throw new Error(`${chart}: no way from ${id} for "${answer}"`);
  arrows.push([chart, id, target]);
  place.push([chart, target]);
}
