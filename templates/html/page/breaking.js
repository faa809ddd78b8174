// Where a line may end within running text, as derive.render.html.breaking has it: browsers break no formula, and part
// one from the stop behind it.

/** A formula in running text that is wider than this may have to break. */
const LONG = 9;
const MOST_IN_BRACKETS = 24;
const MOST_IN_PART = 26;
const TOKEN = /<mo form="infix"[^>]*>[=≈←+−·]<\/mo>|<[^>]+>|[^<]+/g;
/** Formulas and the elements that hold them. */
const WORDLESS = /<math.*?<\/math>|<[^>]+>/gs;
/** A part that goes on with the product before it. */
const FURTHER = /^(?:<(?!mo)[^>]+>)*<mo form="infix"[^>]*>·/;
const STOP = /^[.,;:!?)]+/;
/** What is no space of the text, and a space between a word and a number. */
const BEFORE_NUMBER = /<[^>]+>|(?<=[A-Za-z]) (?=(?:<span[^>]*>)*−?\d)/g;

const lettersOf = (markup) => [...markup.replace(/<[^>]+>/g, "").replace(/&(?:\w+|#\w+);/g, "&")].length;
const isOpening = (token) => token.startsWith("<") && !/^<\/|\/>$|<\/mo>$/.test(token);

/** How many letters each element holds, at the place of its first tag. */
function lengthsOf(tokens) {
  const lengths = tokens.map(() => 0);
  const open = [];
  let seen = 0;
  tokens.forEach((token, place) => {
    if (token.startsWith("</")) {
      const start = open.pop();
      lengths[start] = seen - lengths[start];
    } else if (isOpening(token)) {
      open.push(place);
      lengths[place] = seen;
    } else seen += lettersOf(token);
  });
  return lengths;
}

/** A formula taken apart where a line may end: before a relation or a sign, but not within short brackets. */
function partsOfFormula(body) {
  const tokens = body.match(TOKEN);
  const lengths = lengthsOf(tokens);
  const parts = [];
  const open = [];
  let part = "";
  const endsLine = (token) => {
    if (!token.startsWith("<mo") || !token.endsWith("</mo>") || open.some((tag) => tokens[tag] !== "<mrow>")) return false;
    const brackets = open.filter((tag) => tokens[tag + 1].startsWith('<mo form="prefix"') && "([".includes(tokens[tag + 2]));
    return token.includes("·") ? !brackets.length : brackets.every((tag) => lengths[tag] > MOST_IN_BRACKETS);
  };
  tokens.forEach((token, place) => {
    if (part && endsLine(token)) {
      parts.push(part + "</mrow>".repeat(open.length));
      part = "<mrow>".repeat(open.length);
    }
    part += token;
    if (token.startsWith("</")) open.pop();
    else if (isOpening(token)) open.push(place);
  });
  return [...parts, part];
}

/** A long formula of running text, whose lines may end. */
function brokenFormula(body, said) {
  const written = partsOfFormula(body).map((part) => {
    const math = `<math>${part}</math>`;
    return lettersOf(part) > MOST_IN_PART ? `<span class="wide" role="group" tabindex="0" aria-label="Formula">${math}</span>` : math;
  });
  return `<span class="long" role="group" aria-label="${said}">${inTerms(written)}</span>`;
}

/**
 * The parts of a formula side by side: lines end between its terms, and within one only if that is longer. A term in whose
 * brackets a line may end is none that keeps together.
 */
function inTerms(written) {
  const terms = [];
  let depth = 0;
  for (const part of written) {
    if (terms.length && (depth || FURTHER.test(part))) terms.at(-1).parts.push(part);
    else terms.push({ parts: [part], isParted: false });
    terms.at(-1).isParted ||= depth > 0;
    depth += part.split(">(<").length - part.split(">)<").length;
  }
  const termOf = (inner, { parts, isParted }) => (parts.length === 1 || isParted ? inner : `<span class="term">${inner}</span>`);
  return terms.map((term) => termOf(term.parts.join("<wbr>"), term)).join("<wbr>");
}

/** Pieces of a line side by side; a stop stays on the line of the formula before it, a number on its word's. */
function kept(written) {
  const pieces = written.filter(Boolean);
  pieces.slice(0, -1).forEach((_, place) => {
    const stop = STOP.exec(pieces[place + 1]);
    if (!stop || !pieces[place].includes("<math") || pieces[place].replace(WORDLESS, "")) return;
    pieces[place] = `<span class="kept">${pieces[place]}${stop[0]}</span>`;
    pieces[place + 1] = pieces[place + 1].slice(stop[0].length);
  });
  return pieces.join("").replace(BEFORE_NUMBER, (found) => (found === " " ? "\u00a0" : found));
}
