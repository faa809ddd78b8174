// What stands on which line of a derivation, and where a long line breaks, as derive.document.equations sets it.
// Widths are in units of the letters' size.

const SIGN_WIDTH = 1.9;
const SCRIPT_SHARE = 0.72;
const CONTINUED_INDENT = 2;

const textWidth = (text) =>
  [...text].reduce((sum, letter) => sum + (PAGE.widths.known[letter] ?? (/\p{Lu}/u.test(letter) ? PAGE.widths.capital : PAGE.widths.other)), 0);

function numberWidth(text) {
  const [mantissa, exponent] = text.split("e");
  return textWidth(mantissa) + (exponent ? textWidth("\u2009×\u200910") + PAGE.widths.script * textWidth(exponent) : 0);
}

const sumOf = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

/** About how wide an expression is. */
function widthOf(tree) {
  const [kind, first, second] = tree;
  switch (kind) {
    case "num":
      return numberWidth(first);
    case "name":
      return PAGE.symbols[first].w;
    case "quotient":
      return Math.max(widthOf(first), widthOf(second)) + 0.3;
    case "power":
      return widthOf(first) + 0.6 + SCRIPT_SHARE * widthOf(second);
    case "call":
      if (first === "exp") return 0.5 + SCRIPT_SHARE * widthOf(second);
      return textWidth(first) + 1 + sumOf(tree.slice(2).map(widthOf));
    case "cases": {
      const tests = first.map(([, [left, , right]]) => widthOf(left) + widthOf(right));
      return Math.max(...first.map(([value]) => widthOf(value)), widthOf(second)) + Math.max(...tests) + 5;
    }
    case "group":
    case "neg":
      return 0.8 + widthOf(first);
    default: {
      const terms = tree.slice(1);
      const brackets = terms.filter((term) => isBracketed(term, kind !== "sum")).map(around);
      return sumOf(terms.map(widthOf)) + (kind === "sum" ? 1.3 : 0.75) * (terms.length - 1) + sumOf(brackets);
    }
  }
}

const isBracketed = (tree, isFactor) =>
  tree[0] === "sum" || isNegativeNumber(tree) || (isFactor && (tree[0] === "neg" || tree[0] === "product"));

/** What a pair of brackets takes: more where it is higher than a line. */
const around = (inside) => (isTall(inside) ? 1.5 : 0.8);

/** Whether a fraction or cases stand in an expression. */
const isTall = (tree) => tree[0] === "quotient" || tree[0] === "cases" || children(tree).some(isTall);

const widthOfItems = (items) => sumOf(items.map(([, tree]) => widthOf(tree) + SIGN_WIDTH));

/** The rows of a derivation: symbols first, then the numbers; on one row if it is compact and there is room. */
function derivationRows(left, formulas, working, compact) {
  const lines = [];
  const isLast = (tree) => lines.length > 0 && sameTree(lines.at(-1).at(-1)[1], tree);
  for (const formula of compact ? formulas.slice(-1) : formulas) if (!isLast(formula)) lines.push([["=", formula]]);
  if (working.instead) lines.push([["=", working.instead]]);
  working.lines.forEach(([sign, tree], index) => {
    const last = index === working.lines.length - 1;
    if (last && index && working.lines[index - 1][1][0] === "num") lines.at(-1).push([sign, tree]);
    else if (!isLast(tree)) lines.push([[sign, tree]]);
  });
  const room = PAGE.line - widthOf(left) - SIGN_WIDTH;
  const rows = lines.flatMap((line) => broken(line, room));
  if (!compact) return rows;
  const items = rows.flatMap((row) => row.items);
  const fits = !rows.some((row) => row.continued) && widthOf(left) + widthOfItems(items) <= PAGE.line;
  return fits ? [{ items, continued: false }] : rows;
}

function broken(items, room) {
  if (widthOfItems(items) <= room) return [{ items, continued: false }];
  if (items.length > 1) return items.flatMap((item) => broken([item], room));
  const [[sign, tree]] = items;
  const parts = piecesOf(tree, (term) => widthOf(term) > room);
  if (parts.length === 1) return [{ items, continued: false }];
  return rowsOf(sign, parts, balanced(parts.map(({ term, factors }) => widthOf(term) + sumOf(factors.map(widthOf)) + SIGN_WIDTH), room));
}

/** A line broken as another one of the same form is: so many parts stand on each of its rows. */
function brokenAlike([sign, tree], counts = []) {
  const ends = counts.map((_, row) => sumOf(counts.slice(0, row + 1)));
  const parts = [false, true].map((isLong) => piecesOf(tree, () => isLong)).find((found) => ends.length > 1 && found.length === ends.at(-1));
  return parts ? rowsOf(sign, parts, ends) : [{ items: [[sign, tree]], continued: false }];
}

const piecesOf = (tree, isLong) => (tree[0] === "sum" ? tree.slice(1) : [tree]).flatMap((term) => partsOfTerm(term, isLong));

/** The rows of a line that breaks behind some of its parts. */
function rowsOf(sign, parts, ends) {
  let start = 0;
  return ends.map((end) => {
    const row = { items: [[start ? "" : sign, ["sum", ...termsOfLine(parts.slice(start, end))]]], continued: start > 0 };
    start = end;
    return row;
  });
}

/**
 * Where a line may break: behind a term, and within a product that is too long, in the bracket that it ends with or
 * between its factors.
 */
function partsOfTerm(term, isLong) {
  const entrywise = term[0] === "entrywise times";
  if ((term[0] !== "product" && !entrywise) || !isLong(term)) return [{ term, factors: [] }];
  const sum = term.at(-1);
  if (sum[0] !== "sum") {
    if (entrywise) return [{ term, factors: [] }];
    return term.slice(1).map((factor, place) => ({ term: [place ? "further" : "product", factor], factors: [] }));
  }
  const inner = sum.slice(1);
  return inner.map((each, place) => ({ term: each, factors: place ? [] : term.slice(1, -1), inside: true, last: place === inner.length - 1, entrywise }));
}

/** The terms of one line: brackets that do not begin and end in it are half there. */
function termsOfLine(parts) {
  const terms = [];
  let within = [];
  let factors = [];
  let kind = "";
  for (const part of parts) {
    if (part.term[0] === "further" && !part.inside && terms.length) {
      terms.push([...terms.pop(), ...part.term.slice(1)]);
      continue;
    }
    if (!part.inside) {
      terms.push(part.term);
      continue;
    }
    if (part.factors.length) factors = part.factors;
    kind = part.entrywise ? "entrywise times" : "product";
    within.push(part.term);
    if (part.last) {
      terms.push(factors.length ? [kind, ...factors, ["sum", ...within]] : ["closed", ...within]);
      within = [];
      factors = [];
    }
  }
  return factors.length ? [...terms, ["opened", [kind, ...factors, ["sum", ...within]]]] : [...terms, ...within];
}

/** Where to break a sum: as few lines as fit, about equally long. */
function balanced(widths, room) {
  const breaks = (limit) => {
    const ends = [];
    let used = 0;
    widths.forEach((width, index) => {
      if (used && used + width > limit) {
        ends.push(index);
        used = CONTINUED_INDENT;
      }
      used += width;
    });
    return [...ends, widths.length];
  };
  const fewest = breaks(room).length;
  let limit = room;
  while (breaks(limit * 0.97).length === fewest && limit > Math.max(...widths)) limit *= 0.97;
  return breaks(limit);
}
