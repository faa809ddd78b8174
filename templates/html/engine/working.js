// The lines between a formula and its value: the numbers put in, worked out stage by stage. Every line is true as
// printed: "=" stands only where both sides are exactly equal in decimal arithmetic, and the numbers put in have as many
// digits as it takes for the line, worked from what is printed, to give the printed result.

/** A number between the lines that has more significant digits than this is rounded, or left out. */
const READABLE_DIGITS = 12;

/** An exact number between the lines with more places than this is written with a power of ten. */
const MOST_PLACES = 5000;

/** How many digits more than the policy's the numbers put in may need. */
const EXTRA_DIGITS = 40;

/** Functions whose results are exact, and those that only formulas for full precision call. */
const EXACT_FUNCTIONS = new Set(["abs", "max", "min", "sign"]);
const INTERNAL_FUNCTIONS = new Set(["erfc", "log1p"]);

/** A value that lies so much closer to an exact number may be written as that number and the rest. */
const CLOSE = 6;

/** The most digits of a printed result of which the first look leaves no doubt. */
const SURE_DIGITS = 100;

/** A little less and a little more than 1: by so much, a value that nothing was lost of is not in doubt. */
const HAIR = [Decimal.of("0.99999999999999999999"), Decimal.of("1.00000000000000000001")];

/** A number is not put in as a fraction with more below than this, and none is one that differs in such a place. */
const LONG_FRACTION = 100;
const UNKNOWN = -40;

const ALL_DIGITS = new Context(5000);
const READER = new Arithmetic(120);
const FINE_READER = new Arithmetic(1200);
const FINEST_READER = new Arithmetic(2500);
const NO_NAMES = new Map();

const num = (text) => ["num", text];
const numberOf = (tree) => Decimal.of(tree[1]);
const isNumber = (tree) => tree[0] === "num";
const isMinus = (tree) => isNumber(tree) && tree[1].startsWith("-");

/**
 * The lines from a formula to its value; stable is an equal formula that loses no digits, if there is one.
 *
 * lines: pairs of a sign and a tree; the first sign stands between the formula and the numbers put in.
 * direct: the sign between the numbers put in and the value, where the lines between are left out.
 * instead: the stable formula, where it was taken because the digits of the other's numbers could not give the value.
 */
function workOut(formula, values, result, policy, stable) {
  const expr = chosenBranches(formula, values);
  let [substituted, faithful] = putIn(expr, values, result, policy);
  // A case that is a number already.
  if (substituted[0] === "neg" && isNumber(substituted[1]) && !isMinus(substituted[1])) substituted = num(`-${substituted[1][1]}`);
  // A minus before 0 says nothing.
  if (substituted[0] === "neg" && substituted[1][0] === "product" && isNumber(substituted[1][1]) && Decimal.of(substituted[1][1][1]).isZero) {
    [, substituted] = substituted;
  }
  if (stable && isPrintable(stable) && !faithful && !gives(substituted, Decimal.of(result.shown), policy)) {
    return { ...workOut(stable, values, result, policy), instead: stable };
  }
  const lines = [[faithful ? "=" : "≈", substituted]];
  const final = num(result.shown);
  if (sameTree(substituted, final)) return { substituted, lines, direct: "=", instead: null };
  let current = substituted;
  for (const stage of stages(substituted, faithful, exactPowers(expr, values), policy)) {
    lines.push(["=", stage]);
    current = stage;
  }
  if (current[0] === "sum" && current !== substituted && !isReadable(current)) {
    lines.pop();
    lines.push(roundedTerms(current, result, policy));
    current = lines[lines.length - 1][1];
  }
  lines.push(...ending(current, final, faithful, policy));
  return { substituted, lines, direct: ending(substituted, final, false, policy)[0][0], instead: null };
}

/** Whether a stable formula uses only functions that a page may show. */
const isPrintable = (tree) => !visibleNodes(tree).some(([kind, name]) => kind === "call" && INTERNAL_FUNCTIONS.has(name));

/** The nodes of a tree, without what stands in definitions by cases. */
function visibleNodes(tree) {
  return tree[0] === "cases" ? [tree] : [tree, ...children(tree).flatMap(visibleNodes)];
}

/** The formula with each definition by cases replaced by the case that holds, as carried. */
function chosenBranches(tree, values) {
  const carried = carriedIn(tree, values);
  const choose = (node) => (node[0] === "cases" ? choose(READER.branch(node, carried)) : rebuild(node, choose));
  return visibleNodes(tree).some(([kind]) => kind === "cases") ? choose(tree) : tree;
}

/** What is carried of the names in a formula. */
const carriedIn = (tree, values) => new Map(namesOf(tree).map((name) => [name, values.get(name).carried]));

/** The formula with numbers put in, and whether these are exactly what is carried. */
function putIn(expr, values, result, policy) {
  const used = namesOf(expr);
  const areCarried = (written) => used.every((name) => isNumber(written(name)) && isText(written(name)[1], values.get(name).carried));
  const shown = (name) => num(values.get(name).shown);
  if (policy.eachStep || areCarried(shown)) return [substitute(expr, shown), true];
  const wanted = Decimal.of(result.shown);
  let filled = substitute(expr, shown);
  if (gives(filled, wanted, policy)) return [filled, false];
  let written = shown;
  for (written of finer(used, values, policy, wanted)) {
    filled = substitute(expr, written);
    if (gives(filled, wanted, policy)) break;
  }
  return [filled, areCarried(written)];
}

/** The powers in a formula of which nothing is rounded, with their numbers put in: 0.9² beside a rounded number. */
function exactPowers(expr, values) {
  const isExact = (name) => isText(values.get(name).shown, values.get(name).carried);
  const powers = visibleNodes(expr).filter((node) => node[0] === "power" && namesOf(node).every(isExact));
  return powers.map((power) => substitute(power, (name) => num(values.get(name).shown)));
}

/**
 * Ways to write the numbers put in, with more and more digits. Where that takes more than can be read, an output is so
 * close to an exact number that the line lives on what is missing to it, and it is written so: 1 − 4.248 × 10⁻¹⁸.
 */
function* finer(used, values, policy, wanted) {
  if (wanted.isZero && policy.decimals == null) yield* cancelling(used, values);
  const first = Math.max(policy.digits, 1);
  const plainly = (digits) => (name) => num(longer(values.get(name), digits));
  for (let digits = first; digits <= Math.max(first + CLOSE, READABLE_DIGITS); digits += 1) yield plainly(digits);
  const apart = new Map(used.map((name) => [name, partsApart(values.get(name).full)]).filter(([, parts]) => parts));
  // A large value with decimals has many digits, and so have the numbers that give all of them.
  const many = [wanted.digits + 5, wanted.digits + 50];
  if (apart.size) {
    const far = [100, 200, 400, ...many].sort((one, other) => one - other);
    for (const digits of [...Array.from({ length: EXTRA_DIGITS }, (_, extra) => first + extra), ...far]) {
      yield (name) => (apart.has(name) ? besideTree(apart.get(name), digits, policy) : plainly(digits)(name));
    }
  }
  for (let digits = READABLE_DIGITS; digits < first + EXTRA_DIGITS; digits += 1) yield plainly(digits);
  for (const digits of many) yield plainly(digits);
}

/**
 * Ways to write the numbers put in where the result is 0, as the sum of p − y over all outputs of a softmax is: rounded
 * to one decimal place, all of them, they soon cancel as well. Thirds never do, and are written as fractions.
 */
function* cancelling(used, values) {
  const fractions = new Map(used.map((name) => [name, shortFraction(values.get(name).full)]).filter(([, tree]) => tree));
  const rounded = new Set(used.filter((name) => !isText(values.get(name).shown, values.get(name).full)));
  const places = [...rounded].map((name) => Decimal.of(values.get(name).shown).e);
  const last = places.length ? Math.min(...places) : 0;
  for (let place = last; place > last - EXTRA_DIGITS; place -= 1) {
    const text = (name) => (rounded.has(name) ? toPlace(values.get(name), place) : values.get(name).shown);
    yield (name) => fractions.get(name) || num(text(name));
  }
}

/** A fraction that can be read, if a number that does not end is one in all digits that are known, or null. */
function shortFraction({ value, exact }) {
  if (exact || value.isZero) return null;
  for (let under = 2; under < LONG_FRACTION; under += 1) {
    const times = ALL_DIGITS.multiply(value.abs(), new Decimal(BigInt(under), 0));
    const over = times.quantized(0, false);
    const apart = ALL_DIGITS.subtract(times, over);
    if (!over.isZero && (apart.isZero || apart.adjusted < UNKNOWN)) {
      const tree = ["quotient", num(over.toFixed()), num(String(under))];
      return value.sign < 0 ? ["neg", tree] : tree;
    }
  }
  return null;
}

/** A value with its digits up to a decimal place. */
const toPlace = (value, place) => written(value.full.value.quantized(place, false), value.shown.includes("e"));

/**
 * Whether a line with numbers in it, worked out by a reader, gives the printed result. ln(1 + exp(−300)) shows nothing
 * of its second term before 130 digits, so an inexact result gets a second look, unless the first one left no doubt.
 */
function gives(filled, wanted, policy) {
  const isIt = (value) => value.equals(wanted) || policy.rounded(value).equals(wanted);
  for (const reader of [READER, wanted.digits > 1000 ? FINEST_READER : FINE_READER]) {
    reader.cancelled = false;
    try {
      const { value, exact } = reader.evaluate(filled, NO_NAMES);
      if (isIt(value)) return true;
      if (exact) return false;
      const isSure = !reader.cancelled && !loses(filled) && wanted.digits <= SURE_DIGITS;
      const sides = !isSure ? [] : HAIR.map((hair) => ALL_DIGITS.multiply(value, hair));
      if (sides.length && !sides.some(isIt)) return false;
    } catch (error) {
      if (error instanceof ValueRangeError) return false;
      throw error;
    }
  }
  return false;
}

/** Whether a tree has a function that may lose all the digits of its argument. */
const loses = (tree) => visibleNodes(tree).some(([kind, name]) => kind === "call" && (name === "sin" || name === "cos"));

/** A value with a number of significant digits, but never fewer than it is shown with. */
function longer(value, digits) {
  if (isText(value.shown, value.full)) return value.shown;
  const rounded = significantDigits(digits).rounded(value.full.value);
  return rounded.e >= Decimal.of(value.shown).e ? value.shown : written(rounded, value.shown.includes("e"));
}

/** A number that is put in: without a power of ten, unless numbers are written so here or it has no other form. */
function written(value, powers) {
  return powers || (!value.isZero && value.adjusted < -MOST_ZEROS) ? significantDigits(1).text(value) : value.toFixed();
}

/** [An exact number that a value is very close to, what is to be added to it], or null. */
function partsApart({ value, exact, near, rest }) {
  if (exact || value.isZero) return null;
  const [whole, left] = near ? [near, rest.value] : [ONE.signedAs(value), ALL_DIGITS.subtract(value, ONE.signedAs(value))];
  return !left.isZero && left.adjusted < whole.adjusted - CLOSE ? [whole, left] : null;
}

/** A value as the exact number it is close to and the rest; a negative one as a whole: −(1 − …). */
function besideTree([near, rest], digits, policy) {
  const size = num(written(significantDigits(digits).rounded(rest.abs()), policy.significant !== null));
  const beside = ["sum", exactNumber(near.abs(), policy), near.sign === rest.sign ? size : ["neg", size]];
  return near.sign < 0 ? ["neg", beside] : beside;
}

const isInteger = (tree) => isNumber(tree) && /^\d+$/.test(tree[1]);

/** Whether a hand calculation leaves a node as it is: numbers, and fractions of whole numbers. */
function isAtomic(tree) {
  if (tree[0] === "quotient") return isInteger(tree[1]) && isInteger(tree[2]);
  return isNumber(tree) || (tree[0] === "neg" && isNumber(tree[1]));
}

/**
 * Stage after stage, the innermost operations replaced by their exact results; the outermost is left. Nothing is done
 * within or around functions, and where the numbers put in are not exact themselves (keepAll is false), only sums within
 * are worked out, powers of exact numbers, and the terms of an outer sum: the digits of any other exact result would say
 * nothing.
 */
function* stages(tree, keepAll, powers, policy) {
  if (visibleNodes(tree).some(([kind, name]) => kind === "call" && !EXACT_FUNCTIONS.has(name))) return;
  const exact = keepAll || tree[0] === "sum" ? null : powers;
  for (let stage = 0; stage < 3; stage += 1) {
    const next = reduced(tree, true, exact, policy);
    if (sameTree(next, tree) || isMinusZero(next) || (next[0] !== "sum" && !isReadable(next))) return;
    tree = next;
    yield tree;
    if (!isReadable(tree)) return;
  }
}

/** What a product that is 0 leaves of the minus before it; nobody writes it. */
const isMinusZero = (tree) => tree[0] === "neg" && sameTree(tree[1], num("0"));

/**
 * The tree with each innermost operation worked out, and brackets that are idle then left out. Beside sums only those in
 * exact are; all where that is null.
 */
function reduced(tree, outermost, exact, policy) {
  if (isAtomic(tree)) return tree;
  if (tree[0] === "group") return reduced(tree[1], false, exact, policy);
  if (!outermost && children(tree).every(isAtomic)) {
    const result = READER.evaluate(tree, NO_NAMES);
    const isWanted = exact === null || tree[0] === "sum" || exact.some((power) => sameTree(power, tree));
    return result.exact && isWanted ? exactNumber(result.value, policy) : tree;
  }
  const next = rebuild(tree, (child) => reduced(child, false, exact, policy));
  if (next[0] !== "sum" || sameTree(next, tree)) return next;
  return next.map((term, index) => (index > 1 ? subtracted(term) : term));
}

/** A term of a sum that is being worked out: + (−0.4999) is written − 0.4999. */
function subtracted(term) {
  if (isMinus(term)) return ["neg", num(term[1].slice(1))];
  return term[0] === "neg" && isMinus(term[1]) ? num(term[1][1].slice(1)) : term;
}

/** An exact number between the lines: no idle zeros, and a power of ten where it must be or the policy wants one. */
function exactNumber(value, policy) {
  const mustBe = !value.isZero && Math.abs(value.adjusted) > MOST_PLACES;
  return num(mustBe ? value.normalized().toScientific() : policy.sized(value.normalized()));
}

/** Whether no number in a tree is too long to be read. */
function isReadable(tree) {
  const short = (text) => text.split("e")[0].replace(/^[-0.]+/, "").replace(".", "").length <= READABLE_DIGITS && text.length <= 2 * READABLE_DIGITS;
  return visibleNodes(tree).every((node) => !isNumber(node) || short(node[1]));
}

/** A sum of numbers that are too long, each rounded to as many digits as the printed result takes, with its sign. */
function roundedTerms(sum, result, policy) {
  const wanted = Decimal.of(result.shown);
  let rounded = null;
  for (let extra = 0; extra < EXTRA_DIGITS && !rounded; extra += 1) {
    const tried = rebuild(sum, (term) => roundedTerm(term, wanted.e - extra, policy));
    if (gives(tried, wanted, policy)) rounded = tried;
  }
  rounded ??= rebuild(sum, withPower); // a tie that is decided by less than all of these places
  const [before, after] = [sum, rounded].map((tree) => READER.evaluate(tree, NO_NAMES).value);
  return [before.equals(after) ? "=" : "≈", rounded];
}

/** A term with a power of ten, if it is too small to be read without. */
function withPower(term) {
  if (term[0] === "neg") return ["neg", withPower(term[1])];
  return isNumber(term) ? num(written(numberOf(term), false)) : term;
}

function roundedTerm(term, place, policy) {
  if (term[0] === "neg") return ["neg", roundedTerm(term[1], place, policy)];
  if (!isNumber(term) || numberOf(term).e >= place) return term;
  if (numberOf(term).adjusted - place > READABLE_DIGITS * EXTRA_DIGITS) return term;
  return num(policy.sized(numberOf(term).quantized(place, false)));
}

/** From the last stage to the printed value, over the exact one where a reader can follow it. */
function ending(current, final, showExact, policy) {
  let result;
  try {
    result = READER.evaluate(current, NO_NAMES);
  } catch (error) {
    if (error instanceof ValueRangeError) return [["≈", final]]; // numbers that no reader could work with
    throw error;
  }
  if (!result.exact) return [["≈", final]];
  if (result.value.equals(numberOf(final))) return [["=", final]];
  const exact = exactNumber(result.value, policy);
  return showExact && isReadable(exact) ? [["=", exact], ["≈", final]] : [["≈", final]];
}
