// Gradient descent: new parameters from one forward and one backward pass, again and again.

/** Of this many updates at most, the cost after each is kept for a plot. */
const EVERY = 20;

/** Full precision over many updates; each doubling of the digits costs as much again. */
const TRAINING_PRECISIONS = [50, 70, 120];

const derivativeName = (of, by) => `d${of}/d${by}`;

/** The name of a quantity after a number of updates: w6+, w6+1000. */
const updatedName = (name, updates) => (updates === 0 ? name : updates === 1 ? `${name}+` : `${name}+${updates}`);

/** The new value of a parameter: w − η·∂C/∂w. */
const descent = (parameter, { cost, update }) => [
  "sum",
  ["name", parameter],
  ["neg", ["product", ["name", update.rate], ["name", derivativeName(cost, parameter)]]],
];

/** The formulas of a single update: the new parameters, then the definitions over these. */
function updateFormulas(data) {
  const changing = new Set([...data.update.moved, ...data.definitions.map(({ name }) => name)]);
  const renamed = (tree) => tree && substitute(tree, (name) => (changing.has(name) ? ["name", updatedName(name, 1)] : null));
  return [
    ...data.update.moved.map((name) => ({ name: updatedName(name, 1), expr: descent(name, data) })),
    ...data.definitions.map(({ name, expr, stable }) => ({ name: updatedName(name, 1), expr: renamed(expr), stable: renamed(stable) })),
  ];
}

/** The updates after which the cost is noted: 1, 2, 5, 10, 20, 50 … and the last. */
function marksUpTo(steps) {
  const marks = new Set([steps]);
  for (let unit = 1; unit <= steps; unit *= 10) {
    for (const factor of [1, 2, 5]) if (unit * factor < steps) marks.add(unit * factor);
  }
  return [...marks].sort((one, other) => one - other);
}

/**
 * Several updates, as a generator that yields {done, total} after each and returns {values, costs, curve}: the Values at the
 * end by their new names, and [updates, Value] of the cost at each mark, and for a plot.
 */
function* train(data, formulas, given, values, policy) {
  const { steps, moved } = data.update;
  const marks = marksUpTo(steps);
  const loop = {
    formulas,
    definitions: data.definitions,
    rules: moved.map((name) => ({ name, expr: descent(name, data) })),
    cost: data.cost,
    marks: steps <= EVERY ? Array.from({ length: steps }, (_, index) => index + 1) : marks,
  };
  const passes = policy.eachStep ? 3 : 2;
  let count = 0;
  function* run(arithmetic, carry) {
    const updates = trainOnce(loop, given, arithmetic, carry);
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
  const atEnd = [...moved, ...data.definitions.map(({ name }) => name)].map((name) => updatedName(name, steps));
  const curve = [[0, values.get(data.cost)], ...loop.marks.map((mark) => [mark, found.get(updatedName(data.cost, mark))])];
  return {
    values: new Map(atEnd.map((name) => [name, found.get(name)])),
    costs: curve.filter(([done]) => done === 0 || marks.includes(done)),
    curve,
  };
}

/** All updates at one precision; yields after each, returns the marked costs and the final values. */
function* trainOnce({ formulas, definitions, rules, cost, marks }, given, arithmetic, carry) {
  const values = new Map(given);
  const kept = new Map();
  const last = marks[marks.length - 1];
  const evaluate = (some, into, count) => {
    for (const { name, expr, stable } of some) {
      into.set(name, named(updatedName(name, count), carry !== null, () =>
        carry ? carry(arithmetic.evaluate(expr, values)) : arithmetic.evaluate(stable ?? expr, values)));
    }
  };
  for (let count = 0; count <= last; count += 1) {
    evaluate(count === last ? definitions : formulas, values, count);
    if (marks.includes(count)) kept.set(updatedName(cost, count), values.get(cost));
    if (count === last) break;
    const moved = new Map();
    evaluate(rules, moved, count); // every gradient is taken with the parameters from before the update
    for (const [name, real] of moved) values.set(name, real);
    yield;
  }
  for (const { name } of [...definitions, ...rules]) kept.set(updatedName(name, last), values.get(name));
  return kept;
}
