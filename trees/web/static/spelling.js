/* Error codes in any way people write or paste them, and codes by their messages. */

const SPELLING = (() => {
  const digit = "[0-9A-Fa-f]";
  const orO = "[0-9A-Fa-fOo]";
  const blank = "[ \\t]";
  const groups = (one, ...counts) =>
    counts.map((count) => Array(count).fill(`${one}{${8 / count}}`).join(`${blank}{1,2}`)).join("|");
  const notInARow = (inside) =>
    `(?<![0-9A-Za-z\\-+.,/])(?<![0-9+)][ \\t])(?:${inside})(?![0-9A-Za-z\\-]|[.,:/ \\t]\\d)`;
  return {
    prefixed: new RegExp(
      `(?:(?<!\\d)0|(?<![0-9A-Za-z])[Oo])${blank}{0,2}[xX\\u00d7]${blank}{0,2}(${groups(orO, 1, 2, 4, 8)})` +
        "(?=[UuLl]{0,2}(?![0-9A-Za-z]))", "dg"),
    bare: [
      new RegExp(`(?<![0-9A-Za-z\\-])(?=[0-9]{0,7}[A-Fa-f])(${digit}{8})(?![0-9A-Za-z\\-])`, "dg"),
      new RegExp(
        `(?<![0-9A-Za-z\\-])(?<!(?<![0-9A-Za-z])${digit}{4}${blank})` +
          `(?!${digit}{4}${blank}{1,2}[A-Za-z]{4})(?=[0-9 \\t]{0,9}[A-Fa-f])(${groups(digit, 2)})` +
          `(?![0-9A-Za-z\\-])(?!${blank}${digit}{4}(?![0-9A-Za-z]))`, "dg"),
      new RegExp(notInARow(`(${groups("[0-9]", 1, 2)})`), "dg"),
    ],
    negative: /(?<![0-9A-Za-z\-.,])([-\u2010-\u2015\u2212]\d{9,10})(?![0-9A-Za-z-]|[.,]\d)/g,
    unsigned: new RegExp(`${notInARow("(\\d{10})")}(?![ \\t]*(?:[KMGT]i?)?[Bb](?:ytes?)?\\b)`, "g"),
    misspelt: /(?<![0-9A-Za-z])[0Oo][xX]([0-9A-Fa-f]{7}|[0-9A-Fa-f]{9})(?![0-9A-Za-z])/g,
    likeACode: /^0x(?:[4CD]00[0-9A-F]|80[0-9A-F]{2}|87E1)(?!0000)[0-9A-F]{4}$/,
    likeANumericCode: /^0x80(?:04|07|09)\d{4}$/,
  };
})();

function canonical(value) {
  return `0x${(value >>> 0).toString(16).toUpperCase().padStart(8, "0")}`;
}

/** Every code in a text, in canonical form, in order of appearance and once each. */
function findCodes(text) {
  const plain = text.replace(/[\u00ad\u200b\u200c\u200d\u2060\ufeff]/g, "").normalize("NFKC");
  const found = [...prefixedCodes(plain), ...bareCodes(plain), ...decimalCodes(plain)];
  found.sort((one, other) => one[0] - other[0] || (one[1] < other[1] ? -1 : 1));
  return [...new Set(found.map(([, code]) => code))];
}

function joined(digits) {
  return digits.replace(/[ \t]/g, "");
}

function* prefixedCodes(text) {
  for (const match of text.matchAll(SPELLING.prefixed)) {
    const value = parseInt(joined(match[1]).toUpperCase().replaceAll("O", "0"), 16);
    if (value) yield [match.indices[1][0], canonical(value)];
  }
}

function* bareCodes(text) {
  for (const pattern of SPELLING.bare) {
    for (const match of text.matchAll(pattern)) {
      const digits = joined(match[1]);
      const code = canonical(parseInt(digits, 16));
      const like = /^\d+$/.test(digits) ? SPELLING.likeANumericCode : SPELLING.likeACode;
      if (like.test(code)) yield [match.index, code];
    }
  }
}

function* decimalCodes(text) {
  for (const pattern of [SPELLING.negative, SPELLING.unsigned]) {
    for (const match of text.matchAll(pattern)) {
      const value = Number(match[1].replace(/^\D/, "-"));
      if (value >= -(2 ** 31) && value < 2 ** 32 && SPELLING.likeACode.test(canonical(value))) {
        yield [match.index, canonical(value)];
      }
    }
  }
}

/** The code that a text names, in its right spelling or in one that is a known mistake; empty where it names none. */
function codeIn(text) {
  const codes = findCodes(text);
  if (codes.length) {
    const known = codes.map((code) => (KB.codes.has(code) ? code : codeOfAlias(code)));
    return known.find(Boolean) || codes[0];
  }
  for (const match of text.matchAll(SPELLING.misspelt)) {
    const code = codeOfAlias(`0x${match[1].toUpperCase()}`);
    if (code) return code;
  }
  return "";
}

function codeOfAlias(spelling) {
  for (const [code, entry] of KB.codes) {
    if ((entry.aliases || []).includes(spelling)) return code;
  }
  return "";
}

function plainWords(text) {
  return text.normalize("NFKC").toLowerCase().split(/[^\p{L}\p{N}_]+/u).filter(Boolean);
}

const SEARCHED = new Map(
  [...KB.codes].filter(([code]) => code !== UNKNOWN_CODE).map(([code, entry]) => {
    const said = [code, entry.symbol || "", entry.message_en, entry.message_de, ...(entry.also || [])];
    return [code, new Set(said.flatMap(plainWords))];
  }),
);
const HOW_MANY_HAVE = (() => {
  const counts = new Map();
  for (const own of SEARCHED.values()) for (const word of own) counts.set(word, (counts.get(word) || 0) + 1);
  return counts;
})();

/** The codes that fit a text, best first: all words of a short one, most of a pasted one, rare words counting more. */
function similar(text, codes) {
  const wanted = [...new Set(plainWords(text.slice(0, 20000)))];
  if (!wanted.length) return codes;
  const scores = codes.map((code) => [code, likeness(wanted, SEARCHED.get(code))]);
  const few = wanted.length <= 3; // while somebody types, beginnings count
  const fitting = scores.filter(([, score]) => (few ? score > 0.99 : score > 0.45));
  fitting.sort((one, other) => other[1] - one[1]);
  return fitting.map(([code]) => code);
}

function likeness(wanted, own) {
  const few = wanted.length <= 3;
  let whole = 0;
  let found = 0;
  for (const word of wanted) {
    const has = own.has(word) || (few && [...own].some((one) => one.startsWith(word))) || (word.length >= 4 && [...own].some((one) => one.includes(word)));
    const weight = (HOW_MANY_HAVE.get(word) || 1) ** -0.5;
    whole += weight;
    found += has ? weight : 0;
  }
  if (few) return found / whole;
  let all = 0;
  let there = 0;
  const said = new Set(wanted);
  for (const word of own) {
    const weight = (HOW_MANY_HAVE.get(word) || 1) ** -0.5;
    all += weight;
    there += said.has(word) ? weight : 0;
  }
  return Math.max(found / whole, (there / all) * 2);
}
