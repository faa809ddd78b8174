// Derivatives by central differences of the forward pass, which know nothing of the chain rule, as
// derive.proof.numeric.differences has them: (C(w + h) − C(w − h))/2h, refined by Richardson's extrapolation, with more digits where few do not show it.

/** The numbers of digits that are tried; the step is 10^(−digits/3), which leaves truncation and lost digits equally small. */
const PROOF_DIGITS = [60, 240, 960];

/** How many formulas may be worked out with the most digits, all derivatives together. */
const MOST_EFFORT = 2000;

/** Derivatives agree when they differ by less, relative to the larger; a numeric one counts when both steps gave it to this. */
const SAME_DERIVATIVE = Decimal.of("1e-15");
const STEPS_AGREE = Decimal.of("1e-18");
/** One that differs is believed when two precisions gave it alike. */
const CONFIRMED = Decimal.of("1e-10");

const proofContext = new Context(40);

/** How far two numbers lie apart, relative to the larger. */
function relativeGap(one, other) {
  const size = one.abs().compare(other.abs()) > 0 ? one.abs() : other.abs();
  return size.isZero ? ZERO : proofContext.divide(proofContext.subtract(one, other).abs(), size);
}

/** Moves one parameter after the other, and works the cost out anew. */
class Prover {
  constructor(solution) {
    const { definitions, cost } = solution.data;
    this.solution = solution;
    this.definitions = definitions;
    this.cost = cost;
    this.passes = new Map();
    this.effort = 0;
    this.kinked = new Set(solution.kinks.filter(({ exact }) => exact).flatMap(({ argument }) => [argument, ...this.before(argument)]));
  }

  /** All that a quantity is worked out from. */
  before(name) {
    const found = new Set([name]);
    for (const { name: known, expr } of [...this.definitions].reverse()) if (found.has(known)) namesOf(expr).forEach((used) => found.add(used));
    return found;
  }

  /** The definitions that a quantity goes into, directly or not. */
  behind(name) {
    const moved = new Set([name]);
    return this.definitions.filter(({ name: known, expr }) => namesOf(expr).some((used) => moved.has(used)) && moved.add(known));
  }

  /** The arithmetic and all values with a number of digits; null where that many do not give them. */
  pass(digits) {
    if (!this.passes.has(digits)) {
      const arithmetic = new Arithmetic(digits, digits);
      const values = orNull(() => finish(evaluateAll(arithmetic, this.solution.given, this.definitions.map(({ name, expr }) => ({ name, expr })))));
      this.passes.set(digits, values && { arithmetic, values });
    }
    return this.passes.get(digits);
  }

  /** The power of ten of what a parameter is multiplied by. */
  scale(parameter, values) {
    const factors = this.definitions
      .filter(({ expr }) => namesOf(expr).includes(parameter))
      .flatMap(({ expr }) => nodesOf(expr).filter(([kind, ...parts]) => kind === "product" && parts.some((part) => part[1] === parameter)))
      .flatMap((product) => namesOf(product).filter((name) => name !== parameter))
      .map((name) => values.get(name).value)
      .filter((value) => !value.isZero);
    return factors.length ? Math.max(...factors.map((value) => value.adjusted)) : 0;
  }

  /** The numeric derivative with a number of digits: {value, error, still}; null where there is none. */
  estimate(parameter, digits) {
    const pass = this.pass(digits);
    if (!pass) return null;
    const { arithmetic, values } = pass;
    const context = new Context(digits);
    const step = new Decimal(1n, -Math.floor(digits / 3) - this.scale(parameter, values));
    const moving = this.behind(parameter);
    const at = (amount) => {
      const moved = new Map(values).set(parameter, arithmetic.add([values.get(parameter), exactly(amount)]));
      for (const { name, expr } of moving) moved.set(name, arithmetic.evaluate(expr, moved));
      return moved.get(this.cost);
    };
    return orNull(() => {
      const slope = (half) => {
        const [high, low] = [at(half), at(half.negated())];
        return context.divide(arithmetic.add([high, low.negated()]).value, context.multiply(TWO, half));
      };
      const [wide, narrow] = [slope(step), slope(context.divide(step, TWO))];
      const refined = context.divide(context.subtract(context.multiply(new Decimal(4n, 0), narrow), wide), new Decimal(3n, 0));
      return { value: refined, error: context.subtract(narrow, wide).abs() };
    });
  }

  /** A derivative held against the numeric one: {derived, numeric, difference, holds, isKink}; numeric is null where none tells. */
  compare(parameter) {
    const derived = this.solution.values.get(derivativeName(this.cost, parameter)).full.value;
    if (this.kinked.has(parameter)) return { derived, numeric: null, isKink: true };
    const size = this.behind(parameter).length;
    let before = null;
    for (const digits of PROOF_DIGITS) {
      if (digits === PROOF_DIGITS.at(-1) && (this.effort += 4 * size) > MOST_EFFORT) break;
      const found = this.estimate(parameter, digits);
      if (!found) continue;
      const { value, error } = found;
      const difference = relativeGap(derived, value);
      if (derived.isZero && value.isZero && digits === PROOF_DIGITS[0]) continue; // it may be hidden by so few digits
      const isSettled = error.compare(proofContext.multiply(STEPS_AGREE, value.abs())) <= 0;
      if (isSettled && difference.compare(SAME_DERIVATIVE) <= 0) return { derived, numeric: value, difference, holds: true };
      if (isSettled && before && relativeGap(before, value).compare(CONFIRMED) <= 0) return { derived, numeric: value, difference, holds: false };
      before = isSettled && !value.isZero ? value : null;
    }
    return { derived, numeric: null, isKink: false };
  }
}

/** All gradients held against numeric ones, by their names; yields after each, as often as the page has time. */
function* prove(solution) {
  const prover = new Prover(solution);
  const found = new Map();
  for (const parameter of solution.data.parameters) {
    found.set(derivativeName(solution.data.cost, parameter), prover.compare(parameter));
    yield;
  }
  return found;
}
