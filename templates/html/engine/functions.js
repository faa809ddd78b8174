// The functions of formulas at any number of digits. They are worked out as whole numbers that count 2^−bits, with
// guard bits, and more of these until it is plain which way the last digit is rounded.

const BITS_PER_DIGIT = 3.3219281;

/** With so many guard bits a value that is still not settled is taken as it is. */
const MOST_GUARD_BITS = 40000;

/** How many bits a whole number has, give or take three. */
const bitCount = (c) => magnitude(c).toString(16).length * 4;

/** over / under as a multiple of 2^−bits. */
const ratioBits = (over, under, bits) => (over << BigInt(bits)) / under;

/** A decimal as a multiple of 2^−bits. */
function inBits(x, bits) {
  return x.e >= 0 ? (x.c * power10(x.e)) << BigInt(bits) : ratioBits(x.c, power10(-x.e), bits);
}

/**
 * A value rounded to a number of digits.
 *
 * compute(bits) gives [value as a multiple of 2^−bits, power of ten that it is still to be multiplied by], with an
 * error of at most 2^12 such units. extraBits are those that a value far below 1 takes.
 */
function settled(digits, extraBits, compute) {
  const wanted = digits * BITS_PER_DIGIT;
  let guard = 80;
  let extra = Math.max(0, extraBits);
  for (;;) {
    const bits = Math.ceil(wanted + guard + extra);
    const [c, power] = compute(bits);
    const last = guard + extra > MOST_GUARD_BITS;
    const spare = guard - 46; // bits beyond those wanted, all of which can be trusted
    const lacking = wanted + spare + 26 - bitCount(c);
    if (lacking > 0) {
      if (c === 0n && last) return ZERO;
      extra += lacking; // it is smaller than was thought
      continue;
    }
    const shift = Math.ceil((wanted + spare - (bitCount(c) - bits)) / BITS_PER_DIGIT);
    const scaled = shift >= 0 ? (c * power10(shift)) >> BigInt(bits) : c / (power10(-shift) << BigInt(bits));
    const half = 5n * power10(digitCount(scaled) - digits - 1);
    const beyond = magnitude(scaled) % (2n * half);
    if (magnitude(beyond - half) < 16n && !last) {
      guard *= 2; // next to a tie
      continue;
    }
    return new Context(digits).plus(new Decimal(scaled, power - shift));
  }
}

/** A whole number of one digit, written with a number of digits: it is only rounded to that. */
const padded = (n, digits) => new Decimal(BigInt(n), 0).quantized(1 - digits, false);

/** Remembers a constant with the most bits that it was asked for with. */
function constant(compute) {
  let known = 0n;
  let have = -1;
  return (bits) => {
    if (bits > have) {
      have = bits + 64;
      known = compute(have);
    }
    return known >> BigInt(have - bits);
  };
}

/** The inverse tangent of 1/n, or with sign = 1 the inverse hyperbolic tangent. */
function inverseOf(n, bits, sign) {
  let term = ratioBits(1n, n, bits + 16);
  let sum = term;
  for (let k = 3n; term !== 0n; k += 2n) {
    term = (sign * term) / (n * n);
    sum += term / k;
  }
  return sum >> 16n;
}

const LN10 = constant((bits) => 46n * inverseOf(31n, bits, 1n) + 34n * inverseOf(49n, bits, 1n) + 20n * inverseOf(161n, bits, 1n));
const PI = constant((bits) => 16n * inverseOf(5n, bits, -1n) - 4n * inverseOf(239n, bits, -1n));

/** e^x for a small x: halved until its series is short, then squared as often. */
function expBits(x, bits) {
  const halvings = Math.ceil(Math.sqrt(bits) / 1.5) + 2;
  const wide = BigInt(bits + 2 * halvings);
  const small = x << BigInt(halvings); // x / 2^halvings, in units of 2^−wide
  let term = 1n << wide;
  let sum = term;
  for (let k = 1n; term !== 0n && term !== -1n; k += 1n) {
    term = ((term * small) >> wide) / k;
    sum += term;
  }
  for (let i = 0; i < halvings; i += 1) sum = (sum * sum) >> wide;
  return sum >> BigInt(2 * halvings);
}

/** The natural logarithm of a number near 1: Halley's steps, each of which triples the digits. */
function logBits(x, bits) {
  let known = 48;
  let y = BigInt(Math.round(Math.log(Number(x >> BigInt(Math.max(0, bits - 60))) / 2 ** Math.min(bits, 60)) * 2 ** 50)) << BigInt(bits - 50);
  while (known < bits + 8) {
    known *= 3;
    const work = Math.min(bits, known);
    const drop = BigInt(bits - work);
    const e = expBits(y >> drop, work);
    const at = x >> drop;
    y = (y >> drop << drop) + (ratioBits(2n * (at - e), at + e, work) << drop);
  }
  return y;
}

function exponential(x, digits) {
  if (x.isZero) return ONE;
  if (x.adjusted > 15) return x.c > 0n ? Decimal.infinite(1) : Decimal.vanished(1);
  if (x.adjusted < -digits - 5) return padded(1, digits);
  return settled(digits, x.adjusted * BITS_PER_DIGIT, (bits) => {
    const at = inBits(x, bits);
    const unit = LN10(bits);
    let power = at / unit;
    if (at < 0n) power -= 1n;
    // The unit is known to 64 bits more than are asked for, so that a large multiple of it is not far off.
    const rest = at - ((power * LN10(bits + 64)) >> 64n);
    return [expBits(rest, bits), Number(power)];
  });
}

function logarithm(x, digits) {
  const up = x.c * 3n > power10(x.digits) ? 1 : 0; // brought between 1/3 and 10/3
  const power = x.adjusted + up;
  const mantissa = new Decimal(x.c, x.e - power);
  const beside = new Context(mantissa.digits + 5).subtract(mantissa, ONE);
  if (power === 0 && beside.isZero) return ZERO;
  const closeness = power === 0 ? -beside.adjusted * BITS_PER_DIGIT : 0;
  return settled(digits, closeness, (bits) => [logBits(inBits(mantissa, bits), bits) + BigInt(power) * LN10(bits), 0]);
}

/** ln(1 + x), with as many digits more as 1 + x would swallow. */
function logarithmBeside1(x, digits) {
  const smallness = Math.max(0, -x.adjusted);
  const context = new Context(digits + (smallness > digits ? 0 : smallness) + 5);
  if (smallness > digits) {
    const square = context.divide(context.multiply(x, x), TWO);
    return new Context(digits).plus(context.subtract(x, square));
  }
  const sum = context.add(ONE, x);
  if (sum.c <= 0n) throw new ValueRangeError(NO_VALUE);
  return logarithm(sum, digits);
}

/** e^x − 1, with as many digits more as the 1 swallows. */
function exponentialBeside1(x, digits) {
  const smallness = Math.max(0, -x.adjusted);
  const context = new Context(digits + (smallness > digits ? 0 : smallness) + 5);
  if (smallness > digits) {
    const square = context.divide(context.multiply(x, x), TWO);
    return new Context(digits).plus(context.add(x, square));
  }
  return new Context(digits).plus(context.subtract(exponential(x, context.digits), ONE));
}

/** (1 − t)/(1 + t), t = exp(−2|x|), with as many digits more as 1 − t loses near 0. */
function hyperbolicTangent(x, digits) {
  const size = x.abs();
  const context = new Context(digits + Math.max(0, -size.adjusted) + 5);
  const t = exponential(context.multiply(TWO.negated(), size), context.digits);
  const ratio = context.divide(context.subtract(ONE, t), context.add(ONE, t));
  return new Context(digits).plus(ratio).signedAs(x);
}

/** What tanh x lacks to 1 for a positive x: 2·t/(1 + t), t = exp(−2x). */
function tangentBeside1(x, digits) {
  const context = new Context(digits + 5);
  const t = exponential(context.multiply(TWO.negated(), x), context.digits);
  return new Context(digits).divide(context.multiply(TWO, t), context.add(ONE, t));
}

/** (e^x ± e^−x)/2. */
function hyperbolic(x, digits, sign) {
  if (x.isZero || x.adjusted < -digits) return sign < 0 ? new Context(digits).plus(x) : padded(1, digits);
  const context = new Context(digits + Math.max(0, -x.adjusted) + 5);
  const grown = exponential(x.abs(), context.digits);
  const shrunk = context.divide(ONE, grown);
  const twice = sign < 0 ? context.subtract(grown, shrunk) : context.add(grown, shrunk);
  const half = new Context(digits).plus(context.divide(twice, TWO));
  return sign < 0 && x.c < 0n ? half.negated() : half;
}

/** The sine or cosine by its series, after whole quarter turns are taken off. */
function circular(x, digits, turns) {
  if (x.isZero || x.adjusted < -digits) return turns ? padded(1, digits) : new Context(digits).plus(x);
  const size = Math.max(0, x.adjusted) * BITS_PER_DIGIT;
  return settled(digits, Math.abs(x.adjusted) * BITS_PER_DIGIT, (bits) => {
    const wide = bits + Math.ceil(size) + 8;
    const quarter = PI(wide) >> 1n;
    const at = inBits(x, wide);
    let quarters = (2n * at + quarter) / (2n * quarter);
    if (2n * at + quarter < 0n) quarters -= 1n;
    const rest = (at - quarters * quarter) >> BigInt(wide - bits);
    const which = Number((((quarters + BigInt(turns)) % 4n) + 4n) % 4n);
    let term = which % 2 ? 1n << BigInt(bits) : rest;
    let sum = term;
    const square = (rest * rest) >> BigInt(bits);
    for (let k = which % 2 ? 1n : 2n; term !== 0n && term !== -1n; k += 2n) {
      term = -((term * square) >> BigInt(bits)) / (k * (k + 1n));
      sum += term;
    }
    return [which < 2 ? sum : -sum, 0];
  });
}

/** The inverse tangent: 2·atan(x/(1 + √(1 + x²))) a few times over, then the series. */
function inverseTangent(x, digits) {
  if (x.isZero || x.adjusted < -digits) return new Context(digits).plus(x);
  return settled(digits, Math.max(0, -x.adjusted) * BITS_PER_DIGIT, (bits) => {
    const one = 1n << BigInt(bits);
    const large = x.adjusted >= 0;
    let at = large ? inBits(new Context(Math.ceil(bits / 3)).divide(ONE, x), bits) : inBits(x, bits);
    for (let i = 0; i < 6; i += 1) at = ratioBits(at, one + wholeRoot(one * one + at * at), bits);
    const square = (at * at) >> BigInt(bits);
    let term = at;
    let sum = at;
    for (let k = 3n; term !== 0n && term !== -1n; k += 2n) {
      term = -((term * square) >> BigInt(bits));
      sum += term / k;
    }
    sum *= 64n;
    return [large ? (x.c < 0n ? -1n : 1n) * (PI(bits) >> 1n) - sum : sum, 0];
  });
}

/** The error function as a multiple of 2^−bits: 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1)/(1·3·5 … (2n+1)). */
function erfBits(x, bits) {
  const wide = bits + 32;
  const at = inBits(x, wide);
  const square = (at * at) >> BigInt(wide);
  let term = at;
  let sum = at;
  for (let k = 3n; term !== 0n && term !== -1n; k += 2n) {
    term = ((2n * term * square) >> BigInt(wide)) / k;
    sum += term;
  }
  const growth = exponential(new Context(2 * x.digits + 2).multiply(x, x), Math.ceil(wide / BITS_PER_DIGIT) + 5);
  const shrunk = ratioBits(2n * sum, inBits(growth, wide), wide);
  return ratioBits(shrunk, wholeRoot(PI(wide) << BigInt(wide)), wide) >> 32n;
}

function errorFunction(x, digits) {
  if (x.isZero) return ZERO;
  if (square(x) > digits * 2.4 + 10) return padded(x.sign, digits);
  return settled(digits, Math.max(0, -x.adjusted) * BITS_PER_DIGIT, (bits) => [erfBits(x, bits), 0]);
}

/** Its complement: 1 − erf x, and far out, where that would lose digits, by the asymptotic series. */
function errorComplement(x, digits) {
  const far = x.c < 0n ? 0 : square(x);
  if (x.c < 0n && square(x) > digits * 2.4 + 10) return padded(2, digits);
  if (far < digits * 2.4 + 60) {
    return settled(digits, far * 1.4427 + 8, (bits) => [(1n << BigInt(bits)) - erfBits(x, bits), 0]);
  }
  const context = new Context(digits + 15);
  const double = context.multiply(TWO, context.multiply(x, x));
  let term = ONE;
  let sum = ONE;
  for (let k = 1n; !term.isZero && term.adjusted > -digits - 15; k += 2n) {
    term = context.divide(context.multiply(term, new Decimal(-k, 0)), double);
    sum = context.add(sum, term);
  }
  const exponent = new Context(2 * x.digits + 2).multiply(x, x).negated();
  const under = context.multiply(x, context.sqrt(circleNumber(context.digits)));
  return new Context(digits).plus(context.divide(context.multiply(sum, exponential(exponent, context.digits)), under));
}

/** x², roughly. */
const square = (x) => (x.adjusted > 9 ? Infinity : x.adjusted < -9 ? 0 : Number(x.toFixed().slice(0, 40)) ** 2);

const circleNumber = (digits) => settled(digits, 0, (bits) => [PI(bits), 0]);

/** A function's value as [an exact number, a small rest], where it is close to one; else null. */
function besideExact(name, x, digits) {
  const size = x.abs();
  const one = ONE.signedAs(x);
  if (name === "exp" && size.compare(HALF) < 0) return [ONE, exponentialBeside1(x, digits)];
  if (name === "tanh" && size.compare(ONE) > 0) return [one, tangentBeside1(size, digits).signedAs(one.negated())];
  if (name === "erf" && size.compare(ONE) > 0) return [one, errorComplement(size, digits).signedAs(one.negated())];
  if (name === "erfc" && x.c < 0n && size.compare(ONE) > 0) return [TWO, errorComplement(size, digits).negated()];
  return null;
}

/** The functions of one argument, to a number of digits, and what they are at 0, where that is exact. */
const FUNCTIONS = {
  exp: [exponential, ONE],
  log: [logarithm, null],
  log1p: [logarithmBeside1, ZERO],
  tanh: [hyperbolicTangent, ZERO],
  sinh: [(x, digits) => hyperbolic(x, digits, -1), ZERO],
  cosh: [(x, digits) => hyperbolic(x, digits, 1), ONE],
  sin: [(x, digits) => circular(x, digits, 0), ZERO],
  cos: [(x, digits) => circular(x, digits, 1), ONE],
  atan: [inverseTangent, ZERO],
  erf: [errorFunction, ZERO],
  erfc: [errorComplement, ONE],
};
