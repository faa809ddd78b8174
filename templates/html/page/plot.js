// The plot of the cost over the updates, as derive.document.figures.cost_plot draws it and describes it. Lengths are in units of
// the letters' size.

const PLOT = { size: 8.5, margin: 0.5, width: 36, height: 13, off: 1.2, tick: 0.5, dot: 0.24, beside: 0.55, gap: 0.3, slant: 0.25 };
const HALF_LINE = 0.6;
/** From 0 to 1 on a logarithmic axis, in decades; and from so many digits on, a power of ten is written as such. */
const APART = 0.5;
const LONG_COUNT = 5;

/** Collects shapes, each as a function of what places a number across and down; and how far they reach. */
class Canvas {
  constructor() {
    this.shapes = [];
    this.left = this.top = Infinity;
    this.right = this.bottom = -Infinity;
  }

  add(points, shape) {
    for (const [x, y] of points) {
      [this.left, this.right] = [Math.min(this.left, x), Math.max(this.right, x)];
      [this.top, this.bottom] = [Math.min(this.top, y), Math.max(this.bottom, y)];
    }
    this.shapes.push(shape);
  }

  line([x1, y1], [x2, y2]) {
    this.add([[x1, y1], [x2, y2]], (x, y) => `<line class="edge" x1="${x(x1)}" y1="${y(y1)}" x2="${x(x2)}" y2="${y(y2)}"/>`);
  }

  curve(points) {
    this.add(points, (x, y) => `<polyline class="curve" points="${points.map(([across, down]) => `${x(across)},${y(down)}`).join(" ")}"/>`);
  }

  dot([across, down]) {
    const corners = [[across - PLOT.dot, down - PLOT.dot], [across + PLOT.dot, down + PLOT.dot]];
    this.add(corners, (x, y) => `<circle class="dot" cx="${x(across)}" cy="${y(down)}" r="${trimmed(PLOT.dot * PLOT.size)}"/>`);
  }

  /** Writing of a width; share is how much of it lies before x. */
  writing([across, down], width, share, shape) {
    const left = across - width * share;
    this.add([[left, down - HALF_LINE], [left + width, down + HALF_LINE]], (x, y) => shape(Number(x(across)), Number(y(down))));
  }

  number(at, label, share) {
    const width = labelWidth(label);
    this.writing(at, width, share, (x, y) => numberText({ ...label, width }, x, y, PLOT.size, ANCHORS[share], ""));
  }

  /** The drawing, with what stands in it before its shapes: its description and its styles. */
  svg(head) {
    const length = (value) => trimmed(value * PLOT.size);
    const x = (value) => length(value - this.left + PLOT.margin);
    const y = (value) => length(value - this.top + PLOT.margin);
    const [width, height] = [this.right - this.left, this.bottom - this.top].map((value) => length(value + 2 * PLOT.margin));
    const lines = [
      `<svg xmlns="http://www.w3.org/2000/svg" class="derive-drawing" role="img" width="${width}pt" height="${height}pt" viewBox="0 0 ${width} ${height}">`,
      ...head,
      `<rect class="ground" width="${width}" height="${height}" rx="6"/>`,
      ...this.shapes.map((shape) => shape(x, y)),
      "</svg>",
      "",
    ];
    return `\n${lines.join("\n")}\n`;
  }
}

/** The axis of the updates: logarithmic where not every one is known; ticks are [updates, label or null]. */
function countAxis(last) {
  const decades = (count) => (count ? APART + Math.log10(count) : 0);
  const plain = (count) => ({ body: String(count) });
  if (last <= EVERY) {
    const step = [1, 2, 5].find((each) => last / each <= EVERY / 2);
    const counts = Array.from({ length: Math.ceil(last / step) }, (_, index) => index * step);
    return { isLogarithmic: false, place: (count) => count / last, ticks: [...counts, last].map((count) => [count, plain(count)]) };
  }
  const ticks = new Map([[0, plain(0)]]);
  const digits = String(last).length;
  const inPowers = digits > LONG_COUNT;
  for (let exponent = 0; exponent < digits; exponent += 1) {
    const unit = 10 ** exponent;
    for (let count = unit; count < Math.min(10 * unit, last); count += unit) ticks.set(count, null);
    ticks.set(unit, inPowers ? powerLabel(exponent) : plain(unit));
  }
  if (!inPowers) ticks.set(last, plain(last));
  return { isLogarithmic: true, place: (count) => decades(count) / decades(last), ticks: [...ticks] };
}

/** The plot anew; the name of the cost, and what stands before the shapes, are those of the old one. */
function plotMarkup(old, solution) {
  const { curve } = solution;
  const counts = countAxis(curve.at(-1)[0]);
  const costs = axisFor(curve.map(([, { shown }]) => Decimal.of(shown)));
  const points = curve.map(([count, { shown }]) => [counts.place(count) * PLOT.width, -costs.place(Decimal.of(shown)) * PLOT.height]);
  const canvas = new Canvas();
  const [first, last] = [curve[0], curve.at(-1)].map(([, { shown }]) => labelOf(shown));
  const besideFirst = placeOfFirst(points, labelWidth(first));
  // The name of the axis stands above the number of the first value.
  drawCostAxis(canvas, costs, old.querySelector("g[data-q]"), Math.min(-PLOT.height, besideFirst[1]));
  drawCountAxis(canvas, counts);
  canvas.curve(points);
  points.forEach((point) => canvas.dot(point));
  canvas.number(besideFirst, first, 0);
  canvas.number([points.at(-1)[0] + PLOT.beside, points.at(-1)[1]], last, 0);
  const title = old.querySelector("title").outerHTML;
  return canvas.svg([title, `<desc>${escaped(withoutTitle(plotInWords(solution)))}</desc>`, old.querySelector("style").outerHTML]);
}

function drawCostAxis(canvas, costs, name, top) {
  canvas.line([-PLOT.off, 0], [-PLOT.off, -PLOT.height]);
  for (const { place, label } of costs.ticks) {
    const y = -place * PLOT.height;
    canvas.line([-PLOT.off - PLOT.tick, y], [-PLOT.off, y]);
    canvas.number([-PLOT.off - PLOT.tick - PLOT.beside, y], label, 1);
  }
  const letters = /^[a-z]*/i.exec(name.dataset.q)[0];
  const width = textWidth(letters) + PAGE.widths.script * textWidth(name.dataset.q.slice(letters.length));
  canvas.writing([-PLOT.off + 2 * PLOT.slant, top - 2 * HALF_LINE], width, 1, (x, y) => {
    const moved = name.cloneNode(true);
    moved.firstElementChild.setAttribute("x", trimmed(x));
    moved.firstElementChild.setAttribute("y", trimmed(y + BASELINE * PLOT.size));
    return moved.outerHTML;
  });
}

function drawCountAxis(canvas, counts) {
  let start = 0;
  if (counts.isLogarithmic) {
    // Two strokes across the axis say that it is interrupted between 0 and 1.
    const middle = (counts.place(1) * PLOT.width) / 2;
    const before = middle - PLOT.gap / 2;
    start = middle + PLOT.gap / 2;
    canvas.line([0, PLOT.off], [before, PLOT.off]);
    for (const x of [before, start]) canvas.line([x - PLOT.slant, PLOT.off + 2 * PLOT.slant], [x + PLOT.slant, PLOT.off - 2 * PLOT.slant]);
  }
  canvas.line([start, PLOT.off], [PLOT.width, PLOT.off]);
  let reached = -Infinity;
  for (const [count, label] of counts.ticks) {
    const x = counts.place(count) * PLOT.width;
    canvas.line([x, PLOT.off], [x, PLOT.off + (label ? PLOT.tick : PLOT.tick / 2)]);
    if (label && x - labelWidth(label) / 2 > reached) {
      canvas.number([x, PLOT.off + PLOT.tick + HALF_LINE + 0.2], label, 0.5);
      reached = x + labelWidth(label) / 2 + PLOT.beside;
    }
  }
  const title = "updates";
  canvas.writing([PLOT.width / 2, PLOT.off + PLOT.tick + 3 * HALF_LINE + 0.6], textWidth(title), 0.5, (x, y) =>
    `<text x="${trimmed(x)}" y="${trimmed(y + BASELINE * PLOT.size)}" font-size="${PLOT.size}" text-anchor="middle">${title}</text>`);
}

/** Where the number of the first value stands: above it or below, where the curve does not run. */
function placeOfFirst(points, width) {
  const [x, y] = points[0];
  const isMet = (level) => points.slice(1).some((end, index) => comesNear(points[index], end, x, x + width, level));
  const levels = [y - PLOT.beside - HALF_LINE, y + PLOT.beside + HALF_LINE];
  return [x, levels.find((level) => !isMet(level)) ?? levels[0]];
}

/** Whether a line comes near a label's place. */
function comesNear([x1, y1], [x2, y2], left, right, level) {
  if (x1 > right || x2 < left) return false;
  const heights = [left, right].map((x) => y1 + ((y2 - y1) * (Math.min(Math.max(x, x1), x2) - x1)) / (x2 - x1));
  return Math.min(...heights) < level + HALF_LINE && Math.max(...heights) > level - HALF_LINE;
}

/** How the cost goes: a sentence, with its first and last value as say gives them. */
function trend({ curve }, say) {
  const values = curve.map(([, { shown }]) => Decimal.of(shown));
  const changes = values.slice(1).map((value, index) => value.compare(values[index]));
  const ends = { first: say(curve[0][1].shown), last: say(curve.at(-1)[1].shown) };
  if (changes.every((change) => change === 0)) return sentence("curve stays", ends);
  if (changes.every((change) => change <= 0)) return sentence("curve falls", ends);
  if (changes.every((change) => change >= 0)) return sentence("curve grows", ends);
  const whole = values.at(-1).compare(values[0]);
  if (whole === 0) return sentence("curve returns", ends);
  const [way, other] = whole < 0 ? ["falls", "grows"] : ["grows", "falls"];
  return sentence("curve turns", { ...ends, way, other });
}

/** What the plot shows, below it. */
function plotCaption(solution) {
  const { isLogarithmic } = axisFor(solution.curve.map(([, { shown }]) => Decimal.of(shown)));
  const many = solution.curve.at(-1)[0] > EVERY;
  const key = many && isLogarithmic ? "both logarithmic" : many ? "updates logarithmic" : "cost logarithmic";
  const axes = many || isLogarithmic ? PAGE.sentences[key] : "";
  return sentence("curve", { trend: trend(solution, numeral), axes });
}

/** The plot in whole sentences. */
function plotInWords(solution) {
  const { curve } = solution;
  const known = curve.slice(1, -1).map(([updates, { shown }]) => sentence("curve point", { value: spokenNumber(shown), updates }).join(""));
  return sentence("curve drawn", {
    cost: PAGE.solution.cost,
    updates: curve.at(-1)[0].toLocaleString("en"),
    trend: trend(solution, spokenNumber).join(""),
    between: known.length ? sentence("curve between", { values: known.join(", ") }).join("") : "",
  }).join("");
}
