// How numbers are rounded and written: the one place where digits are decided.

/** Under "significant", values outside these are written with a power of ten. */
const SMALLEST = Decimal.of("1e-4");
const LARGEST = Decimal.of("1e6");

/** Under "decimals" nothing is printed with a power of ten, unless it has more zeros than a file may ask for decimals. */
const MOST_ZEROS = 50;

/** The longest number that is rounded. */
const MOST_DIGITS = 1990;

/** What is carried on and what is shown. One of decimals and significant is a number, the other null. */
class RoundingPolicy {
  constructor({ eachStep, decimals, significant, tiesUp }) {
    this.eachStep = eachStep;
    this.decimals = decimals;
    this.significant = significant;
    this.tiesUp = tiesUp;
  }

  /** How many digits the policy gives, after the point or significant. */
  get digits() {
    return this.significant ?? this.decimals;
  }

  /** The power of ten of the last digit that a value keeps when it is rounded. */
  lastPlace(value) {
    if (this.significant === null) return -this.decimals;
    const place = value.adjusted - this.significant + 1;
    // 9.9996 to four digits is 10.00: the carry moves the last place.
    return this.quantized(value, place).adjusted - this.significant + 1;
  }

  /** Whether a value has no more digits than the policy gives. */
  fits(value) {
    return value.isZero || value.equals(this.rounded(value));
  }

  /** The value rounded once, with all the digits that the policy gives it. */
  rounded(value) {
    if (value.isZero) return new Decimal(0n, -(this.decimals ?? 0));
    return this.quantized(value, this.lastPlace(value));
  }

  /** What is carried on of a result where each step is rounded: the number that would be printed. */
  carried({ value, exact }) {
    return exactly(exact && this.fits(value) ? value : this.rounded(value));
  }

  quantized(value, place) {
    if (value.adjusted - place > MOST_DIGITS) throw new ValueRangeError(`a number of more than ${value.adjusted} digits`);
    return value.quantized(place, this.tiesUp);
  }

  /** A value as it is printed: an exact one without more digits than the policy gives has no idle zeros (2.87). */
  shown(value, exact) {
    return this.text(exact && this.fits(value) ? this.withoutIdleZeros(value) : this.rounded(value));
  }

  withoutIdleZeros(value) {
    const shortest = value.normalized();
    const whole = shortest.e > 0 && shortest.abs().compare(LARGEST) < 0 && shortest.adjusted < (this.significant ?? 0);
    return whole ? shortest.quantized(0, false) : shortest;
  }

  /** A decimal with just the digits it has, with a power of ten where the policy wants one. */
  text(value) {
    const idle = this.significant !== null && !value.isZero && value.e > 0 && value.adjusted >= this.significant;
    return idle ? value.toScientific() : this.sized(value);
  }

  /** A decimal with just the digits it has, with a power of ten where the policy wants one for its size. */
  sized(value) {
    const size = value.abs();
    const power = this.significant !== null && !value.isZero && (size.compare(SMALLEST) < 0 || size.compare(LARGEST) >= 0);
    if (power) return value.toScientific();
    if (Math.abs(value.adjusted) <= 2000) return value.toFixed();
    // So many zeros nobody counts, and they might not fit into memory.
    return value.isZero ? "0" : value.toScientific();
  }

  /** An author's number: with the digits that it was written with. */
  given(value) {
    const power = this.significant !== null && !value.isZero && (value.abs().compare(SMALLEST) < 0 || value.e > 0);
    return power ? value.toScientific() : value.toFixed();
  }

  /** How many significant digits a printed number has left. */
  keptDigits(text) {
    return text.split("e")[0].replace(/[-.]/g, "").replace(/^0+/, "").length;
  }
}

/** A policy of so many significant digits that carries full precision. */
const significantDigits = (significant, tiesUp = false) => new RoundingPolicy({ eachStep: false, decimals: null, significant, tiesUp });
