// The engine of a page that lives: works the network out again from numbers that a reader changes, digit for digit as
// derive itself does. The files are read in this order: decimal, functions, tree, real, arithmetic, rounding,
// values, working, training, kinks, solution; they need nothing else, and nothing of the browser.
//
// DATA, as derive.document.live writes it (trees: see tree.js):
//   given        [{name, text, role, least?, most?}]  role: input, target, weight, bias, learning_rate …
//   definitions  [{name, expr, stable?, slopes?}]     in order; stable loses no digits; slopes: derivatives at a kink
//   steps        [{number, target, equals, rule, of, variable, uses, formulas, result, stable?}]
//                formulas: what stands before the numbers, the last is result
//   terms        [{name, expr}]                       dE_o1/dout_h1, with several outputs
//   cost         the name of the cost
//   parameters   the names of the weights and biases
//   policy       {eachStep, decimals, significant, tiesUp}
//   update       {rate, steps, moved, frozen, rules, batches?, starts?, told?, gradients?, writtenOut?} or null
//                rules: [{name, expr}], the states of each parameter that moves, then itself, over what stands under the
//                names by then; "#" is the number of the update; batches: where an update takes some samples alone, the
//                rules of one after the other, in turn; starts: the states that are 0 before the first; told:
//                what is told of each parameter after an update, of which gradients are derivatives by another name;
//                writtenOut: how many of several updates are written out for the first parameter
//   wires        [{name, expr, inner?}] of the computation graph, if any; inner results are not rounded
//
// solve(data, given) → Solution; given is a Map from names to texts; those left out stay as data says. It never throws.
//   .error       null, or a sentence for the reader; then .fault = {name, what} and there are no values
//   .values      Map of name → Value: .shown, .exact (text), .fullShown (six digits or more), .sign ("=" or "≈" between the name
//                and what is shown), .loss (null, "erased", "hollow"), .direction (−1, 0, 1), .vanished (not 0, but
//                too close to it to be written), .carried.exact
//   .formulas(name)  the trees that stand before the numbers of a definition, step or updated quantity
//   .working(name)   {substituted, lines: [[sign, tree], …], direct, instead: tree or null}; see working.js
//   .holding(tree)   of a definition by cases, which case holds: {index, holds, tests}, else null; index counts
//                    from 0, past the last branch it is the last case; tests are {test, left, right}, up to the one that
//                    holds; left and right are {sign, shown}
//   .kinks       [{name, argument, below, above, taken, exact, jump, tied}]: texts; below and above may be "Infinity";
//                jump is null, or the function's values [just below, at, just above] the point; tied: whether several
//                quantities are the largest or smallest alike
//   .costs       [[0, Value], [1, Value]] of a single update; empty until .train() is at its end with several
//   .curve       the same for a plot: after every update, where there are few
//   .train()     with several updates: a generator that yields {done, total} after each, as often as the page has time;
//                at its end the values and costs are there. finish(solution.train()) runs it at once
//   .wires       Map of name → text: what a wire of the computation graph carries, as it is printed
//   .product(name, name)   the Value of a product that has no name of its own, as the computation graph shows it
//   .isSaturated(slope), .remedy(value), .losses(), .worstCarried()   for the page's words
//   .afterUpdate(rate)   texts of the parameters after one update from here, to be given to solve again
// numberFault(text, {least, most}) → null, or what is wrong with a number that a reader wrote, as a phrase.

/** A neuron whose output follows its net input more slowly than this is called saturated. */
const SATURATED = Decimal.of("0.01");

/** The most decimals that a file may ask for, the most digits and the largest power of ten that a number may have. */
const MOST_DECIMALS = 50;
const MOST_DIGITS_WRITTEN = 50;
/** A longer text is not looked at: it may come from an address. */
const LONGEST_WRITTEN = 400;
const LARGEST_POWER = 100;

/** As many digits as a value at full precision is told with. */
const ALL_SHOWN = new RoundingPolicy({ eachStep: false, decimals: null, significant: 15, tiesUp: false });

/** What is wrong with a number as it is written, or null. */
function numberFault(text, { least, most } = {}) {
  if (text.length > LONGEST_WRITTEN) return `a text of more than ${LONGEST_WRITTEN} characters`;
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return "not a number";
  if (Math.abs(Number(/e(.*)$/i.exec(text)?.[1] ?? 0)) > 3 * LARGEST_POWER) return "a number with too large an exponent";
  const value = Decimal.of(text);
  if (value.digits > MOST_DIGITS_WRITTEN) return `a number of more than ${MOST_DIGITS_WRITTEN} digits`;
  if ((!value.isZero && Math.abs(value.adjusted) > LARGEST_POWER) || Math.abs(value.e) > 2 * LARGEST_POWER) return "a number with too large an exponent";
  if (least !== undefined && value.compare(Decimal.of(least)) < 0) return `a number below ${least}`;
  if (most !== undefined && value.compare(Decimal.of(most)) > 0) return `a number above ${most}`;
  return null;
}

/** A network worked out. */
class Solution {
  constructor(data, given) {
    this.data = data;
    this.policy = new RoundingPolicy(data.policy);
    this.values = new Map();
    this.wires = new Map();
    this.costs = this.curve = this.kinks = [];
    this.error = this.fault = null;
    this.workings = new Map();
    this.attempt(() => this.work(given));
  }

  /** Does what may meet a value that does not exist, and tells of it. */
  attempt(action) {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof ValueRangeError)) throw error;
      const name = error instanceof QuantityError ? error.name : "";
      let sentence = `${name || "A value"} cannot be worked out: ${error.what}.`;
      if (name.includes("+")) sentence += " It is met during the updates: a smaller learning rate may keep it away.";
      if (error.rounded) sentence += " It is met because results are rounded at each step: more digits, or full precision, may keep it away.";
      this.fail(sentence, { name, what: error.what });
      return null;
    }
  }

  fail(sentence, fault) {
    this.error = sentence;
    this.fault = fault;
    this.values = new Map();
    this.kinks = this.costs = this.curve = [];
  }

  work(given) {
    const { data, policy } = this;
    const numbers = new Map();
    for (const { name, text, least, most } of data.given) {
      const written = String(given.get(name) ?? text).trim();
      const fault = written === text ? null : numberFault(written, { least, most }); // the file's are held against its rules
      if (fault) return this.fail(`${name} is ${fault}.`, { name, what: fault });
      numbers.set(name, Decimal.of(written));
    }
    this.backward = data.steps.flatMap(({ target, equals, result, stable }) => [
      { name: target, expr: result, stable },
      ...equals.map((name) => ({ name, expr: ["name", target] })),
    ]);
    this.given = new Map([...numbers].map(([name, value]) => [name, exactly(value)]));
    const known = new Map([...this.given].map(([name, real]) => [name, new Value(real, real, policy.given(real.value), policy)]));
    const { wires = [] } = data;
    this.put([...data.definitions, ...this.backward, ...data.terms, ...wires], this.given, known);
    this.wires = new Map(wires.map((wire) => [wire.name, this.wireText(wire)]));
    wires.forEach(({ name }) => this.values.delete(name));
    if (data.update && data.update.steps === 1) {
      const full = new Map([...this.values].map(([name, value]) => [name, value.full]));
      const { cost } = data;
      const starts = startsOf(data, policy);
      this.put(updateFormulas(data), new Map([...full, ...starts.map(([name, value]) => [name, value.full])]), new Map([...this.values, ...starts]));
      this.curve = this.costs = [[0, this.values.get(cost)], [1, this.values.get(updatedName(cost, 1))]];
    }
    this.kinks = [...findKinks(data.definitions, this.values)];
    return undefined;
  }

  /** What a wire carries that no quantity is: nothing is rounded within a formula. */
  wireText({ name, expr, inner }) {
    if (!inner || !this.policy.eachStep) return this.values.get(name).shown;
    const result = carriedResult(expr, carriedIn(expr, this.values), ALL_SHOWN);
    return new Value(result, result, "", this.policy).exact;
  }

  /** Adds the values of formulas over known ones. */
  put(formulas, full, known) {
    const found = follow(known, formulas, fullPrecision(full, formulas, this.policy), this.policy);
    this.values = new Map([...known, ...found]);
  }

  /** Several updates; see above. */
  *train() {
    const { data, policy, values } = this;
    if (this.error || !data.update || data.update.steps === 1) return;
    let trained = null;
    const updates = train(data, [...data.definitions, ...this.backward], this.given, values, policy);
    for (;;) {
      const next = this.attempt(() => updates.next());
      if (next === null) return;
      trained = next.value;
      if (next.done) break;
      yield trained;
    }
    this.values = new Map([...values, ...startsOf(data, policy), ...trained.values]);
    this.costs = trained.costs;
    this.curve = trained.curve;
  }

  /** What a quantity is worked out from: its formulas in symbols, and an equal one that loses no digits. */
  source(name) {
    return sourcesOf(this.data).get(name);
  }

  formulas(name) {
    return this.source(name).formulas;
  }

  working(name) {
    if (!this.workings.has(name)) {
      const { expr, stable } = this.source(name);
      const value = this.values.get(name);
      let working;
      try {
        working = workOut(expr, this.values, value, this.policy, stable);
      } catch (error) {
        if (!(error instanceof ValueRangeError)) throw error;
        working = { substituted: expr, lines: [["≈", num(value.shown)]], direct: "≈", instead: null };
      }
      this.workings.set(name, working);
    }
    return this.workings.get(name);
  }

  holding(tree) {
    if (tree[0] !== "cases") return null;
    const tests = tree[1].map(([, test]) => test);
    const reader = new Arithmetic();
    const carried = carriedIn(tree, this.values);
    const found = tests.findIndex((test) => reader.holds(test, carried));
    const side = (expr) => {
      if (isNumber(expr)) return { sign: "=", shown: expr[1] };
      if (expr[0] === "name") return this.values.get(expr[1]);
      const { value, exact } = reader.evaluate(expr, carried);
      const shown = this.policy.shown(value, exact);
      return { sign: exact && Decimal.of(shown).equals(value) ? "=" : "≈", shown };
    };
    const told = tests.slice(0, found < 0 ? tests.length : found + 1);
    return {
      index: found < 0 ? tests.length : found,
      holds: found >= 0,
      tests: told.map((test) => ({ test, left: side(test[0]), right: side(test[2]) })),
    };
  }

  /** The product of some quantities, which has no name of its own, as it would be carried and printed. */
  product(...names) {
    const tree = ["product", ...names.map((name) => ["name", name])];
    const [full, carried] = ["full", "carried"].map((kind) => {
      const known = new Map(names.map((name) => [name, this.values.get(name)[kind]]));
      return new Arithmetic(2 * PROMISED_DIGITS).evaluate(tree, known);
    });
    return valueOf(carried, full, this.policy);
  }

  /** Whether a neuron with this slope hardly follows its net input any more. */
  isSaturated(slope) {
    return this.values.get(slope).full.value.abs().compare(SATURATED) < 0;
  }

  /** How many decimals would keep how many digits of a damaged value; null where no policy with decimals would. */
  remedy(value) {
    if (this.policy.decimals === null || value.vanished) return null;
    const left = value.loss === "hollow" ? this.policy.keptDigits(value.shown) : 0;
    const digits = Math.max(2, left + 1);
    const decimals = digits - 1 - value.full.value.adjusted;
    if (decimals <= this.policy.decimals) return null; // a large value, which numbers carried on took away
    return { left, digits, decimals, possible: decimals <= MOST_DECIMALS };
  }

  /** What rounding did to all values: names of those erased and hollow, and the decimals that would keep enough digits of each. */
  losses() {
    const aside = this.data.update ? valuesAside(this.data, this.values) : [];
    const aliases = new Set([...this.data.steps.flatMap((step) => step.equals), ...aside]);
    const lost = [...this.values].filter(([name, value]) => value.loss && !aliases.has(name));
    const erased = lost.filter(([, value]) => value.loss === "erased").map(([name]) => name);
    const hollow = lost.filter(([, value]) => value.loss === "hollow").map(([name]) => name);
    const reached = lost.map(([, value]) => value).filter((value) => !value.vanished);
    if (!reached.length || !reached.every((value) => this.remedy(value))) return { erased, hollow, remedy: null };
    const decimals = Math.max(...reached.map((value) => this.remedy(value).decimals));
    const digits = Math.min(...reached.map((value) => decimals + 1 + value.full.value.adjusted));
    return { erased, hollow, remedy: { decimals, digits, possible: decimals <= MOST_DECIMALS } };
  }

  /** The name of the gradient that carried rounding moved furthest, if it shows in the printed digits, else null. */
  worstCarried() {
    let worst = null;
    let furthest = ZERO;
    const context = new Context(28);
    for (const { target } of this.policy.eachStep ? this.data.steps : []) {
      const value = this.values.get(target);
      if (value.loss || value.full.value.isZero) continue;
      const printed = Decimal.of(value.shown);
      const off = context.divide(context.subtract(printed, value.full.value), value.full.value).abs();
      if (off.compare(furthest) > 0 && !printed.equals(this.policy.rounded(value.full.value))) [worst, furthest] = [target, off];
    }
    return worst;
  }

  /** The parameters after one update: as printed where each step is rounded, else at full precision. */
  afterUpdate(rate) {
    const { data, policy } = this;
    const names = new Map([...this.values].map(([name, value]) => [name, value.carried]));
    const downhill = (name) => ["sum", ["name", name], ["neg", ["product", ["name", ""], ["name", derivativeName(data.cost, name)]]]];
    const rules = data.update ? rulesAt(data, 1) : data.parameters.map((name) => ({ name: updatedName(name, 1), expr: downhill(name) }));
    names.set(data.update ? data.update.rate : "", exactly(Decimal.of(rate)));
    for (const name of data.update?.starts ?? []) names.set(name, exactly(ZERO));
    const texts = new Map();
    for (const { name, expr } of rules) {
      const result = new Arithmetic(60).evaluate(expr, names);
      const carried = policy.eachStep ? policy.carried(result) : result;
      names.set(name, carried);
      texts.set(name.replace("+", ""), policy.eachStep ? policy.text(carried.value) : new Value(carried, carried, "", policy).exact);
    }
    return new Map((data.update ? data.update.moved : data.parameters).map((name) => [name, texts.get(name)]));
  }
}

const solve = (data, given = new Map()) => new Solution(data, given);

const SOURCES = new WeakMap();

/** By name, the formulas of everything that a page works out. */
function sourcesOf(data) {
  if (!SOURCES.has(data)) {
    const updates = !data.update ? [] : data.update.steps === 1 ? updateFormulas(data) : writtenOut(data);
    SOURCES.set(data, new Map([
      ...[...data.definitions, ...data.terms, ...updates].map(({ name, expr, stable }) => [name, { expr, stable, formulas: [expr] }]),
      ...data.steps.map(({ target, result, stable, formulas }) => [target, { expr: result, stable, formulas }]),
    ]));
  }
  return SOURCES.get(data);
}
