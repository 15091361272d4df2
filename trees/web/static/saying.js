/* The page's data, and the program's sentences in the reader's language. */

const DATA = JSON.parse(document.getElementById("data").textContent);

const reader = { language: DATA.languages[0] };

/** One of the program's sentences, whole, with its values filled in. */
function say(sentence, values) {
  const said = DATA.sentences[reader.language][sentence];
  if (said === undefined) throw new Error(`no such sentence: ${sentence}`);
  return values ? said.replace(/\{(\w+)\}/g, (_, name) => String(values[name])) : said;
}
