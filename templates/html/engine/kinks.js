// Points at which a function has no derivative, as derive.calculus.kinks finds them.

/** How far beside a kink the slopes are looked at: twice; when two of them are one; what changes by more has no limit. */
const BESIDE = [Decimal.of("1e-40"), Decimal.of("1e-50")];
const SAME_SLOPE = Decimal.of("1e-12");
const SETTLED = Decimal.of("1e-6");
const KINK_DIGITS = 120;

/** All points without a derivative that the values meet, in the order of the definitions. */
function* findKinks(definitions, values) {
  for (const definition of definitions) {
    for (const argument of Object.keys(definition.slopes ?? {})) {
      const used = namesOf(definition.expr);
      const full = new Map(used.map((name) => [name, values.get(name).full]));
      for (const [names, exact] of [[full, true], [carriedIn(definition.expr, values), false]]) {
        const kink = kinkAt(definition, argument, names, exact);
        if (!kink) continue;
        yield kink;
        break;
      }
    }
  }
}

/** Where a formula changes over: by kind, what is compared, and how. */
function switchesOf(tree) {
  const [kind, first, ...rest] = tree;
  if (kind === "cases") {
    const tests = first.map(([, test]) => test);
    const sides = tests.flatMap(([left, , right]) => [left, right]);
    // What is compared decides nothing by a kink of its own; a jump may.
    const parts = [...first.map(([value]) => value), rest[0], ...sides.filter(mayJump)];
    return [{ kind, sides, relations: tests.map(([, relation]) => relation) }, ...parts.flatMap(switchesOf)];
  }
  const inner = children(tree).flatMap(switchesOf);
  if (kind !== "call") return inner;
  if (first === "max" || first === "min") return [{ kind: first, sides: rest }, ...inner];
  return first === "abs" || first === "sign" ? [{ kind: "zero", sides: rest }, ...inner] : inner;
}

const mayJump = (tree) => nodesOf(tree).some(([kind, name]) => kind === "cases" || (kind === "call" && name === "sign"));

/** Whether a comparison is just met; those behind one that holds all around decide nothing. */
function meetsCase({ sides, relations }, arithmetic, known) {
  for (const [at, relation] of relations.entries()) {
    const [left, right] = sides.slice(2 * at, 2 * at + 2).map((side) => arithmetic.evaluate(side, known));
    const order = arithmetic.compare(left, right);
    if (!order) return true;
    if (relation === "!=" || (relation !== "==" && order > 0 === relation.startsWith(">"))) return false;
  }
  return false;
}

/** What a function does at a point at which its formula changes over; null where there is none, or it is smooth. */
function kinkAt({ name, expr, slopes }, argument, names, exact) {
  const slope = slopes[argument];
  const arithmetic = new Arithmetic(KINK_DIGITS);
  const context = new Context(KINK_DIGITS);
  const withValue = (known) => new Map(known).set(name, arithmetic.evaluate(expr, known));
  const meets = (one) => orNull(() => {
    const known = one.sides.some((side) => namesOf(side).includes(name)) ? withValue(names) : names;
    if (one.kind === "cases") return meetsCase(one, arithmetic, known);
    const found = one.sides.map((side) => arithmetic.evaluate(side, known));
    if (one.kind === "zero") return found[0].sign === 0;
    const best = arithmetic.call(one.kind, found);
    return found.filter((each) => arithmetic.compare(best, each) === 0).length > 1;
  });
  const isTie = ({ kind, sides }) => {
    const used = sides.map(namesOf).filter((each) => each.length);
    return (kind === "max" || kind === "min") && used.length > 1 && used.some((each) => each.includes(argument));
  };
  if (![...switchesOf(expr), ...switchesOf(slope)].some(meets)) return null;

  const point = names.get(argument).value;
  const largest = (one, other) => (one.compare(other) > 0 ? one : other);
  const at = (shift) => {
    const known = new Map(names);
    if (shift) known.set(argument, exactly(context.add(point, context.multiply(shift, largest(ONE, point.abs())))));
    const moved = withValue(known); // the form in which a slope is shown may use the value itself: elu's is O + α
    return [moved.get(name).value, arithmetic.evaluate(slope, moved).value];
  };
  const gap = (one, other) => context.subtract(one, other).abs();
  const isWithin = (part, one, other) => gap(one, other).compare(context.multiply(part, largest(ONE, one.abs()))) <= 0;
  // What two looks lead to: the closer one, or infinity.
  const limit = (wide, close) => (isWithin(SETTLED, wide, close) ? plainly(close) : close.sign < 0 ? "-Infinity" : "Infinity");

  const sides = orNull(() => [-1, 1].map((side) => BESIDE.map((part) => at(side < 0 ? part.negated() : part))));
  if (!sides) return null; // the function ends here, and has the derivative of its one side
  const [[[lowWide, belowWide], [low, below]], [[highWide, aboveWide], [high, above]]] = sides;
  const [here, taken] = at(null);
  const kink = { name, argument, below: limit(belowWide, below), above: limit(aboveWide, above), taken: plainly(taken), exact, jump: null, tied: switchesOf(expr).some((one) => isTie(one) && meets(one)) };
  if (!isWithin(SAME_SLOPE, low, here) || !isWithin(SAME_SLOPE, here, high)) {
    return { ...kink, jump: [limit(lowWide, low), plainly(here), limit(highWide, high)] };
  }
  const twice = context.multiply(TWO, gap(above, below));
  const shrinks = twice.compare(gap(aboveWide, belowWide)) < 0; // as those of |z|**1.5 do
  if (!isWithin(SAME_SLOPE, below, above) && !shrinks) return kink;
  if (gap(taken, above).compare(context.add(twice, SAME_SLOPE)) <= 0) return null;
  const what = `the case that holds only where ${argument} is ${point.toFixed()} gives ${taken.toFixed()}, but on both sides of it the derivative is ${above.quantized(-12, false).toShortest()}`;
  throw new QuantityError(derivativeName(name, argument), what, !exact);
}

/** A number with at most six decimals. */
const plainly = (value) => value.quantized(-6, false).toShortest();

/** What compute gives, or null where that does not exist. */
function orNull(compute) {
  try {
    return compute();
  } catch (error) {
    if (error instanceof ValueRangeError) return null;
    throw error;
  }
}
