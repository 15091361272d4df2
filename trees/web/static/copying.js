/* To the clipboard. */

/** Copies a text, also where the page was opened as a file in a browser that keeps its clipboard shut. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    announce(say("Copied."));
  } catch {
    announce(copiedBySelecting(text) ? say("Copied.") : say("This browser does not let the page copy; select the text."));
  }
}

function copiedBySelecting(text) {
  const before = document.activeElement;
  const area = el("textarea", { class: "away", "aria-hidden": "true", tabindex: "-1" });
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (before) before.focus();
  return copied;
}
