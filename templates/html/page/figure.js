// The figure of the network or the computation graph: its numbers, and the path that a step uses.

const FIGURE_SCRIPT_UP = -0.36;
const BASELINE = 0.34;
const CLEARED = 1.5;
/** Longer numbers are rounded in figures, as derive.document.figures.network_columns has it. */
const LONGEST = 8;
/** How much colour a share of 1 has. */
const DARKEST = 0.55;
const FIGURE_DIGITS = { eachStep: false, decimals: null, significant: 4, tiesUp: false };

/** A length to two decimals, ties to even, without idle zeros; the last bits of a sum do not decide. */
function trimmed(length) {
  const value = Number(length.toFixed(6));
  const isTie = Number.isInteger(value * 8) && !Number.isInteger(value * 4);
  const rounded = isTie ? (2 * Math.round(value * 50)) / 100 : Number(value.toFixed(2));
  return (rounded + 0).toFixed(2).replace(/\.?0+$/, "");
}

/** The text of what a label is about: a quantity, a wire, or the product of two; behind "=" the exact product. */
function labelText(of, solution) {
  if (solution.wires.has(of)) return solution.wires.get(of);
  if (!of.includes("*")) return solution.values.get(of).shown;
  const names = of.replace("=", "").split("*");
  if (!of.startsWith("=")) return solution.product(...names).shown;
  const carried = new Map(names.map((name) => [name, solution.values.get(name).carried]));
  const real = new Arithmetic(500).evaluate(["product", ...names.map(nameOf)], carried);
  return new Value(real, real, "", solution.policy).exact;
}

const isCircuit = (figure) => figure.startsWith("circuit");

/** The text of a label, rounded where it is long; in a computation graph a minus sign does not count. */
function shortText(of, figure, solution) {
  const text = labelText(of, solution);
  const longest = LONGEST + (isCircuit(figure) && text.startsWith("-") ? 1 : 0);
  return text.length > longest ? new RoundingPolicy(FIGURE_DIGITS).shown(Decimal.of(text), true) : text;
}

/** The number of a label: what it is rounded to, its texts, and how wide it is. */
function numberOfLabel(group, solution) {
  const short = shortText(group.dataset.q, group.closest("figure")?.id ?? "network", solution);
  const label = labelOf(short);
  return { short, ...label, width: labelWidth(label) };
}

/** A printed number as it is read out. */
function spokenNumber(text) {
  const [mantissa, exponent] = text.replace(/-/g, "−").split("e");
  return exponent ? `${mantissa} times 10 to the power ${exponent}` : mantissa;
}

/** A description without its first sentence, which is the title of its drawing. */
const withoutTitle = (words) => words.slice(words.indexOf(". ") + 2);

/** A drawing in words: pieces are words, and at every second place what the number in between is about. */
function drawingInWords(figure, pieces, solution) {
  const number = (of) => spokenNumber(isCircuit(figure) ? shortText(of, figure, solution) : labelText(of, solution));
  return pieces.map((piece, index) => (index % 2 ? number(piece) : piece)).join("");
}

const cleared = (x, y, width, size) =>
  `<rect class="ground" x="${trimmed(x - CLEARED)}" y="${trimmed(y - size / 2)}" width="${trimmed(width + 2 * CLEARED)}" height="${trimmed(size)}"></rect>`;

function numberText({ body, exponent, width }, x, y, size, anchor, tone) {
  const raised = exponent
    ? `<tspan dy="${trimmed(FIGURE_SCRIPT_UP * size)}" font-size="${trimmed(PAGE.widths.script * size)}">${exponent}</tspan>`
    : "";
  const fitted = exponent ? "" : ` textLength="${trimmed(width * size)}" lengthAdjust="spacingAndGlyphs"`;
  const place = `x="${trimmed(x)}" y="${trimmed(y + BASELINE * size)}" font-size="${trimmed(size)}"`;
  const options = (anchor ? ` text-anchor="${anchor}"` : "") + fitted + (tone ? ` class="${tone}"` : "");
  return `<text ${place}${options}>${body}${raised}</text>`;
}

const ANCHORS = { 0: "", 0.5: "middle", 1: "end" };

/** What stands at a place, made smaller where it is wider than there is room. */
function fitted(markup, x, y, width, room) {
  const scale = Number(room ?? Infinity) / width;
  return scale < 1 ? `<g transform="translate(${x} ${y}) scale(${trimmed(scale)}) translate(${-x} ${-y})">${markup}</g>` : markup;
}

/** Writes a label's number anew: alone, or behind the name of its quantity and a sign. */
function relabel(group, solution) {
  const [x, y, size, share, backed, left] = group.dataset.label.split(",").map(Number);
  const number = numberOfLabel(group, solution);
  const tone = group.querySelector("text").getAttribute("class");
  if (left === undefined) {
    const width = number.width * size;
    const markup = (backed ? cleared(x - width * share, y, width, size) : "") + numberText(number, x, y, size, ANCHORS[share], tone);
    group.innerHTML = fitted(markup, x, y, width, group.dataset.room);
    return;
  }
  const value = solution.values.get(group.dataset.q);
  const sign = Decimal.of(number.short).equals(Decimal.of(value.shown)) ? value.sign : "≈";
  const [first, gap, last] = [left, textWidth(` ${sign} `) * size, number.width * size];
  const start = x - (first + gap + last) * share;
  const [before, after] = [start + first, start + first + gap];
  const name = group.querySelector("text");
  // The name stays as it is, and is only moved: it ends at x, or if it has one script over the other starts there.
  name.setAttribute("x", trimmed(name.getAttribute("text-anchor") === "end" ? before : start));
  const signText = `<text x="${trimmed((before + after) / 2)}" y="${trimmed(y + BASELINE * size)}" font-size="${trimmed(size)}" text-anchor="middle"><tspan class="m">${sign}</tspan></text>`;
  const markup =
    (backed ? cleared(start, y, first + gap + last, size) : "") + name.outerHTML + signText + numberText(number, after, y, size, "");
  group.innerHTML = fitted(markup, x, y, first + gap + last, group.dataset.room);
}

/** Makes a shade as dark as its quantity's share is large now, as derive.document.figures.drawing has it. */
function reshade(group, solution) {
  group.firstElementChild.style.fillOpacity = DARKEST * Math.min(1, Math.max(0, Number(solution.values.get(group.dataset.shade).shown)));
}

/** The figure that the walk follows: the network, or where there is none the computation graph. */
const walkedFigure = () => document.querySelector("#network svg, #circuit svg");

/** Whether a figure is a computation graph, which has derivatives of its own below the values. */
const isGraph = (figure) => figure.querySelector("text.derivative") !== null;

/** The quantities that a step's path runs through: from what it is about, which may be an array, on to the cost. */
function pathOf(steps) {
  if (steps[0].rule === "activation") return new Set(steps.flatMap(({ variable, of }) => [variable, of]));
  const path = new Set(steps.map(({ variable }) => variable));
  for (const { name } of PAGE.solution.definitions) if (PAGE.arguments.get(name).some((argument) => path.has(argument))) path.add(name);
  return path;
}

/** Whether a shape lies on a path. An edge, which stands for a weight, does when what it leads from does. */
function isOnPath(names, path) {
  return names.some((name) => path.has(name) || path.has(PAGE.sourceOf.get(name)));
}

/** What the forward pass works out in some parts of the page, and what from. */
function pathForward(parts) {
  const worked = [...PAGE.arguments.keys()];
  const abouts = parts.map((part) => part.dataset.about).filter(Boolean);
  const names = abouts.flatMap((about) => worked.filter((name) => name === about || name.startsWith(`${about}[`)));
  return new Set(names.flatMap((name) => [name, ...PAGE.arguments.get(name)]));
}

/**
 * In a copy of the figure, the derivatives that are found so far stand in the place of the values. In a computation
 * graph they stand there already, and those that are not found yet are left out.
 */
function showDerivatives(copy, number) {
  const until = practised ? number - 1 : number;
  const found = new Map();
  const latest = new Set();
  for (const { number: at, rule, target, variable, equals } of PAGE.solution.steps) {
    if (!at || at > until || rule === "activation") continue;
    found.set(variable, target);
    equals.forEach((name) => found.set(name.split("/d")[1], name));
    if (at === until) [target, ...equals].forEach((name) => latest.add(name));
  }
  if (isGraph(copy)) {
    const known = new Set(found.values());
    for (const label of copy.querySelectorAll("g[data-label]:has(text.derivative)")) {
      label.toggleAttribute("data-found", latest.has(label.dataset.q));
      if (!known.has(label.dataset.q)) label.setAttribute("visibility", "hidden");
    }
    return;
  }
  for (const label of copy.querySelectorAll("g[data-label]")) {
    if (!found.has(label.dataset.q)) continue;
    label.dataset.q = found.get(label.dataset.q);
    label.dataset.label = label.dataset.label.split(",").slice(0, 5).join(); // without the name of the value
    relabel(label, current());
    label.setAttribute("data-found", "");
  }
}

/** Where a picture is larger than its box, the box shows the middle of the shapes that a selector finds. */
function scrollPicture(picture, selector) {
  const boxes = [...picture.querySelectorAll(selector)].map((shape) => shape.getBoundingClientRect());
  if (!boxes.length) return;
  const middle = (from, to) => (Math.min(...boxes.map((box) => box[from])) + Math.max(...boxes.map((box) => box[to]))) / 2;
  const { left, top, width, height } = picture.getBoundingClientRect();
  picture.scrollLeft += middle("left", "right") - left - width / 2;
  picture.scrollTop += middle("top", "bottom") - top - height / 2;
}

/** What stands around a quantity is seen with it: the title of its box, or its circle; in pixels. */
const AROUND = 40;

/** Scrolls a picture as far as it takes for a quantity to be seen, or its entries if it is an array. */
function keepInView(picture, name) {
  const names = new Set([name, ...(PAGE.arrays.get(name)?.entries ?? [])]);
  const shapes = [...picture.querySelectorAll("[data-q]")].filter((shape) => shape.dataset.q.split(" ").some((known) => names.has(known)));
  if (!shapes.length) return;
  const boxes = shapes.map((shape) => shape.getBoundingClientRect());
  const foot = picture.querySelector("p").offsetHeight;
  const seen = picture.getBoundingClientRect();
  const beyond = (first, last, start, end) => Math.min(first - AROUND - start, Math.max(0, last + AROUND - end));
  picture.scrollTop += beyond(Math.min(...boxes.map(({ top }) => top)), Math.max(...boxes.map(({ bottom }) => bottom)), seen.top, seen.bottom - foot);
  picture.scrollLeft += beyond(Math.min(...boxes.map(({ left }) => left)), Math.max(...boxes.map(({ right }) => right)), seen.left, seen.right);
}

function showPath(number, parts) {
  release();
  document.querySelectorAll("svg [data-path]").forEach((shape) => shape.removeAttribute("data-path"));
  const steps = number === null ? [] : PAGE.solution.steps.filter((known) => known.number === number);
  const path = steps.length ? pathOf(steps) : pathForward(parts);
  const picture = byId("_picture");
  const figure = walkedFigure();
  picture.hidden = !figure || !path.size;
  if (picture.hidden) {
    picture.replaceChildren();
    return;
  }
  figure.querySelectorAll("g[data-q]").forEach((shape) => {
    const names = shape.dataset.q.split(" ");
    if (steps.length ? isOnPath(names, path) : names.some((name) => path.has(name))) shape.setAttribute("data-path", "");
  });
  const copy = figure.cloneNode(true);
  showDerivatives(copy, steps.length ? number : 0);
  const words = document.createElement("p");
  const back = isGraph(copy) ? "picture graph" : "picture back";
  words.textContent = PAGE.sentences[steps.length ? back : "picture forward"];
  picture.replaceChildren(copy, words);
  scrollPicture(picture, "[data-path]");
  if (steps.length) keepInView(picture, steps[0].variable);
}
