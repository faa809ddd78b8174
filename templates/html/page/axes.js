// The axes of a plot, as derive.document.figures.axes sets them: where a number stands, from 0 to 1, and the ticks, {place, label}.
// A label is {body, exponent?}. A logarithmic axis holds the powers of ten at its ends.

const SEVERAL_DECADES = new Decimal(100n, 0);
const MOST_TICKS = 6;
const USED = Decimal.of("0.4");
const WRITTEN_POWERS = [-4, 4];
const SMALL_TICKS = Decimal.of("1e-3");
const LARGE_TICKS = Decimal.of("1e6");

/** Costs may be alike in many digits. */
const axisContext = new Context(4000);
const binary = (value) => Number(value.toScientific());
const powerOfTen = (power) => new Decimal(1n, power);

/** The largest whole number that is not above a value. */
function wholeBelow(value) {
  if (value.e >= 0) return value;
  const unit = power10(-value.e);
  return new Decimal(value.c / unit - (value.c < 0n && value.c % unit !== 0n ? 1n : 0n), 0);
}

/** The axis for some numbers: logarithmic where they span several decades. */
function axisFor(values) {
  const sorted = [...values].sort((one, other) => one.compare(other));
  let [low, high] = [sorted[0], sorted.at(-1)];
  if (low.sign > 0 && high.compare(axisContext.multiply(low, SEVERAL_DECADES)) > 0) return logarithmicAxis(low, high);
  const wide = (end) => axisContext.subtract(high, low).compare(axisContext.multiply(end, USED)) >= 0;
  if (low.equals(high)) {
    // Nothing changes: the numbers stand in the middle, or at 0.
    const beside = axisContext.divide(low.abs(), new Decimal(10n, 0));
    [low, high] = low.isZero ? [low, ONE] : [axisContext.subtract(low, beside), axisContext.add(high, beside)];
  } else if (low.sign > 0 && wide(high)) low = ZERO;
  else if (high.sign < 0 && wide(low.negated())) high = ZERO;
  return linearAxis(low, high);
}

function linearAxis(least, most) {
  const step = niceStep(axisContext.subtract(most, least));
  const ends = (value) => axisContext.multiply(wholeBelow(axisContext.divide(value, step)), step);
  const [low, high] = [ends(least), ends(most.negated()).negated()];
  const length = axisContext.subtract(high, low);
  const share = (part) => binary(axisContext.divide(part, length));
  const count = Math.round(binary(axisContext.divide(length, step)));
  const along = Array.from({ length: count + 1 }, (_, index) => axisContext.multiply(step, new Decimal(BigInt(index), 0)));
  const marks = along.map((part) => axisContext.add(low, part));
  const largest = low.abs().compare(high.abs()) > 0 ? low.abs() : high.abs();
  return {
    isLogarithmic: false,
    place: (value) => share(axisContext.subtract(value, low)),
    ticks: along.map((part, index) => ({ place: share(part), label: tickLabel(marks[index], step, largest) })),
  };
}

function logarithmicAxis(low, high) {
  const first = low.adjusted;
  const last = high.adjusted + (high.compare(powerOfTen(high.adjusted)) > 0 ? 1 : 0);
  const step = Math.ceil((last - first) / (MOST_TICKS - 1));
  const count = Math.ceil((last - first) / step);
  const powers = Array.from({ length: count + 1 }, (_, index) => first + index * step);
  const areShort = powers.every((power) => WRITTEN_POWERS[0] <= power && power <= WRITTEN_POWERS[1]);
  return {
    isLogarithmic: true,
    place: (value) => (value.adjusted + Math.log10(binary(new Decimal(value.c, value.e - value.adjusted))) - first) / (count * step),
    ticks: powers.map((power, index) => ({
      place: index / count,
      label: areShort ? { body: powerOfTen(power).toFixed() } : powerLabel(power),
    })),
  };
}

const powerLabel = (power) => ({ body: "10", exponent: String(power).replace("-", "−") });

/** The smallest of 1, 2, 5, 10, 20, 50 … times a power of ten of which few enough cover a span. */
function niceStep(span) {
  const least = axisContext.divide(span, new Decimal(BigInt(MOST_TICKS - 1), 0));
  return [1n, 2n, 5n, 10n].map((factor) => new Decimal(factor, least.adjusted)).find((step) => step.compare(least) >= 0);
}

/** A number beside a linear axis, with as many decimals as the distance of the ticks has. */
function tickLabel(value, step, largest) {
  if (value.isZero) return { body: "0" };
  const place = step.normalized().e;
  if (largest.compare(SMALL_TICKS) < 0 || largest.compare(LARGE_TICKS) >= 0) return labelOf(value.quantized(place, false).toScientific());
  return labelOf(value.quantized(Math.min(place, 0), false).toFixed());
}

/** A printed number as a label. */
function labelOf(text) {
  const [mantissa, exponent] = text.replace(/-/g, "−").split("e");
  return exponent ? { body: `${mantissa}\u2009×\u200910`, exponent } : { body: mantissa };
}

const labelWidth = ({ body, exponent }) => textWidth(body) + (exponent ? PAGE.widths.script * textWidth(exponent) : 0);
