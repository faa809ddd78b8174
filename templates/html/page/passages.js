// What the page says of its numbers. Each kind of passage has a writer: from the solution, and from what the passage is
// about, it makes a content, or null where there is nothing to say. A content is a list of words (texts), formulas
// {math: items} and links {link: target, words}. The sentences are those of derive.document.words.phrasing, in PAGE.sentences.

const MOST_LOST = 40;
const MOST_DAMAGED = 8;
/** The digits of a derivative in the table of proofs. */
const PROVED_DIGITS = 12;

const nameOf = (name) => ["name", name];
const numeral = (text) => ({ math: [["", ["num", text]]] });
const symbol = (name) => ({ math: [["", nameOf(name)]] });
const equation = (name, ...items) => ({ math: [["", nameOf(name)], ...items] });
const counted = (number) => PAGE.words[number] ?? number.toLocaleString("en");
const count = (number, one) => `${counted(number)} ${one}${number === 1 ? "" : "s"}`;
const capital = (text) => text[0].toUpperCase() + text.slice(1);
const stepLink = (number) => ({ link: `step-${number}`, words: `step ${number}` });
const derivativeOf = (of, by) => `d${of}/d${by}`;

/** A sentence with its pieces put in. */
function sentence(key, pieces = {}) {
  return PAGE.sentences[key].split(/\{(\w+)\}/).flatMap((part, index) => (index % 2 ? pieces[part] : part));
}

/** A list within a sentence: a, b and c. */
function listed(parts) {
  return parts.flatMap((part, index) => [index === 0 ? "" : index === parts.length - 1 ? " and " : ", ", ...[part].flat()]);
}

const remedyOf = (solution, value) => {
  const remedy = solution.remedy(value);
  if (!remedy) return "";
  if (!remedy.possible) return sentence("significant");
  return sentence("more decimals", { decimals: capital(counted(remedy.decimals)), digits: counted(remedy.digits) });
};

/** Why a value was erased: it inherits a zero, or its neuron is saturated. */
function because(solution, target, slope, neuron) {
  const step = PAGE.stepOf.get(target);
  const erased = step.uses.filter((name) => PAGE.stepOf.has(name) && solution.values.get(name).loss === "erased");
  const links = erased.map((name) => stepLink(PAGE.stepOf.get(name).number));
  if (links.length) return sentence("inherited", { steps: listed(links) });
  return slope && solution.isSaturated(slope) ? sentence("flat", { neuron, slope: symbol(slope) }) : ".";
}

const LOST = new WeakMap();

/** The names of all damaged values, in order. */
function lostNames(solution) {
  if (!LOST.has(solution)) {
    const { erased, hollow } = solution.losses();
    const lost = new Set([...erased, ...hollow]);
    LOST.set(solution, [...solution.values.keys()].filter((name) => lost.has(name)));
  }
  return LOST.get(solution);
}

const side = (tree, { sign, shown }) => (tree[0] === "num" ? numeral(tree[1]) : { math: [["", tree], [sign, ["num", shown]]] });

/** Whether full precision says more of the gradients than what is printed. */
function fullIsShown(solution) {
  const gradients = PAGE.solution.parameters.map((name) => solution.values.get(derivativeOf(PAGE.solution.cost, name)));
  if (!solution.policy.eachStep) return gradients.some((value) => value.loss);
  return gradients.some(({ full, shown }) => !full.exact || !Decimal.of(shown).equals(full.value));
}

/** A value at full precision; without a power of ten on a page that has none. */
function fully(solution, value) {
  if (value.vanished) return [PAGE.sentences["too small"]];
  return withoutPower(solution, value.fullShown);
}

/** A number; its zeros are counted where they cannot be read and the page has no powers of ten. */
function withoutPower(solution, text) {
  if (solution.policy.significant !== null || !text.includes("e")) return [numeral(text)];
  const [mantissa, exponent] = text.split("e");
  const digits = mantissa.replace(/[-.]/g, "").replace(/0+$/, "");
  return [`${text.startsWith("-") ? "−" : ""}0.0…0${digits} (${-Number(exponent) - 1} zeros behind the point)`];
}

/** A derivative in the table of proofs. */
function proved(solution, value) {
  if (value.isZero) return [numeral("0")];
  const rounded = new Context(PROVED_DIGITS).plus(value);
  const filled = rounded.quantized(rounded.adjusted - PROVED_DIGITS + 1, false).normalized(); // zeros behind it say nothing
  const isLong = solution.policy.significant === null ? filled.adjusted < -MOST_ZEROS : filled.adjusted < -5 || filled.adjusted >= PROVED_DIGITS;
  return withoutPower(solution, isLong ? filled.toScientific() : (filled.e > 0 ? filled.quantized(0, false) : filled).toFixed());
}

const WRITERS = {
  value: (solution, name) => [equation(name, [solution.values.get(name).sign, ["num", solution.values.get(name).shown]])],
  given: (solution, name) => [equation(name, ["=", ["num", solution.values.get(name).shown]])],
  number: (solution, name) => [numeral(solution.values.get(name).shown)],
  cost: (solution, index) => [numeral(solution.costs[index][1].shown)],
  "full title": (solution) => (fullIsShown(solution) ? ["at full precision"] : null),
  full: (solution, name) => (fullIsShown(solution) ? fully(solution, solution.values.get(name)) : null),

  /** A part of a sum of costs: exactly so only where that is its exact value. */
  term(solution, name) {
    const { full, shown } = solution.values.get(name);
    return [equation(name, [full.exact && Decimal.of(shown).equals(full.value) ? "=" : "≈", ["num", shown]])];
  },

  case(solution, name) {
    const { index, tests, holds } = solution.holding(solution.formulas(name).at(-1));
    const parts = tests.map(({ test, left, right }, number) => {
      const before = number ? tests[number - 1].test : null;
      const same = before !== null && sameTree(before[0], test[0]);
      return sentence(same ? "second test" : "test", {
        left: side(test[0], left),
        relation: (number === index ? PAGE.relations : PAGE.opposites)[test[1]],
        right: same && sameTree(before[2], test[2]) ? { math: [["", test[2]]] } : side(test[2], right),
      });
    });
    return sentence("case", { tests: listed(parts), which: holds ? PAGE.order[index] ?? `${index + 1}th` : "last" });
  },

  saturated(solution, netInput, slope, low, high) {
    if (!solution.isSaturated(slope)) return null;
    return sentence("saturated", { z: symbol(netInput), limit: numeral(solution.values.get(netInput).direction < 0 ? low : high) });
  },

  slope(solution, name) {
    const { direction } = solution.values.get(name);
    const [sign, changes] = direction > 0 ? ["positive", "grows"] : ["negative", "falls"];
    return direction ? sentence("slope", { sign, changes }) : null;
  },

  kink(solution, name, argument, where, told) {
    const kink = solution.kinks.find((known) => known.name === name && known.argument === argument);
    if (!kink) return null;
    const limit = (text, subject, verb) => {
      if (!text.includes("Infinity")) return [verb, numeral(text)];
      return [`${subject}${PAGE.sentences[text.startsWith("-") ? "falls" : "rises"]}`];
    };
    const [low, here, high] = kink.jump ?? [kink.below, kink.taken, kink.above];
    const remark = sentence(kink.jump ? "jump" : "kink", {
      where,
      what: told ? [symbol(name), PAGE.sentences["by argument"], symbol(argument)] : "the function",
      rounded: kink.exact ? "" : " (after rounding)",
      below: limit(kink.below, "", "is "),
      above: limit(kink.above, "it ", ""),
      taken: numeral(kink.taken),
      sides: [PAGE.sentences[[kink.below, kink.above].includes(kink.taken) ? "one side" : "neither side"]],
      low: limit(low, "", "is "),
      here: numeral(here),
      high: limit(high, "it ", ""),
    });
    return kink.tied ? [...remark, PAGE.sentences.tie] : remark;
  },

  erased(solution, target, slope, neuron) {
    const value = solution.values.get(target);
    if (value.loss !== "erased" || value.vanished) return null;
    const [full, zero] = [fully(solution, value), numeral("0")];
    return sentence("erased", { full, zero, because: because(solution, target, slope, neuron), remedy: remedyOf(solution, value) });
  },

  vanished(solution, target, slope, neuron) {
    const value = solution.values.get(target);
    return value.vanished && value.loss ? sentence("vanished", { because: because(solution, target, slope, neuron) }) : null;
  },

  hollow(solution, target) {
    const value = solution.values.get(target);
    if (value.loss !== "hollow" || value.vanished) return null;
    const left = solution.policy.keptDigits(value.shown);
    return sentence("hollow", {
      left: count(left, "significant digit"),
      are: left === 1 ? "is" : "are",
      full: fully(solution, value),
      remedy: remedyOf(solution, value),
    });
  },

  damaged(solution, ...targets) {
    const lost = targets.filter((name) => solution.values.get(name).loss);
    if (!lost.length) return null;
    const parts = lost.slice(0, MOST_DAMAGED).map((name) => [symbol(name), " is ", ...fully(solution, solution.values.get(name))]);
    const more = lost.length > MOST_DAMAGED ? ` (and ${lost.length - MOST_DAMAGED} more)` : "";
    return sentence("damaged", { values: listed(parts), more });
  },

  direction(solution, name) {
    const { direction, loss } = solution.values.get(name);
    if (!direction) return sentence("no effect");
    const word = PAGE.sentences[direction > 0 ? "lower" : "raise"];
    return loss === "erased" ? sentence("direction lost", { word }) : [word];
  },

  part(solution, name, ...names) {
    const text = solution.wires.get(name);
    const total = names.reduce((sum, each) => sum + Math.abs(Number(solution.wires.get(each))), 0);
    const share = total ? [` (${Math.floor((100 * Math.abs(Number(text))) / total + 0.5)} %)`] : [];
    return [{ math: [["", ["num", text]]] }, ...share];
  },

  "put in": (solution, name) => [{ math: [["", solution.working(name).substituted]] }],
  result: (solution, name) => [{ math: [[solution.working(name).direct, ["num", solution.values.get(name).shown]]] }],

  moved(solution, name) {
    const { lines, substituted, direct } = solution.working(name);
    return [equation(name, [lines[0][0], substituted], [direct, ["num", solution.values.get(name).shown]])];
  },

  verdict(solution, what) {
    const [before, after] = [solution.costs[0][1], solution.costs.at(-1)[1]];
    const move = (change) => (change < 0 ? "fallen" : change > 0 ? "grown" : "same");
    const printed = move(Decimal.of(after.shown).compare(Decimal.of(before.shown)));
    const full = move(after.full.value.compare(before.full.value));
    if (printed === full || printed === "same") return sentence(full, { what });
    return sentence("by rounding", { what, printed: PAGE.sentences[`has ${printed}`], full: PAGE.sentences[`has ${full}`] });
  },

  "rounding title": (solution) => (lostNames(solution).length || solution.worstCarried() ? ["What rounding did"] : null),

  rounding(solution) {
    const { erased, hollow, remedy } = solution.losses();
    if (!erased.length && !hollow.length) return null;
    const damage = [];
    if (erased.length) {
      damage.push(sentence("erased values", { values: count(erased.length, "value"), are: erased.length === 1 ? "is" : "are" }));
    }
    if (hollow.length) damage.push(sentence("hollow values", { values: count(hollow.length, "value") }));
    const { decimals, significant } = PAGE.solution.policy;
    let words = "";
    if (remedy) {
      const lost = [...erased, ...hollow].map((name) => solution.values.get(name));
      const reached = lost.filter((value) => !value.vanished).length;
      let [which, those] = reached === 1 ? ["it", "it"] : ["each of them", "them"];
      if (reached < lost.length) [which, those] = ["each that can be written", "those that can be written"];
      words = remedy.possible
        ? sentence("decimals for all", { decimals: counted(remedy.decimals), which, digits: counted(remedy.digits) })
        : sentence("significant for all", { those });
    }
    const kept = decimals === null ? `${significant} significant digits` : `${decimals} decimals`;
    return sentence("rounding", { kept, damage: listed(damage), remedy: words });
  },

  lost(solution, name, column) {
    const index = lostNames(solution).indexOf(name);
    if (index < 0 || index >= MOST_LOST) return null;
    const value = solution.values.get(name);
    const step = PAGE.stepOf.get(name);
    const happened = value.loss === "erased" ? "erased" : "hollowed out";
    return [[numeral(value.shown)], fully(solution, value), [happened], [step ? stepLink(step.number) : "–"]][column];
  },

  "more lost"(solution) {
    const more = lostNames(solution).length - MOST_LOST;
    return more > 0 ? sentence("more lost", { count: String(more) }) : null;
  },

  worst(solution) {
    const name = solution.worstCarried();
    if (!name) return null;
    const value = solution.values.get(name);
    return sentence("worst", { quantity: symbol(name), printed: numeral(value.shown), full: fully(solution, value) });
  },

  "short labels"(solution, figure) {
    const labels = [...document.querySelectorAll(`[id="${figure}"] g[data-label]`)];
    const isLong = (label) => numberOfLabel(label, solution).short !== labelText(label.dataset.q, solution);
    return labels.some(isLong) ? [` ${PAGE.sentences["short labels"]}`] : null;
  },

  derived: (solution, name) => proved(solution, solution.values.get(name).full.value),

  numeric(solution, name) {
    const row = solution.proof?.get(name);
    return row?.numeric ? proved(solution, row.numeric) : [row ? "–" : "…"];
  },

  difference(solution, name) {
    const row = solution.proof?.get(name);
    if (!row) return ["…"];
    if (!row.numeric) return sentence(row.isKink ? "at a kink" : "not judged");
    const powers = solution.policy.significant !== null;
    if (row.difference.isZero) return powers ? [numeral("0")] : sentence("all digits");
    const rounded = new Context(1).plus(row.difference);
    return powers ? [numeral(rounded.toScientific())] : [String(Math.max(0, -row.difference.adjusted - 1))];
  },

  proof(solution) {
    if (!solution.proof) return sentence("proving");
    const rows = [...solution.proof.values()];
    const judged = rows.filter(({ numeric }) => numeric);
    const some = judged.length ? "judged agree" : "none judged";
    const key = !judged.every(({ holds }) => holds) ? "not all agree" : judged.length === rows.length ? "all agree" : some;
    return sentence(key, { judged: judged.length.toLocaleString("en"), total: rows.length.toLocaleString("en") });
  },

  "worst difference"(solution) {
    const rows = [...(solution.proof?.values() ?? [])].filter(({ numeric }) => numeric);
    if (!rows.length || !rows.every(({ holds }) => holds)) return null;
    const worst = rows.reduce((most, { difference }) => (difference.compare(most) > 0 ? difference : most), ZERO);
    if (worst.isZero) return sentence("no difference");
    if (solution.policy.significant === null) return sentence("worst digits", { digits: String(Math.max(0, -worst.adjusted - 1)) });
    return sentence("worst relative", { difference: numeral(new Context(1).plus(worst).toScientific()) });
  },

  curve: (solution) => plotCaption(solution),

  "other numbers": () => sentence("other numbers"),

  /** What is true of the numbers of the file only. */
  "of the file": () => null,
};

const escaped = (text) => text.replace(/[&<>"']/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" })[sign]);

/** A content as HTML, in running text or elsewhere. */
function html(content, isRunning = false) {
  return kept(content.map((piece) => {
    if (typeof piece === "string") return escaped(piece);
    if (piece.link && !document.getElementById(piece.link)) return escaped(piece.words);
    if (piece.link) return `<a href="#${piece.link}">${escaped(piece.words)}</a>`;
    return formulaHtml(piece.math, isRunning);
  }));
}

/** A formula within a line; a plain number is written as one writes numbers in words. */
function formulaHtml(items, isRunning = false) {
  const [[sign, tree]] = items;
  if (items.length === 1 && sign === "" && tree[0] === "num" && !/e/i.test(tree[1])) return tree[1].replace("-", "−");
  const isSymbol = items.length === 1 && sign === "" && tree[0] === "name" && !("i" in PAGE.symbols[tree[1]]);
  const body = new MathPrinter("inline").formula(items);
  const said = isSymbol ? "" : escaped(speech.formula(items));
  if (isRunning && widthOfItems(items) > LONG) return brokenFormula(body, said);
  return `<math${said && ` alttext="${said}"`}>${body}</math>`;
}
