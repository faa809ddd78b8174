// What the symbols and numbers of the page stand for: a quantity or an array. A number of a derivation is known by its
// place in the line, which is that of a name in the formula that the numbers are put into.

/** Passages that are one number: the value of what they are about. */
const VALUED = "[data-live=number], [data-live=full], [data-live=derived], [data-live=numeric]";

/** The names and numbers of an expression, in the order in which they are printed. */
const leavesOf = (tree) => (!Array.isArray(tree) ? [] : ["name", "num"].includes(tree[0]) ? [tree] : tree.flatMap(leavesOf));

/** The sides of the relations of a derivation: each a list of the symbols and numbers in it. */
function sidesOf(derivation) {
  const sides = [[]];
  for (const node of derivation.querySelectorAll("[data-q], mn, mo")) {
    if (node.parentElement.closest("[data-q], .size")) continue;
    const isPowerOfTen = node.parentElement.closest("msup")?.previousElementSibling?.textContent === "×";
    if (node.localName !== "mo") isPowerOfTen || sides.at(-1).push(node);
    else if ("=≈".includes(node.textContent) && !node.closest(".cases")) sides.push([]);
  }
  return sides;
}

/** Whether a number is that value, with more digits perhaps, but for its sign, which stands before it. */
function isValue(text, { shown }) {
  const [told, known] = [text, shown].map((number) => Math.abs(Number(number)));
  const unit = 10 ** -(/\.(\d+)$/.exec(shown)?.[1].length ?? 0);
  return Math.abs(told - known) <= Math.max(unit, 0.001 * known);
}

/** Terms of sums, which have no names of their own, by one that is made for them: what they are, and of what sum. */
const TERMS = new Map();

/** Enters the numbers of a line in which each term of a sum is worked out. */
function enterTerms(side, about, sum, found, solution) {
  const terms = termsOf(sum);
  if (terms.length < 2 || side.length !== terms.length) return;
  terms.forEach((term, place) => {
    const factors = leavesOf(term);
    const isProduct = factorsOf(term).length === factors.length;
    if (!isProduct || !factors.every(([kind, name]) => kind === "name" && solution.values.has(name))) return;
    const product = factors.reduce((value, [, name]) => value * Number(solution.values.get(name).shown), 1);
    if (Math.abs(Math.abs(product) - Number(side[place].textContent)) > 0.001 * Math.abs(product)) return;
    if (factors.length === 1) return found.set(side[place], factors[0][1]);
    const name = `${about}: ${place}`;
    TERMS.set(name, { about, term, factors: factors.map(([, factor]) => factor) });
    found.set(side[place], name);
  });
}

/** Which quantity each number of a derivation is the value of. */
function namesOfNumbers(derivation, solution) {
  const { about, arrays } = derivation.dataset;
  const found = new Map();
  const enter = (side, tree) => {
    const leaves = leavesOf(tree);
    const fits = ([kind, name], place) => kind === "num" || (solution.values.has(name) && isValue(side[place].textContent, solution.values.get(name)));
    if (side.length !== leaves.length || !leaves.every(fits)) return false;
    leaves.forEach(([kind, name], place) => kind === "name" && found.set(side[place], name));
    return true;
  };
  const array = PAGE.arrays.get(about);
  const numbers = arrays === undefined ? solution.formulas(about).at(-1) : array.numbers;
  const values = arrays === undefined ? nameOf(about) : array.values;
  const isNumeric = (side) => side.length && side.every(({ localName }) => localName === "mn");
  sidesOf(derivation).filter(isNumeric).forEach((side, place) => {
    const isEntered = (place === 0 && numbers && enter(side, numbers)) || enter(side, values);
    if (!isEntered && numbers && arrays === undefined) enterTerms(side, about, numbers, found, solution);
  });
  return found;
}

const NUMBERS = new WeakMap();

/** What a symbol, a shape or a number stands for, if it is known. */
function nameOfShape(shape, solution) {
  if (shape.dataset.q) return shape.dataset.q.split(" ")[0];
  if (shape.matches(VALUED)) return JSON.parse(shape.dataset.about)[0];
  const derivation = shape.closest(".derivation[data-about]");
  if (!derivation) return undefined;
  const formula = derivation.querySelector("math");
  if (!NUMBERS.has(formula)) NUMBERS.set(formula, namesOfNumbers(derivation, solution));
  return NUMBERS.get(formula).get(shape);
}

/** The symbol, shape or number that a place of the page belongs to. */
const shapeAt = (target) => target.closest("[data-q]") ?? target.closest(`mn, ${VALUED}`);

/** What an array is made from, and what it goes into: entries stand for themselves. */
const arraysFrom = (name) => [...new Set(leavesOf(PAGE.arrays.get(name).symbols).filter(([kind]) => kind === "name").map(([, other]) => other))];
const arraysTo = (name) => [...PAGE.arrays.keys()].filter((other) => arraysFrom(other).includes(name));

/** A quantity or array: how it is made, and in words what it comes from and goes into. */
function waysOf(name) {
  if (TERMS.has(name)) return { from: TERMS.get(name).factors, to: [TERMS.get(name).about] };
  if (PAGE.arrays.has(name)) return { from: arraysFrom(name), to: arraysTo(name) };
  return { from: PAGE.arguments.get(name) ?? [], to: PAGE.users.get(name) ?? [] };
}

/** What a derivative is taken with respect to: a figure has its place there, if it has none for the derivative. */
const variableOf = (name) => (PAGE.symbols[name] && name.includes("/d") ? name.slice(name.indexOf("/d") + 2) : null);

/** The number of the step that finds a derivative, or of the last one. */
const numberOfStep = (name) => PAGE.solution.steps.find(({ target, equals }) => target === name || equals.includes(name))?.number ?? 0;

const termsOf = (tree) => (tree[0] === "sum" ? tree.slice(1) : [tree]).map((term) => (term[0] === "group" ? term[1] : term));
const factorsOf = (tree) => (tree[0] === "product" ? tree.slice(1) : [tree]);

/** What a slope of the chain rule is: the factor that stands in its place in the formula after it; null if none does. */
function slopeOf(name) {
  for (const { formulas } of PAGE.solution.steps) {
    const [chain, put] = formulas.map((formula) => termsOf(formula).map(factorsOf));
    if (!put || chain.length !== put.length) continue;
    for (const [term, factors] of chain.entries()) {
      const place = factors.findIndex((factor) => factor[1] === name);
      if (place >= 0 && factors.length === put[term].length) return put[term][place];
    }
  }
  return null;
}

/** What is said of a quantity first: its value, or the formula of an array or a slope; null where nothing is known. */
function definitionOf(name, solution) {
  if (TERMS.has(name)) return [["", TERMS.get(name).term]];
  const value = solution.values.get(name);
  if (value) return [["", nameOf(name)], [value.sign, ["num", value.shown]]];
  if (!PAGE.symbols[name]) return null;
  const formula = PAGE.arrays.has(name) ? PAGE.arrays.get(name).symbols.at(-1) : slopeOf(name);
  if (!formula && !PAGE.arrays.has(name)) return null;
  return [["", nameOf(name)], ...(formula ? [["=", formula]] : [])];
}
