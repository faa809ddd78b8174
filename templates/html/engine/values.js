// The value of every quantity, twice: at full precision, and as it is carried and printed.

/** Digits of full precision that are promised; results are worked out with more until these are sure. */
const PROMISED_DIGITS = 25;

/** Full precision is tried with more and more digits. sigmoid(±2000) needs about 900. */
const PRECISIONS = [50, 80, 200, 500, 1200, 3000];

/** An exact result longer than this is rounded, so that long calculations do not drag thousands of digits along. */
const EXACT_DIGITS = 120;

/** How many significant digits of a value at full precision are printed, or how many more than are printed anyway. */
const FULL_DIGITS = 6;
const MORE_DIGITS = 2;

/** A value that does not exist, with the quantity that it was to be. */
class QuantityError extends ValueRangeError {
  constructor(name, what, rounded) {
    super(what);
    this.name = name;
    this.rounded = rounded; // whether it is met only because values were rounded
  }
}

/** What compute gives; a value that does not exist is told with the quantity that it was to be. */
function named(name, rounded, compute) {
  try {
    return compute();
  } catch (error) {
    throw error instanceof ValueRangeError && !(error instanceof QuantityError) ? new QuantityError(name, error.what, rounded) : error;
  }
}

/** A quantity's value. */
class Value {
  /**
   * full: the Real at full precision, whatever is shown.
   * carried: what later steps go on with: the same, or where each step is rounded the printed number.
   * shown: what is printed.
   */
  constructor(full, carried, shown, policy) {
    this.full = full;
    this.carried = carried;
    this.shown = shown;
    this.policy = policy;
  }

  /** "erased" where rounding turned it into 0, "hollow" where few digits are left, else null. */
  get loss() {
    if (!this.full.sign) return null;
    const printed = Decimal.of(this.shown);
    if (printed.isZero) return "erased";
    if (this.policy.decimals === null || printed.equals(this.full.value)) return null;
    return 2 * this.policy.keptDigits(this.shown) < this.policy.decimals ? "hollow" : null;
  }

  /** How the quantity and its printed value are related: exactly, where the printed value is what is carried. */
  get sign() {
    return isText(this.shown, this.carried) ? "=" : "≈";
  }

  /** At full precision, as text: all digits where it ends, else 15 significant ones. */
  get exact() {
    const { value, exact } = this.full;
    if (value.isZero) return "0";
    const kept = exact ? value.normalized() : new Context(15).plus(value);
    return kept.adjusted < -7 || kept.adjusted > (exact ? 25 : 14) ? kept.toScientific() : kept.toFixed();
  }

  /** At full precision, as a page prints it: to six significant digits, or two more than are printed. */
  get fullShown() {
    const { value, exact } = this.full;
    const finer = significantDigits(Math.max(FULL_DIGITS, this.policy.keptDigits(this.shown) + MORE_DIGITS), this.policy.tiesUp);
    if (this.policy.significant !== null) return finer.shown(value, exact);
    const short = exact && finer.fits(value);
    const number = short ? value : finer.rounded(value);
    if (!number.isZero && number.adjusted < -MOST_ZEROS) return (short ? number.normalized() : number).toScientific();
    return short ? number.toShortest() : number.toFixed();
  }

  /** Whether it is not 0, but closer to 0 than any number that can be written. */
  get vanished() {
    return this.full.vanished;
  }

  /** −1, 0 or 1 as the value at full precision is negative, zero or positive. */
  get direction() {
    return this.full.sign;
  }
}

/** Whether a printed text is exactly a number. */
const isText = (text, real) => real.exact && Decimal.of(text).equals(real.value);

/** A value as it is printed, from what was worked out from carried values and the quantity at full precision. */
function valueOf(result, full, policy) {
  const shown = policy.shown(result.value, full.exact && result.exact && result.value.equals(full.value));
  return new Value(full, policy.eachStep ? exactly(Decimal.of(shown)) : result, shown, policy);
}

/** Every quantity to at least PROMISED_DIGITS digits, or exactly. A formula is {name, expr, stable?}. */
function fullPrecision(given, formulas, policy) {
  return finish(sure((arithmetic) => evaluateAll(arithmetic, given, formulas), policy));
}

/** Runs a generator to its end. */
function finish(generator) {
  for (;;) {
    const { done, value } = generator.next();
    if (done) return value;
  }
}

/**
 * What a computation gives at the first precision at which its promised digits are sure: it is made twice, the second
 * time with more digits, and where the two differ, cancellation has eaten the digits, and more are taken.
 */
function* sure(compute, policy, precisions = PRECISIONS) {
  let before = null;
  for (const digits of precisions) {
    const arithmetic = new Arithmetic(digits, Math.max(EXACT_DIGITS, digits));
    let now;
    try {
      now = yield* compute(arithmetic);
    } catch (error) {
      // ln(1 − O) of an output that is 1 as far as these digits go; with more it may not be.
      if (!(error instanceof QuantityError) || digits === precisions[precisions.length - 1]) throw error;
      continue;
    }
    if (before && !arithmetic.cancelled && [...now].every(([name, real]) => agree(before.get(name), real, policy))) return now;
    before = now;
  }
  return before;
}

/** Whether two values agree in all digits that are promised, and in all that the policy prints. */
function agree(before, now, policy) {
  if (now.exact || (now.vanished && before.vanished)) return true;
  if (now.value.isZero || before.value.isZero) return false;
  const size = now.value.adjusted;
  let last = size - Math.max(PROMISED_DIGITS, (policy.significant ?? 0) + 5);
  if (policy.decimals !== null) last = Math.min(last, -policy.decimals - 5);
  const difference = new Context(50).subtract(before.value, now.value);
  return difference.isZero || difference.adjusted < last;
}

/** The value of each formula, in order, in a Map that begins with the given ones. */
function* evaluateAll(arithmetic, given, formulas) {
  const values = new Map(given);
  for (const { name, expr, stable } of formulas) {
    values.set(name, named(name, false, () => arithmetic.evaluate(stable ?? expr, values)));
  }
  return values;
}

/** The Values of formulas over known ones, without those known. */
function follow(known, formulas, full, policy) {
  const carried = new Map([...known].map(([name, value]) => [name, value.carried]));
  const found = new Map();
  for (const { name, expr } of formulas) {
    const exact = full.get(name);
    const value = named(name, policy.eachStep, () => valueOf(policy.eachStep ? carriedResult(expr, carried, policy) : exact, exact, policy));
    carried.set(name, value.carried);
    found.set(name, value);
  }
  return found;
}

/** The value of a formula over carried numbers, with as many digits as it takes to round it rightly. */
function carriedResult(expr, carried, policy) {
  let before = null;
  let result;
  for (const digits of PRECISIONS) {
    const arithmetic = new Arithmetic(digits + policy.digits);
    result = arithmetic.evaluate(expr, carried);
    if (result.exact) break;
    const now = policy.rounded(result.value);
    if (before && now.equals(before) && !arithmetic.cancelled) break;
    before = now;
  }
  return result;
}
