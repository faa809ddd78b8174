// Decimal numbers of any length, with the rules of hand calculation: a sum or product of decimals is a decimal, a zero
// written at the end stays, and rounding is to the nearest, ties to the even digit or away from zero.

/** What has no value, as a phrase for readers: "a division by 0". */
class ValueRangeError extends Error {
  constructor(what) {
    super(what);
    this.what = what;
  }
}

const NO_VALUE = "a value that does not exist";
const TOO_LARGE = "a number too large to be written";

/** Exponents stay where a Number counts exactly. Beyond, a number is infinite or has vanished: 0, but with a sign. */
const LARGEST_EXPONENT = 4e15;

const POWERS = [1n];

/** 10 to the power of n. */
function power10(n) {
  if (n > 4000) return 10n ** BigInt(n);
  while (POWERS.length <= n) POWERS.push(POWERS[POWERS.length - 1] * 10n);
  return POWERS[n];
}

const magnitude = (c) => (c < 0n ? -c : c);

/** How many digits a whole number has; 0 has one. */
function digitCount(c) {
  const size = magnitude(c);
  const approximate = Number(size);
  let count = approximate < 1e300 ? Math.floor(Math.log10(approximate || 1)) : Math.floor((size.toString(16).length - 1) * 1.2041);
  while (size >= power10(count)) count += 1;
  return count || 1;
}

/** over / under for whole numbers, under > 0, rounded to the nearest. */
function roundedQuotient(over, under, tiesUp) {
  const quotient = over / under;
  const twice = 2n * magnitude(over % under);
  if (twice < under || (twice === under && !tiesUp && quotient % 2n === 0n)) return quotient;
  return over < 0n ? quotient - 1n : quotient + 1n;
}

/** A text without the zeros at its end; a regular expression would try each run of zeros. */
function withoutZeros(text) {
  let end = text.length;
  while (text[end - 1] === "0") end -= 1;
  return text.slice(0, end);
}

/** over / under, without what is left: a last digit 0 or 5 goes up instead, so that it is never taken for exact. */
function stickyQuotient(over, under) {
  const quotient = over / under;
  return over % under === 0n || quotient % 5n !== 0n ? quotient : quotient + (over < 0n ? -1n : 1n);
}

/** The number c · 10^e, c a BigInt, e a Number; what has vanished is 0 and keeps its sign in side. */
class Decimal {
  constructor(c, e, side = 0) {
    this.c = c;
    this.e = e;
    this.side = side;
    this.count = 0;
  }

  /** Not 0, but closer to it than any number that can be written. */
  static vanished(side) {
    return new Decimal(0n, -LARGEST_EXPONENT, side);
  }

  /** Larger than any number that can be written. */
  static infinite(side) {
    return new Decimal(BigInt(side), Infinity);
  }

  /** The number that a text such as "-1.50e-3" says. */
  static of(text) {
    const [, sign, whole, part, power] = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
    const c = BigInt(whole + part);
    return new Decimal(sign === "-" ? -c : c, Number(power || 0) - part.length);
  }

  get isZero() {
    return this.c === 0n;
  }

  get digits() {
    return this.count || (this.count = digitCount(this.c));
  }

  /** The power of ten of the first digit. */
  get adjusted() {
    return this.e + this.digits - 1;
  }

  get isInfinite() {
    return this.e === Infinity;
  }

  get sign() {
    return this.c > 0n ? 1 : this.c < 0n ? -1 : 0;
  }

  /** −1 for what is written with a minus sign, or has vanished on that side; else 1. */
  get direction() {
    return this.sign < 0 || this.side < 0 ? -1 : 1;
  }

  get isWhole() {
    return this.e >= 0 || this.isZero || (-this.e < this.digits + 1 && this.c % power10(-this.e) === 0n);
  }

  negated() {
    return new Decimal(-this.c, this.e, -this.side);
  }

  abs() {
    return this.direction < 0 ? this.negated() : this;
  }

  /** With the sign of another number. */
  signedAs(other) {
    return this.direction === other.direction ? this : this.negated();
  }

  /** −1, 0 or 1 as this number is smaller than, equal to or larger than another. */
  compare(other) {
    if (this.sign !== other.sign) return this.sign < other.sign ? -1 : 1;
    if (this.isZero) return 0;
    if (this.e === other.e) return this.c < other.c ? -1 : this.c > other.c ? 1 : 0;
    if (this.adjusted !== other.adjusted) return this.adjusted < other.adjusted === this.c > 0n ? -1 : 1;
    const gap = this.e - other.e;
    const left = gap > 0 ? this.c * power10(gap) : this.c;
    const right = gap < 0 ? other.c * power10(-gap) : other.c;
    return left < right ? -1 : left > right ? 1 : 0;
  }

  equals(other) {
    return this.compare(other) === 0;
  }

  /** The same number without zeros at the end. */
  normalized() {
    if (this.isZero) return ZERO;
    const text = this.c.toString();
    const kept = withoutZeros(text);
    return new Decimal(BigInt(kept), this.e + text.length - kept.length);
  }

  /** Rounded, or filled with zeros, so that its last digit stands for 10^place. */
  quantized(place, tiesUp) {
    if (this.e >= place) return new Decimal(this.isZero ? 0n : this.c * power10(this.e - place), place);
    if (this.adjusted < place - 1) return new Decimal(0n, place);
    return new Decimal(roundedQuotient(this.c, power10(place - this.e), tiesUp), place);
  }

  /** With all zeros that its size takes, never with a power of ten. */
  toFixed() {
    let digits = magnitude(this.c).toString();
    if (this.e > 0) digits = this.isZero ? "0" : digits + "0".repeat(this.e);
    if (this.e < 0) {
      digits = digits.padStart(1 - this.e, "0");
      digits = `${digits.slice(0, this.e)}.${digits.slice(this.e)}`;
    }
    return this.c < 0n ? `-${digits}` : digits;
  }

  /** The same without idle zeros: "2.5", "100". */
  toShortest() {
    const shortest = this.normalized();
    return (shortest.e > 0 ? shortest.quantized(0, false) : shortest).toFixed();
  }

  /** With a power of ten: "-1.23e-5". */
  toScientific() {
    const digits = magnitude(this.c).toString();
    const point = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    return `${this.c < 0n ? "-" : ""}${point}e${this.adjusted}`;
  }
}

const ZERO = new Decimal(0n, 0);
const ONE = new Decimal(1n, 0);
const TWO = new Decimal(2n, 0);
const HALF = new Decimal(5n, -1);

/** The largest whole number whose square is not above n. */
function wholeRoot(n) {
  if (n < 2n) return n;
  let root = 1n << BigInt(Math.ceil(n.toString(16).length * 2));
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/**
 * Arithmetic that rounds each result to a number of digits, ties to even, and notes when that changed it. A sticky context
 * rounds so that a later rounding to fewer digits, and every comparison, comes out as for the number itself.
 */
class Context {
  constructor(digits, sticky = false) {
    this.digits = digits;
    this.sticky = sticky;
    this.inexact = false;
  }

  /** A number rounded to the digits of the context. */
  plus(value) {
    let { c, e } = value;
    if (value.isInfinite || (value.isZero && value.side)) return value;
    const excess = value.digits - this.digits;
    if (excess > 0) {
      const unit = power10(excess);
      if (c % unit !== 0n) this.inexact = true;
      c = this.sticky ? stickyQuotient(c, unit) : roundedQuotient(c, unit, false);
      e += excess;
      if (magnitude(c) === power10(this.digits)) {
        c /= 10n;
        e += 1;
      }
      value = new Decimal(c, e);
    }
    if (value.isZero || Math.abs(e) <= LARGEST_EXPONENT) return value;
    this.inexact = true;
    return e > 0 ? Decimal.infinite(value.sign) : Decimal.vanished(value.sign);
  }

  add(left, right) {
    if (left.isInfinite || right.isInfinite) {
      if (left.isInfinite && right.isInfinite && left.sign !== right.sign) throw new ValueRangeError(NO_VALUE);
      return left.isInfinite ? left : right;
    }
    if (left.isZero || right.isZero) {
      const value = left.isZero ? right : left;
      const e = Math.min(left.e, right.e);
      if (value.isZero) return new Decimal(0n, e, left.side * right.side < 0 ? 1 : left.side || right.side);
      return this.plus(value.quantized(Math.min(value.e, Math.max(e, value.adjusted - this.digits + 1)), false));
    }
    let [high, low] = left.e >= right.e ? [left, right] : [right, left];
    if (Math.abs(left.adjusted - right.adjusted) > this.digits + Math.max(left.digits, right.digits) + 5) {
      // The smaller number is far beyond the last digit: only its sign can matter.
      const [large, small] = left.adjusted > right.adjusted ? [left, right] : [right, left];
      const place = large.adjusted - this.digits - large.digits - 3;
      [high, low] = [large, new Decimal(small.c < 0n ? -1n : 1n, place)];
    }
    return this.plus(new Decimal(high.c * power10(high.e - low.e) + low.c, low.e));
  }

  subtract(left, right) {
    return this.add(left, right.negated());
  }

  multiply(left, right) {
    const side = left.direction * right.direction;
    if (left.isInfinite || right.isInfinite) {
      if (left.isZero || right.isZero) throw new ValueRangeError(NO_VALUE);
      return Decimal.infinite(side);
    }
    if (left.side || right.side) return Decimal.vanished(side);
    return this.plus(new Decimal(left.c * right.c, left.e + right.e));
  }

  divide(left, right) {
    if (right.isZero) throw new ValueRangeError("a division by 0");
    if (left.isInfinite && right.isInfinite) throw new ValueRangeError(NO_VALUE);
    const side = left.direction * right.direction;
    if (left.isInfinite) return Decimal.infinite(side);
    if (right.isInfinite || left.side) return Decimal.vanished(side);
    const ideal = left.e - right.e;
    if (left.isZero) return new Decimal(0n, ideal);
    const shift = Math.max(0, this.digits + right.digits - left.digits + 2);
    const over = left.c * power10(shift);
    let c = over / right.c;
    let e = ideal - shift;
    if (over % right.c !== 0n) {
      c = c * 10n + (over < 0n === right.c < 0n ? 1n : -1n); // what follows is not nothing
      e -= 1;
    } else {
      while (e < ideal && c % 10n === 0n) {
        c /= 10n;
        e += 1;
      }
    }
    return this.plus(new Decimal(c, e));
  }

  sqrt(value) {
    if (value.c < 0n) throw new ValueRangeError(NO_VALUE);
    if (value.isInfinite || value.side) return value;
    const ideal = Math.floor(value.e / 2);
    if (value.isZero) return new Decimal(0n, ideal);
    let shift = Math.max(0, 2 * this.digits + 4 - value.digits);
    if ((value.e - shift) % 2 !== 0) shift += 1;
    const square = value.c * power10(shift);
    let c = wholeRoot(square);
    let e = (value.e - shift) / 2;
    if (c * c !== square) {
      c = c * 10n + 1n;
      e -= 1;
    } else {
      while (e < ideal && c % 10n === 0n) {
        c /= 10n;
        e += 1;
      }
    }
    return this.plus(new Decimal(c, e));
  }

  /** A power; multiplied out for a whole exponent up to 1000. */
  power(base, exponent) {
    if (exponent.isWhole && exponent.c >= 0n && exponent.compare(new Decimal(1000n, 0)) <= 0) {
      return this.multiplied(base, Number(exponent.quantized(0, false).c));
    }
    if (base.isZero) return exponent.c < 0n ? Decimal.infinite(1) : ZERO;
    if (base.isInfinite || exponent.isInfinite) throw new ValueRangeError(TOO_LARGE);
    if (base.c < 0n && !exponent.isWhole) throw new ValueRangeError(NO_VALUE);
    if (base.equals(ONE) && !exponent.isWhole) return padded(1, this.digits);
    const digits = Math.max(this.digits, base.digits) + 25;
    const work = new Context(digits);
    const result = this.plus(exponential(work.multiply(exponent, logarithm(base.abs(), digits)), digits));
    this.inexact = true;
    const odd = exponent.e <= 0 && exponent.quantized(0, false).c % 2n !== 0n;
    return base.c < 0n && odd ? result.negated() : result;
  }

  multiplied(base, times) {
    const work = new Context(this.digits + 8);
    let result = ONE;
    for (const bit of times.toString(2)) {
      result = work.multiply(result, result);
      if (bit === "1") result = work.multiply(result, base);
    }
    if (work.inexact) this.inexact = true;
    return this.plus(result);
  }
}
