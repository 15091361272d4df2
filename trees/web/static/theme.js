/* Light or dark, and what the browser remembers of what the reader chose. */

function keep(name, value) {
  try {
    localStorage.setItem(`voltriage-${name}`, value);
  } catch { /* a page that was opened as a file may keep nothing */ }
}

function kept(name) {
  try {
    return localStorage.getItem(`voltriage-${name}`);
  } catch {
    return null;
  }
}

function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** The colours the reader chose; without a choice they are the screen's. */
function wearTheme(theme) {
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}

/** Turns light to dark and back; then `turned` shows the page anew. */
function themeButton(turned) {
  const dark = isDark();
  const turn = () => {
    const theme = dark ? "light" : "dark";
    wearTheme(theme);
    keep("theme", theme);
    turned();
  };
  return button(dark ? say("Light") : say("Dark"), turn, "segment", {
    id: "theme", "aria-label": dark ? say("Light colours") : say("Dark colours"),
  });
}
