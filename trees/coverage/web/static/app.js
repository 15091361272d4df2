/* Which part of the report is shown: what stands behind the `#` of the address. */

let lastTable = "plans";
const places = new Map();
let shownAt = "";

function begin() {
  wearTheme(kept("theme"));
  history.scrollRestoration = "manual";
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault(); // an address with another fragment would leave what is shown
    document.getElementById("top").focus();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => around());
  window.addEventListener("scroll", () => places.set(shownAt, window.scrollY), { passive: true });
  window.addEventListener("hashchange", () => show(true));
  around();
  show(false);
}

/** The part that an address names; the start for any other address. */
function routed(address) {
  const section = address.split("/")[0];
  if (Object.hasOwn(TABLES, address)) {
    lastTable = address;
    return { parts: overview(address), title: TABLES[address]().name };
  }
  if (Object.hasOwn(REPORT.cards, address)) {
    const { plan } = REPORT.cards[address];
    return { parts: planView(plan, address), title: cardName(REPORT.cards[address]), focus: `card-${address}` };
  }
  if (Object.hasOwn(REPORT.plans, address)) return { parts: planView(address), title: planName(address) };
  if (Object.hasOwn(REPORT.things, address)) return { parts: thingView(address), title: REPORT.things[address].id };
  const number = Number(address.split("/")[1]);
  if (section === "sessions" && REPORT.sessions[number]) {
    return { parts: sessionView(address), title: REPORT.sessions[number].name };
  }
  return { parts: overview(lastTable), title: "" };
}

/** Show what the address names; a reader who went there has its heading in focus. */
function show(went) {
  let address = "";
  try {
    address = decodeURIComponent(location.hash.slice(1));
  } catch { /* no address of this page */ }
  const { parts: made, title, focus } = routed(address);
  shownAt = "";
  const main = document.getElementById("main");
  main.replaceChildren();
  fill(main, made);
  document.title = [title, say("Coverage of the knowledge base")].filter(Boolean).join(" \u2013 ");
  const target = document.getElementById(focus || "top");
  if (went || focus) target.focus({ preventScroll: true });
  if (focus) target.closest("article").scrollIntoView({ behavior: "instant" });
  else if (went) window.scrollTo({ top: Object.hasOwn(TABLES, address) ? places.get(address) || 0 : 0, behavior: "instant" });
  shownAt = address;
}

function around() {
  const { manifest } = REPORT;
  const rows = [
    [say("Knowledge base"), `${manifest.version} (${manifest.released})`],
    ["SHA-256", manifest.sha256],
  ];
  document.getElementById("bar").replaceChildren(
    el("a", { class: "brand", href: "#plans" }, el("span", { class: "name" }, "Voltriage"),
      el("span", { class: "what" }, say("Coverage of the knowledge base"))),
    el("div", { class: "switches" }, themeButton(() => {
      around();
      document.getElementById("theme").focus();
    })),
  );
  document.getElementById("foot").replaceChildren(
    el("dl", {}, rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    el("p", {}, say("Nothing leaves this page: it works without a network.")),
  );
}

begin();
