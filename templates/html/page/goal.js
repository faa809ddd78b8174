// Chains and nudges: what a chain is in numbers, what its paths carry, and what becomes of the cost when one number is
// changed a little, as derive.document.sections.whole.goal tells it.

/** Enough that the difference of two costs that agree in half of their digits is sure. */
const NUDGE_DIGITS = 120;
const NUDGE_CLOSE = Decimal.of("0.1");
const FIRST_NUDGE = Decimal.of("0.01");
const SMALLEST_NUDGE = Decimal.of("1e-8");
const TEN = Decimal.of("10");
const HUNDRED = Decimal.of("100");
/** Where what is left over is so many powers of ten smaller than the change, it would be told in zeros. */
const NUDGE_LEGIBLE = 8;

const NUDGES = new WeakMap();

/** The nudges of a given number, from large to small; none where the cost does not change with it, or has no value. */
function nudgesOf(solution, name) {
  if (!NUDGES.has(solution)) NUDGES.set(solution, new Map());
  const known = NUDGES.get(solution);
  if (!known.has(name)) known.set(name, triedNudges(solution, name));
  return known.get(name);
}

function triedNudges(solution, name) {
  try {
    return foundNudges(solution, name);
  } catch (error) {
    if (!(error instanceof ValueRangeError)) throw error;
    return [];
  }
}

function foundNudges({ data, given, values }, name) {
  const context = new Context(NUDGE_DIGITS);
  const slope = values.get(derivativeOf(data.cost, name)).full.value;
  if (slope.isZero) return [];
  const costAt = (number) => {
    const moved = new Map(given).set(name, exactly(number));
    return finish(evaluateAll(new Arithmetic(NUDGE_DIGITS), moved, data.definitions)).get(data.cost).value;
  };
  const start = given.get(name).value;
  const before = costAt(start);
  const nudge = (by) => {
    const after = costAt(context.add(start, by));
    const [expected, change] = [context.multiply(by, slope), context.subtract(after, before)];
    return { by, before, after, expected, change, bend: context.subtract(change, expected) };
  };
  for (let by = FIRST_NUDGE; by.compare(SMALLEST_NUDGE) >= 0; by = context.divide(by, TEN)) {
    const found = nudge(by);
    const most = context.multiply(NUDGE_CLOSE, found.expected.abs());
    if (found.bend.abs().compare(most) <= 0) return [nudge(context.multiply(by, TEN)), found, nudge(context.divide(by, TEN))];
  }
  return [];
}

/** Whether one size lies within so many times another. */
const isTimes = (times, one, other) => one.compare(new Context(NUDGE_DIGITS).multiply(Decimal.of(times), other));

function restOf(found) {
  if (found.every(({ bend, expected }) => isTimes("1e-20", bend.abs(), expected.abs()) <= 0)) return "straight";
  const sizes = found.map(({ bend }) => bend.abs());
  const square = sizes.slice(1).every((near, place) => isTimes("80", sizes[place], near) >= 0 && isTimes("125", sizes[place], near) <= 0);
  return square ? "bend as square" : "bend";
}

/** A number that no policy rounds, in the form of the page's numbers. */
function sizedNumber(solution, value) {
  if (solution.policy.significant !== null) return [numeral(solution.policy.sized(value))];
  return withoutPower(solution, !value.isZero && value.adjusted < -MOST_ZEROS ? value.toScientific() : value.toFixed());
}

const toPlaceEven = (value, place) => value.quantized(place, false);

Object.assign(WRITERS, {
  chain(solution, target, ...names) {
    const value = solution.values.get(target);
    const { substituted, direct } = workOut(["product", ...names.map(nameOf)], solution.values, value, solution.policy);
    if (!gives(substituted, Decimal.of(value.shown), solution.policy)) return null;
    return sentence("chain", { line: { math: [["", substituted], [direct, ["num", value.shown]]] } });
  },

  nudge(solution, name, word) {
    const found = nudgesOf(solution, name);
    if (!found.length) return null;
    const { by, before, after, change } = found[1];
    const goal = word || symbol(PAGE.solution.cost);
    const place = change.adjusted - 1;
    const slope = solution.values.get(derivativeOf(PAGE.solution.cost, name)).shown.replace(/^-/, "");
    return sentence("nudge", {
      v: symbol(name),
      by: sizedNumber(solution, by.normalized()),
      goal,
      moves: PAGE.sentences[change.direction > 0 ? "nudge up" : "nudge down"],
      before: sizedNumber(solution, toPlaceEven(before, place)),
      after: sizedNumber(solution, toPlaceEven(after, place)),
      expected: { math: [["", ["product", ["num", by.normalized().toFixed()], ["num", slope]]]] },
      rest: sentence(restOf(found), { goal }),
    });
  },

  "nudge cell"(solution, name, row, column) {
    const found = nudgesOf(solution, name);
    const legible = found.length && found.every(({ change, bend }) => !bend.isZero && change.adjusted - bend.adjusted <= NUDGE_LEGIBLE);
    if (!legible) return null;
    const { by, expected, change, bend } = found[row];
    const place = bend.adjusted - 1;
    const [told, real] = [toPlaceEven(expected, place), toPlaceEven(change, place)];
    const difference = toPlaceEven(new Context(NUDGE_DIGITS).subtract(real, told), place);
    return sizedNumber(solution, [by.normalized(), told, real, difference][column]);
  },

  shares(solution, target, ...about) {
    const context = new Context(NUDGE_DIGITS);
    const paths = about.filter((_, place) => place % 2).map((names) => solution.product(...names.split(" ")).full.value);
    const total = paths.reduce((sum, part) => context.add(sum, part), ZERO);
    if (total.isZero) return null;
    const parts = paths.map((part, place) => {
      const share = toPlaceEven(context.divide(context.multiply(part, HUNDRED), total), 0);
      const outputs = listed(about[2 * place].split(" ").map((name) => [symbol(name)]));
      const said = share.isZero ? PAGE.sentences["small share"] : `${share.toFixed()}\u202f%`.replace("-", "−");
      return sentence(place ? "share" : "first share", { outputs, share: said });
    });
    return sentence("shares", { target: symbol(target), parts: listed(parts) });
  },
});
