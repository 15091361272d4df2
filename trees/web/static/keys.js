/* Product keys in texts, found as the console finds them. Published client setup keys may be shown. */

const KEYS = (() => {
  const wide = (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0); // as East Asian input methods write it
  const oneOf = (characters) => {
    const either = characters + characters.toLowerCase();
    return `[${either}${[...either].map(wide).join("")}]`;
  };
  const character = oneOf("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
  const likely = oneOf("BCDFGHJKMNPQRTVWXY2346789" + "01OILSZ5"); // what keys are made of, or misread as
  const blank = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]{0,3}";
  const dash = `${blank}[-\\u2010-\\u2015\\u2043\\u2212\\u30fc\\ufe58\\ufe63\\uff0d]{1,3}${blank}`;
  const gap = `(?:${dash}|[^\\p{L}\\p{N}]{1,3})`;
  return {
    dashed: new RegExp(`${character}{5}(?:${dash}${character}{5}){4,}`, "gu"),
    apart: new RegExp(`${likely}{5}(?:${gap}${likely}{5}){4,}`, "gu"),
    group: new RegExp(`${character}{5}`, "gu"),
    number: new RegExp(`^${oneOf("0123456789")}+$`),
    word: /^(?=.*[OILSZ])[A-Z]+$/i,
    code: new RegExp(`(?<![0-9A-Za-z])0[xX][0-9A-Fa-f]{8}(?![0-9A-Za-z]|${dash}${character}{5})`, "gu"),
    published: new Set(DATA.client_keys),
  };
})();

/** The text with each product key as `XXXXX-XXXXX-XXXXX-XXXXX-` and its last group. */
function withoutKeys(text) {
  for (;;) {
    const blanked = [KEYS.dashed, KEYS.apart].reduce(blankedBy, text);
    if (blanked === text) return text;
    text = blanked; // what is blank now may be the beginning of another key
  }
}

function blankedBy(text, pattern) {
  let made = "";
  let done = 0;
  for (const groups of secrets(text, pattern)) {
    const last = groups[groups.length - 1];
    made += text.slice(done, groups[0].index) + "XXXXX-".repeat(groups.length - 1);
    done = last.index;
  }
  return made + text.slice(done);
}

/** The groups of each key that is a secret, with their places; no part of a code is a part of a key. */
function secrets(text, pattern) {
  const plainer = text.replace(KEYS.code, (code) => ".".repeat(code.length));
  return [...plainer.matchAll(pattern)].flatMap((run) => {
    let groups = [...run[0].matchAll(KEYS.group)].map((found) => ({ text: found[0], index: run.index + found.index }));
    if (pattern === KEYS.apart) {
      if (groups.filter((group) => !KEYS.number.test(group.text)).length < 2) return []; // a list of numbers
      groups = withoutWords(groups);
    }
    return unpublished(groups).filter((stretch) => stretch.length >= 5);
  });
}

/** A run without the words around its key, which could be misread groups ("holds"). */
function withoutWords(groups) {
  let first = 0;
  let last = groups.length;
  while (last - first > 5 && KEYS.word.test(groups[first].text)) first += 1;
  while (last - first > 5 && KEYS.word.test(groups[last - 1].text)) last -= 1;
  return groups.slice(first, last);
}

/** The groups of a run before, between and after its published keys. */
function unpublished(groups) {
  const plain = groups.map((group) => group.text.normalize("NFKC").toUpperCase());
  const stretches = [];
  let begin = 0;
  let at = 0;
  while (at < groups.length) {
    if (KEYS.published.has(plain.slice(at, at + 5).join("-"))) {
      stretches.push(groups.slice(begin, at));
      at += 5;
      begin = at;
    } else {
      at += 1;
    }
  }
  return [...stretches, groups.slice(begin)];
}
