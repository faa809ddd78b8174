// A real number as a calculation knows it: a decimal, whether that is all of it, and what it lies next to. The output of a
// saturated neuron is 1 − 10⁻⁴³⁴³ and what is wanted of it is 1 − O: so what lies next to 1 is held as 1 and what is
// missing to it, and both have all of their digits whatever the distance.

/** A fraction of whole numbers in lowest terms. */
class Ratio {
  constructor(over, under) {
    if (under < 0n) [over, under] = [-over, -under];
    let [a, b] = [magnitude(over), under];
    while (b) [a, b] = [b, a % b];
    this.over = over / a;
    this.under = under / a;
  }

  /** A decimal as a fraction. */
  static of({ c, e }) {
    return e >= 0 ? new Ratio(c * power10(e), 1n) : new Ratio(c, power10(-e));
  }

  plus(other) {
    return new Ratio(this.over * other.under + other.over * this.under, this.under * other.under);
  }

  times(other) {
    return new Ratio(this.over * other.over, this.under * other.under);
  }

  negated() {
    return new Ratio(-this.over, this.under);
  }

  inverse() {
    return new Ratio(this.under, this.over);
  }

  power(times) {
    const ratio = new Ratio(this.over ** BigInt(Math.abs(times)), this.under ** BigInt(Math.abs(times)));
    return times < 0 ? ratio.inverse() : ratio;
  }

  /** Whether it ends as a decimal. */
  get ends() {
    let rest = this.under;
    while (rest % 2n === 0n) rest /= 2n;
    while (rest % 5n === 0n) rest /= 5n;
    return rest === 1n;
  }
}

/** Fractions are carried while their parts are no longer than this, in bits, and made of numbers of so many digits. */
const RATIO_BITS = 2000;
const RATIO_DIGITS = 300;

class Real {
  /**
   * value: the decimal; where rest lies beyond its last digit, still on the right side of near.
   * exact: whether it is the number, or a rounded form of it.
   * ratio: of a quotient that does not end, its exact value while it is short: three thirds are exactly one.
   * near, rest: the exact decimal next to which the number lies, and the Real to be added to it, or null.
   */
  constructor(value, exact, ratio = null, near = null, rest = null) {
    this.value = value;
    this.exact = exact;
    this.ratio = ratio;
    this.near = near;
    this.rest = rest;
  }

  /** Whether it is not 0, but closer to it than any number that can be written. */
  get vanished() {
    return !this.exact && this.value.isZero && this.value.side !== 0;
  }

  /** −1, 0 or 1; 0 also where no digit is known. */
  get sign() {
    return this.vanished ? this.value.side : this.value.sign;
  }

  /** Its exact value as a fraction, where that is known and short. */
  get fraction() {
    if (this.ratio) return this.ratio;
    if (!this.exact || Math.abs(this.value.adjusted) > RATIO_DIGITS || this.value.digits > RATIO_DIGITS) return null;
    return Ratio.of(this.value);
  }

  negated() {
    const { value, exact, ratio, near, rest } = this;
    return new Real(value.negated(), exact, ratio && ratio.negated(), near && near.negated(), rest && rest.negated());
  }

  /** As [an exact number, what is to be added to it]; [null, …] where nothing exact is known of it. */
  get parts() {
    return this.exact ? [this.value, null] : [this.near, this.rest];
  }
}

const exactly = (value) => new Real(value, true);
const inexactly = (value) => new Real(value, false);
const REAL_0 = exactly(ZERO);
const REAL_1 = exactly(ONE);
