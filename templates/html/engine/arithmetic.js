// Arithmetic that knows whether a result is exact. Sums, products and whole powers of exact decimals are exact, as by hand;
// quotients and functions are worked out to the given number of digits where they do not end.

/** How many digits a sum must keep to be trusted, and with how many left none is sure. */
const TRUSTED_DIGITS = 27;
const NOISE_DIGITS = 3;

/** How many values of functions are remembered: exp(−z) occurs in a sigmoid and twice in its derivative. */
const REMEMBERED = 256;

/** Operations at one precision. Exact results may grow to exactDigits before they are rounded and called inexact. */
class Arithmetic {
  constructor(digits = 50, exactDigits = 2000) {
    this.digits = digits;
    this.context = new Context(digits);
    /** The same, for results of which nobody asks whether they are exact. */
    this.loose = new Context(digits);
    this.sticky = new Context(digits, true);
    this.wide = new Context(Math.max(exactDigits, digits));
    /** Whether a sum has lost so many digits that fewer than TRUSTED_DIGITS of it are sure. */
    this.cancelled = false;
    /** Whether a number was too large to be written. */
    this.overflowed = false;
    this.known = new Map();
  }

  /** The value of a formula; names maps the names in it to Reals. */
  evaluate(tree, names) {
    let result;
    try {
      result = this.reckon(tree, names);
    } catch (error) {
      throw error instanceof ValueRangeError && error.what === NO_VALUE && this.overflowed ? new ValueRangeError(TOO_LARGE) : error;
    }
    if (result.value.isInfinite) throw new ValueRangeError(TOO_LARGE);
    return result;
  }

  reckon(tree, names) {
    const all = (trees) => trees.map((part) => this.reckon(part, names));
    switch (tree[0]) {
      case "name":
        return names.get(tree[1]);
      case "num":
        return exactly(Decimal.of(tree[1]));
      case "sum":
        return this.add(all(tree.slice(1)));
      case "product":
        return this.product(tree, names);
      case "neg":
        return this.reckon(tree[1], names).negated();
      case "quotient":
        return this.divide(...all(tree.slice(1)));
      case "power":
        return this.power(...all(tree.slice(1)));
      case "group":
        return this.reckon(tree[1], names);
      case "call":
        return this.call(tree[1], all(tree.slice(2)));
      case "cases":
        return this.reckon(this.branch(tree, names), names);
      default:
        throw new TypeError(`no rule for ${tree[0]}`);
    }
  }

  /** The branch that holds of a definition by cases. */
  branch([, branches, otherwise], names) {
    const holding = branches.find(([, test]) => this.holds(test, names));
    return holding ? holding[0] : otherwise;
  }

  /** Whether a comparison is true. */
  holds([left, relation, right], names) {
    const order = this.compare(this.evaluate(left, names), this.evaluate(right, names));
    return { ">": order > 0, ">=": order >= 0, "<": order < 0, "<=": order <= 0, "==": order === 0, "!=": order !== 0 }[relation];
  }

  /** Factors multiplied before anything is divided, so that (1/3)·0.9 is exactly 0.3. */
  product(tree, names) {
    let over = null;
    let under = null;
    for (let factor of tree.slice(1)) {
      if (factor[0] === "quotient") {
        const divisor = this.reckon(factor[2], names);
        under = under ? this.multiply(under, divisor) : divisor;
        factor = factor[1];
      }
      const value = this.reckon(factor, names);
      over = over ? this.multiply(over, value) : value;
    }
    return under ? this.divide(over, under) : over;
  }

  /** Whether the last results of a context were rounded; asked once. */
  wasRounded(context) {
    const { inexact } = context;
    context.inexact = false;
    return inexact;
  }

  /** A result with what the context knows of it. */
  settle(value, context, exact) {
    if (!this.wasRounded(context)) return new Real(value, exact);
    if (value.isInfinite) this.overflowed = true;
    return inexactly(exact && context === this.wide ? this.loose.plus(value) : value);
  }

  /** The sum: the exact terms apart from the others, each rounded once per addition. */
  add(terms) {
    let total = null;
    const rests = [];
    for (const term of terms) {
      const { value, exact, ratio, near, rest } = term;
      if (!exact && ratio) {
        const ratios = terms.map((each) => each.fraction);
        if (ratios.every(Boolean)) return this.rational(ratios.reduce((sum, each) => sum.plus(each)));
      }
      if (!exact && !near) {
        rests.push(term);
        continue;
      }
      if (!exact) rests.push(rest);
      const part = exact ? value : near;
      total = total ? this.wide.add(total, part) : part;
    }
    if (this.wasRounded(this.wide)) return this.addFarApart(terms);
    if (!rests.length) return exactly(total);
    const left = this.addInexact(rests);
    return total ? this.beside(total, left) : left;
  }

  addInexact(terms) {
    if (terms.length === 1) return terms[0];
    if (terms.some(({ exact, near }) => exact || near)) return this.add(terms);
    const total = terms.map(({ value }) => value).reduce((sum, value) => this.loose.add(sum, value));
    const sizes = terms.filter(({ value }) => !value.isZero).map(({ value }) => value.adjusted);
    const lost = !sizes.length ? 0 : total.isZero ? this.digits : Math.max(...sizes) - total.adjusted;
    if (lost > this.digits - TRUSTED_DIGITS) this.cancelled = true;
    return inexactly(lost > this.digits - NOISE_DIGITS ? ZERO : total);
  }

  /** A sum whose exact parts lie so far apart that it has too many digits: the larger ones, and the rest. */
  addFarApart(terms) {
    const parts = terms.flatMap((term) => (term.near ? [exactly(term.near), term.rest] : [term]));
    const exact = parts.filter((part) => part.exact).sort((one, other) => other.value.abs().compare(one.value.abs()));
    const rests = parts.filter((part) => !part.exact);
    let total = ZERO;
    for (const part of exact) {
      const longer = this.wide.add(total, part.value);
      if (this.wasRounded(this.wide)) rests.push(part);
      else total = longer;
    }
    return this.beside(total, this.addInexact(rests));
  }

  /** An exact number plus a rest, kept apart where the rest is the smaller one. */
  beside(near, rest) {
    if (near.isZero) return rest;
    const small = rest.value;
    if (small.isZero && !rest.vanished) return rest.exact ? exactly(near) : inexactly(this.loose.plus(near));
    // As one decimal, on the right side of the exact number however small the rest is.
    const least = new Decimal(BigInt(rest.sign), near.adjusted - 9 * this.digits - near.digits - 10);
    const value = this.sticky.add(near, rest.vanished ? least : small);
    if (small.isInfinite) return inexactly(value);
    if (!small.isZero && small.adjusted > Math.min(near.adjusted, value.adjusted)) {
      const lost = value.isZero ? this.digits : small.adjusted - value.adjusted;
      if (!rest.exact && lost > this.digits - TRUSTED_DIGITS) this.cancelled = true;
      return inexactly(lost < this.digits - NOISE_DIGITS ? value : ZERO);
    }
    return new Real(value, false, null, near, rest);
  }

  /** The product; 0 times anything is exactly 0. */
  multiply(left, right) {
    if ((left.exact && left.value.isZero) || (right.exact && right.value.isZero)) return REAL_0;
    if (left.exact && right.exact) return this.settle(this.wide.multiply(left.value, right.value), this.wide, true);
    if (left.ratio || right.ratio) {
      const [first, second] = [left.fraction, right.fraction];
      if (first && second) return this.rational(first.times(second));
    }
    const product = left.near || right.near ? this.multiplyApart(left, right) : null;
    if (product) return product;
    const value = this.loose.multiply(left.value, right.value);
    if (value.isInfinite) this.overflowed = true;
    return inexactly(value);
  }

  /** (a + r)·(b + s) = a·b + (a·s + b·r + r·s), where a and b are exact. */
  multiplyApart(left, right) {
    const [[a, r], [b, s]] = [left.parts, right.parts];
    if (!a || !b) return null;
    const near = this.wide.multiply(a, b);
    if (this.wasRounded(this.wide)) return null;
    if (!s && r && !r.near && !r.exact) return this.beside(near, inexactly(this.loose.multiply(b, r.value))); // a weight times an output
    const rests = [];
    if (s) rests.push(this.multiply(exactly(a), s));
    if (r) rests.push(this.multiply(exactly(b), r));
    if (r && s) rests.push(this.multiply(r, s));
    return this.beside(near, this.addInexact(rests));
  }

  divide(over, under) {
    if (over.value.isZero && over.exact && !under.value.isZero) return REAL_0;
    if (under.value.isZero) throw new ValueRangeError(under.vanished && !over.value.isZero ? TOO_LARGE : "a division by 0");
    const [first, second] = [over.fraction, under.fraction];
    if (first && second) return this.rational(first.times(second.inverse()));
    const whole = this.settle(this.context.divide(over.value, under.value), this.context, over.exact && under.exact);
    return whole.exact ? whole : this.divideApart(over, under) || whole;
  }

  /** (a + r)/(b + s) = q + (r − q·s)/(b + s), where q = a/b ends; null where the quotient is not close to q. */
  divideApart(over, under) {
    const [[a, r], [b, s]] = [over.parts, under.parts];
    if (!a || !b) return null;
    const near = this.context.divide(a, b);
    if (this.wasRounded(this.context)) return null;
    const rests = r ? [r] : [];
    if (s) rests.push(this.multiply(exactly(near.negated()), s));
    if (!rests.length) return null;
    const rest = this.divide(this.addInexact(rests), inexactly(under.value));
    const isClose = rest.value.abs().compare(this.loose.multiply(near.abs(), HALF)) <= 0;
    return isClose ? this.beside(near, rest) : null;
  }

  /** A quotient of whole numbers: exact where it ends within the digits that are exact. */
  rational(ratio) {
    const [over, under] = [new Decimal(ratio.over, 0), new Decimal(ratio.under, 0)];
    if (ratio.ends) {
      const result = this.settle(this.wide.divide(over, under), this.wide, true);
      if (result.exact) return result;
    }
    const short = [ratio.over, ratio.under].every((part) => magnitude(part) >> BigInt(RATIO_BITS) === 0n);
    return new Real(this.settle(this.context.divide(over, under), this.context, false).value, false, short ? ratio : null);
  }

  /** A power: exact for a whole, non-negative exponent. */
  power(base, exponent) {
    const exact = base.exact && exponent.exact;
    const times = exponent.value;
    const whole = times.isWhole;
    const upTo = (most) => times.abs().compare(new Decimal(most, 0)) <= 0;
    const count = () => Number(times.quantized(0, false).c);
    if (base.ratio && exponent.exact && whole && upTo(100n)) return this.rational(base.ratio.power(count()));
    if (whole && times.c >= 0n && upTo(1000n)) {
      if (times.isZero) return REAL_1;
      if (base.near || base.vanished) return this.repeated(base, count());
      const context = exact ? this.wide : this.context;
      return this.settle(context.power(base.value, times), context, exact);
    }
    if (whole && times.c < 0n) return this.divide(REAL_1, this.power(base, exponent.negated()));
    if (base.vanished) {
      if (times.c < 0n) throw new ValueRangeError(TOO_LARGE);
      return base;
    }
    return this.settle(this.context.power(base.value, times), this.context, false);
  }

  /** A power by squaring. */
  repeated(base, times) {
    let result = REAL_1;
    for (let left = times; left; left = Math.floor(left / 2)) {
      if (left % 2) result = this.multiply(result, base);
      if (left > 1) base = this.multiply(base, base);
    }
    return result;
  }

  /** −1, 0 or 1, as the first number is smaller than, equal to or larger than the second. */
  compare(left, right) {
    const order = left.value.compare(right.value);
    return order || (left.exact && right.exact) ? order : this.add([left, right.negated()]).sign;
  }

  call(name, values) {
    const [argument] = values;
    switch (name) {
      case "pi":
        return inexactly(circleNumber(this.digits));
      case "max":
        return values.reduce((best, other) => (this.compare(other, best) > 0 ? other : best));
      case "min":
        return values.reduce((best, other) => (this.compare(other, best) < 0 ? other : best));
      case "abs":
        return argument.value.direction < 0 ? argument.negated() : argument;
      case "sign":
        return exactly(new Decimal(BigInt(argument.sign), 0));
      case "sqrt":
        return this.sqrt(argument);
      case "log":
        return this.log(argument);
      default:
        return this.apply(name, argument);
    }
  }

  sqrt(square) {
    const root = this.settle(this.context.sqrt(square.value), this.context, square.exact);
    if (!square.near) return square.vanished && square.sign > 0 ? square : root;
    const near = this.context.sqrt(square.near);
    if (this.wasRounded(this.context)) return root;
    return this.beside(near, this.divide(square.rest, this.add([exactly(near), root])));
  }

  log(argument) {
    const { value, exact, near, rest } = argument;
    if (near && near.equals(ONE)) return this.apply("log1p", rest);
    if (exact && value.equals(ONE)) return REAL_0;
    if (argument.vanished && argument.sign > 0) throw new ValueRangeError("the logarithm of a number too close to 0 to be written");
    if (value.sign <= 0) throw new ValueRangeError(`the logarithm of ${argument.sign ? "a negative number" : "0"}`);
    const found = this.apply("log", argument);
    // Next to 1, a logarithm lives on the last digits of its argument.
    if (!exact && (found.value.isZero || found.value.adjusted < TRUSTED_DIGITS - this.digits)) this.cancelled = true;
    return found;
  }

  /** The value of a function of one argument. */
  apply(name, argument) {
    const { value } = argument;
    const atZero = FUNCTIONS[name][1];
    if (value.isZero && atZero && argument.exact) return exactly(atZero);
    if (value.isZero && atZero && argument.vanished) return this.vanishing(name, atZero, argument);
    const key = `${name} ${value.c} ${value.e}`;
    if (this.known.size >= REMEMBERED) this.known.clear();
    if (!this.known.has(key)) this.known.set(key, this.workedOut(name, value));
    return this.known.get(key);
  }

  /** A function next to 0: all that matters is on which side of its value there the result lies. */
  vanishing(name, near, argument) {
    if (name === "cosh") return this.beside(near, inexactly(argument.value.abs()));
    const falls = name === "erfc" || (name === "cos" && argument.sign > 0);
    return this.beside(near, falls ? argument.negated() : argument);
  }

  workedOut(name, value) {
    const isNought = (found) => (found.isZero ? Decimal.vanished(found.direction) : found);
    if (value.isInfinite && name !== "exp") {
      if (name !== "tanh" && name !== "erf") throw new ValueRangeError(TOO_LARGE);
      return this.beside(ONE.signedAs(value), inexactly(Decimal.vanished(-value.sign)));
    }
    const apart = besideExact(name, value, this.digits);
    if (apart) return this.beside(apart[0], inexactly(isNought(apart[1])));
    const found = FUNCTIONS[name][0](value, this.digits);
    if (found.isInfinite) this.overflowed = true;
    return inexactly(isNought(found));
  }
}
