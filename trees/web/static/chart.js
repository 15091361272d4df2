/* The charts beside the case: drawn when the page was made, marked here. */

function chartTitle(id) {
  if (KB.procedures.has(id)) return texts(KB.procedures.get(id).title);
  return id === UNKNOWN_CODE ? say("Any other code") : id;
}

const shownChart = { id: null, whole: false };

/** The chart one stands in, with the way taken and the shape one stands at; others on the way are a button away. */
function chartPart(session) {
  const { place, arrows } = session.course.walked;
  const ids = place.map(([id]) => id);
  if (!ids.includes(shownChart.id)) shownChart.id = ids[ids.length - 1];
  const box = el("div", { class: "chart-box", role: "region", tabindex: "0", "aria-label": say("Chart") });
  const show = async (id) => {
    shownChart.id = id;
    const shape = (place.find(([chart]) => chart === id) || [])[1];
    let svg;
    try {
      svg = await drawing(id);
    } catch {
      box.replaceChildren(el("p", {}, say("This browser cannot show the chart; everything else works.")));
      return;
    }
    mark(svg, id, arrows, shape);
    svg.classList.toggle("whole", shownChart.whole);
    box.replaceChildren(svg);
    centre(box, svg.querySelector(".here"));
  };
  const tabs = ids.length > 1 && el("div", { class: "tabs", role: "group", "aria-label": say("Charts on the way") },
    ids.map((id) => button(chartTitle(id), (event) => {
      for (const one of event.target.parentNode.children) one.setAttribute("aria-pressed", one === event.target);
      show(id);
    }, "tab", { "aria-pressed": String(id === shownChart.id) })));
  const whole = button(say("Whole chart"), () => {
    shownChart.whole = !shownChart.whole;
    whole.setAttribute("aria-pressed", String(shownChart.whole));
    show(shownChart.id);
  }, "tab", { "aria-pressed": String(shownChart.whole) });
  show(shownChart.id);
  return [el("div", { class: "chart-tools" }, tabs || null, whole), box];
}

/** Marks what lies on the way: shapes, arrows, and the shape one stands at. */
function mark(svg, id, arrows, shape) {
  const group = (name) => svg.getElementById(`chart-${id}-${name}`);
  for (const [chart, source, target] of arrows) {
    if (chart !== id) continue;
    for (const name of [source, target, `way.${source}.${target}`, `caption.${source}.${target}`]) {
      const found = group(name);
      if (found) found.classList.add("passed");
    }
  }
  const here = shape && group(shape);
  if (here) {
    here.classList.add("here");
    here.setAttribute("aria-current", "step");
  }
}
