/* What the reader does: each button calls one of these. */

const app = {
  session: null,
  agreed: "",
  notice: "",
  searched: "",

  open(code) {
    app.session = new Session(code);
    app.agreed = "";
    app.notice = "";
    remember();
    show();
  },

  home() {
    app.session = null;
    remember();
    show();
  },

  answer(value) {
    const wrong = app.session.refusal(value);
    if (wrong) {
      announce(wrong);
      return wrong;
    }
    return done(() => app.session.answer(value));
  },

  outcome(outcome) {
    return done(() => app.session.outcome(outcome));
  },

  goTo(code) {
    return done(() => app.session.goTo(code));
  },

  cannotLook() {
    const { where } = question(app.session.step.question);
    return done(() => app.session.cannotLook(), () => say(
      "Questions noted for whoever can look there ({place}): {count}. The note lists them.",
      { place: placeName(where), count: forOwner(app.session, where).length },
    ));
  },

  back() {
    app.backTo(app.session.events.length - 1);
  },

  backTo(count) {
    done(() => app.session.backTo(count));
  },

  agree(remedy) {
    app.agreed = remedy;
    show();
  },

  copyNote() {
    copyText(noteOf(app.session));
  },

  speak(language) {
    reader.language = language;
    keep("language", language);
    show(document.activeElement && document.activeElement.id);
  },
};

/** Do something, tell what it led to, show the step. Nothing is returned: nothing was wrong. */
function done(act, noted = () => "") {
  act();
  app.agreed = "";
  app.notice = noted();
  remember();
  show();
}

/** The case as the browser's own back button finds it again. */
function remember() {
  const { session } = app;
  const state = session ? { code: session.openedAs, events: [...session.events] } : {};
  if (JSON.stringify(state) === JSON.stringify(history.state)) return;
  history.pushState(state, "", session ? `#${session.openedAs}` : "#start");
}

function returnTo(state) {
  const code = (state && state.code) || codeIn(location.hash);
  app.session = code ? new Session(code) : null;
  for (const event of (state && state.events) || []) app.session.happen(event);
  app.agreed = "";
  app.notice = "";
  show();
}

// The page around the case ---------------------------------------------------------------------------------------

/** Show where the case stands; then what is new has the focus, or what is named. */
function show(focus = "") {
  const { session } = app;
  document.documentElement.lang = reader.language;
  document.title = session ? `${session.code} – ${say("Activation runbook")}` : say("Activation runbook");
  document.getElementById("skip").textContent = say("Skip to the case");
  document.getElementById("bar").replaceChildren(...bar());
  document.getElementById("main").replaceChildren(...(session ? caseView(session) : startView()).filter(Boolean));
  document.getElementById("foot").replaceChildren(...foot().filter(Boolean));
  if (!session && !focus && matchMedia("(hover: none)").matches) return; // no keyboard over half of a phone's screen
  const target = (focus && document.getElementById(focus)) || document.getElementById(session ? "step" : "search");
  target.focus({ preventScroll: Boolean(focus) || !session });
  if (!focus) window.scrollTo({ top: 0 });
}

function bar() {
  const names = { en: "English", de: "Deutsch" };
  return [
    el("button", { type: "button", class: "brand", onclick: () => app.home() },
      el("span", { class: "name" }, "Voltriage"), el("span", { class: "what" }, say("Activation runbook"))),
    el("div", { class: "switches" },
      el("div", { class: "segments", role: "group", "aria-label": say("Language") },
        DATA.languages.map((language) => button(names[language] || language, () => app.speak(language), "segment", {
          id: `speak-${language}`, lang: language, "aria-pressed": String(language === reader.language),
        }))),
      themeButton(() => show("theme"))),
  ];
}

function foot() {
  const { site, manifest, about } = DATA;
  const facts = site ? [
    [say("Document"), site.runbook.document_number], [say("Owner"), site.runbook.owner],
    [say("Approved by"), site.runbook.approver], [say("Valid until"), site.runbook.valid_until],
    [say("Classification"), site.runbook.classification], [say("Site file"), site.file],
  ] : [];
  const rows = [
    ...facts,
    [say("Knowledge base"), `${manifest.version} (${manifest.released})`],
    ["SHA-256", manifest.sha256],
    ["Voltriage", about.version],
    [say("Made on"), about.date],
  ].filter(([, value]) => value);
  return [
    el("dl", {}, rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    el("p", {}, say("Nothing leaves this page: it works without a network, and forgets the case when it is closed.")),
  ];
}

function begin() {
  const wished = [kept("language"), DATA.about.language, ...navigator.languages.map((tag) => tag.split("-")[0])];
  const language = wished.find((each) => DATA.languages.includes(each));
  if (language) reader.language = language;
  wearTheme(kept("theme"));
  window.addEventListener("popstate", (event) => returnTo(event.state));
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault(); // an address with another fragment would leave the case
    document.getElementById(app.session ? "step" : "search").focus();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show("theme"));
  returnTo(history.state);
}

begin();
