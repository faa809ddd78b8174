// Training: new parameters from one forward and one backward pass by the rules of an optimizer, again and again.

/** Of this many updates at most, the cost after each is kept for a plot; of KEPT where they take batches. */
const EVERY = 20;

/** After each of so many updates the parameters, their states and the cost are kept. */
const KEPT = 100;

/** Stands for the number of the update in rules that are used again and again. */
const COUNT = "#";

/** Full precision over many updates; each doubling of the digits costs as much again. */
const TRAINING_PRECISIONS = [50, 70, 120];

const derivativeName = (of, by) => `d${of}/d${by}`;

/** The name of a quantity after a number of updates: w6+, w6+1000. */
const updatedName = (name, updates) => (updates === 0 ? name : updates === 1 ? `${name}+` : `${name}+${updates}`);

/** The states before the first update, each with its Value. */
function startsOf({ update }, policy) {
  const zero = exactly(ZERO);
  return (update.starts ?? []).map((name) => [name, new Value(zero, zero, policy.given(ZERO), policy)]);
}

/** The rules of an update, of which the first has the number 1: those of its batch, where it takes some samples alone. */
const rulesOf = ({ rules, batches = [] }, count) => (batches.length ? batches[(count - 1) % batches.length] : rules);

/** The rules of one update, over the names of its numbers: those of all parameters that move, or of the first so many. */
function rulesAt({ given, update }, count, parameters = update.moved.length) {
  const moved = new Set(update.moved);
  const still = new Set(given.map(({ name }) => name).filter((name) => !moved.has(name)));
  const found = new Set();
  const nameAt = (name) => (still.has(name) ? name : updatedName(name, found.has(name) ? count : count - 1));
  const formulas = [];
  let left = parameters;
  for (const { name, expr } of rulesOf(update, count)) {
    if (left === 0) break;
    const filled = substitute(expr, (other) => (other === COUNT ? num(String(count)) : ["name", nameAt(other)]));
    formulas.push({ name: updatedName(name, count), expr: withoutOnes(filled) });
    found.add(name);
    if (moved.has(name)) left -= 1;
  }
  return formulas;
}

/** The formula without powers to the 1, which the first update has. */
function withoutOnes(tree) {
  const node = rebuild(tree, withoutOnes);
  return node[0] === "power" && sameTree(node[2], num("1")) ? node[1] : node;
}

/** The formulas of a single update: the rules, then the definitions over the new parameters. */
function updateFormulas(data) {
  const changing = new Set([...data.update.moved, ...data.definitions.map(({ name }) => name)]);
  const renamed = (tree) => tree && substitute(tree, (name) => (changing.has(name) ? ["name", updatedName(name, 1)] : null));
  return [
    ...rulesAt(data, 1),
    ...data.definitions.map(({ name, expr, stable }) => ({ name: updatedName(name, 1), expr: renamed(expr), stable: renamed(stable) })),
  ];
}

/** Of several updates, the rules that are written out for the first parameter; the gradient in the first only. */
const writtenOut = (data) =>
  Array.from({ length: data.update.writtenOut ?? 0 }, (_, index) => rulesAt(data, index + 1, 1).slice(index ? 1 : 0)).flat();

/** Of the values, those that no sentence about all values speaks of: derivatives by another name, and what held on the way. */
function valuesAside({ definitions, update }, values) {
  const { steps, moved, starts = [], told = [], gradients = [] } = update;
  if (steps === 1) return new Set([...starts, ...gradients.map((name) => updatedName(name, 1))]);
  const last = [...moved, ...told, ...definitions.map(({ name }) => name)].filter((name) => !gradients.includes(name));
  const atEnd = new Set(last.map((name) => updatedName(name, steps)));
  return new Set([...starts, ...[...values.keys()].filter((name) => name.includes("+") && !atEnd.has(name))]);
}

/** The updates after which the cost is noted: 1, 2, 5, 10, 20, 50 … and the last; counted in epochs of several updates. */
function marksUpTo(steps, epoch) {
  const marks = new Set([steps]);
  for (let unit = 1; unit * epoch <= steps; unit *= 10) {
    for (const factor of [1, 2, 5]) if (unit * factor * epoch < steps) marks.add(unit * factor * epoch);
  }
  return [...marks].sort((one, other) => one - other);
}

/**
 * Several updates, as a generator that yields {done, total} after each and returns {values, costs, curve}: the Values on the
 * way and at the end by their new names, and [updates, Value] of the cost at each mark, and for a plot.
 */
function* train(data, formulas, given, values, policy) {
  const { steps, told, starts = [] } = data.update;
  const epoch = Math.max(data.update.batches?.length ?? 0, 1);
  const marks = marksUpTo(steps, epoch);
  const points = steps <= (epoch === 1 ? EVERY : KEPT) ? Array.from({ length: steps }, (_, index) => index + 1) : marks;
  const zero = exactly(ZERO);
  const kept = new Map(points.map((point) => [point, [data.cost]]));
  for (let count = 1; count <= Math.min(steps, KEPT); count += 1) kept.set(count, [...told, data.cost]);
  kept.set(steps, [...told, ...data.definitions.map(({ name }) => name)]);
  const loop = { formulas, definitions: data.definitions, update: data.update, kept, last: steps };
  const passes = policy.eachStep ? 3 : 2;
  let count = 0;
  function* run(arithmetic, carry) {
    const updates = trainOnce(loop, new Map([...given, ...starts.map((name) => [name, zero])]), arithmetic, carry);
    for (;;) {
      const { done, value } = updates.next();
      if (done) return value;
      count += 1;
      yield { done: Math.min(Math.floor(count / passes), steps), total: steps };
    }
  }
  const full = yield* sure((arithmetic) => run(arithmetic, null), policy, TRAINING_PRECISIONS);
  const carried = policy.eachStep ? yield* run(new Arithmetic(policy.digits + 60), (real) => policy.carried(real)) : full;
  const found = new Map();
  for (const [name, real] of full) found.set(name, named(name, policy.eachStep, () => valueOf(carried.get(name), real, policy)));
  const shown = [...kept].filter(([after]) => after <= KEPT || after === steps).sort(([one], [other]) => one - other);
  const names = shown.flatMap(([after, some]) => some.map((name) => updatedName(name, after)));
  const curve = [[0, values.get(data.cost)], ...points.map((point) => [point, found.get(updatedName(data.cost, point))])];
  return {
    values: new Map(names.map((name) => [name, found.get(name)])),
    costs: curve.filter(([done]) => done === 0 || marks.includes(done)),
    curve,
  };
}

/** All updates at one precision; yields after each, returns what is kept. */
function* trainOnce({ formulas, definitions, update, kept, last }, given, arithmetic, carry) {
  const values = new Map(given);
  const found = new Map();
  const evaluate = (some, count) => {
    for (const { name, expr, stable } of some) {
      values.set(name, named(updatedName(name, count), carry !== null, () =>
        carry ? carry(arithmetic.evaluate(expr, values)) : arithmetic.evaluate(stable ?? expr, values)));
    }
  };
  for (let count = 0; count <= last; count += 1) {
    evaluate(count === last ? definitions : formulas, count);
    for (const name of kept.get(count) ?? []) found.set(updatedName(name, count), values.get(name));
    if (count === last) break;
    // No rule uses another parameter, and all gradients are there: what is new takes the place of the old.
    values.set(COUNT, exactly(Decimal.of(String(count + 1))));
    evaluate(rulesOf(update, count + 1), count + 1);
    yield;
  }
  return found;
}
