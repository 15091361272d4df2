/* Markdown that reads well as plain text too: what came from anywhere is escaped, as little as possible. */

function withoutControls(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (one) => (one === "\n" || one === "\t" ? one : ""));
}

/** A text on one line that is shown as it is. */
function plain(text) {
  const line = withoutKeys(withoutControls(text.replace(/\s+/g, " ")).trim());
  const escape = (found) => [...found].map((one) => `\\${one}`).join("");
  return line
    .replace(/[`*[~]|\\(?=[!-/:-@[-`{-~]|$)|<(?=[A-Za-z/!?])|&(?=#?[\p{L}\p{N}_]+;)/gu, escape)
    .replace(/_+(?![\p{L}\p{N}])/gu, escape)
    .replace(/^(#+(?= |$)|[-+]+(?= |$)|>)|(?<= )#+$/g, (found) => `\\${found}`)
    .replace(/^(\d{1,9})(?=[.)](?: |$))/, "$1\\");
}

function longestRun(text) {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
}

/** A word as code, on one line. */
function inlineCode(text) {
  const ticks = "`".repeat(longestRun(text) + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${ticks}${pad}${text}${pad}${ticks}`;
}

/** A command as a block of its own, character by character. */
function fenced(command, language) {
  const lines = withoutKeys(withoutControls(command));
  const fence = "`".repeat(Math.max(3, longestRun(lines) + 1));
  return `${fence}${language}\n${lines}\n${fence}`;
}

function link(url) {
  return /^https?:\/\/[!-;=?-~]+$/.test(url) && withoutKeys(url) === url ? `<${url}>` : plain(url);
}

function bullets(items) {
  return items.map((item) => `- ${item}`).join("\n");
}

function numbered(items) {
  return items.map((item, index) => `${index + 1}. ${item}`).join("\n");
}

/** A sentence and under it a list, both plain texts; nothing where there are no items. */
function under(heading, items) {
  return items.length ? [plain(heading), bullets(items.map(plain))] : [];
}
