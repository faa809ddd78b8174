// Stands behind the engine in the tests: reads one request per line, writes one answer per line.

const asks = {
  /** Everything that a solution knows, of the data and the numbers given. */
  solve({ data, given }) {
    const solution = solve(data, new Map(Object.entries(given)));
    finish(solution.train());
    if (solution.error) return { error: solution.error, fault: solution.fault };
    const values = Object.fromEntries([...solution.values].map(([name, value]) => [name, {
      shown: value.shown, exact: value.exact, full: value.fullShown, sign: value.sign, loss: value.loss,
      direction: value.direction, digits: value.full.value.toScientific(),
    }]));
    const sources = [...sourcesOf(data).keys()];
    return {
      values,
      workings: Object.fromEntries(sources.map((name) => [name, solution.working(name)])),
      formulas: Object.fromEntries(sources.map((name) => [name, solution.formulas(name)])),
      arrays: Object.fromEntries((data.arrays ?? []).map(({ name }) => [name, solution.arrayLines(name)])),
      holding: Object.fromEntries(sources.map((name) => [name, holding(solution, name)])),
      kinks: solution.kinks,
      costs: solution.costs.map(([done, value]) => [done, value.shown]),
      curve: solution.curve.map(([done, value]) => [done, value.shown]),
      products: data.steps.map(({ target }) => solution.product(target, data.given[0].name).shown),
      wires: Object.fromEntries(solution.wires),
      losses: solution.losses(),
      worst: solution.worstCarried(),
    };
  },
  /** A function of a decimal to a number of digits. */
  call({ name, argument, digits }) {
    const [compute] = FUNCTIONS[name] ?? [{ sqrt: (x) => new Context(digits).sqrt(x), pi: () => circleNumber(digits) }[name]];
    return compute(Decimal.of(argument), digits).toScientific();
  },
  /** An operation of a context. */
  operate({ operation, left, right, digits }) {
    const context = new Context(digits);
    const result = context[operation](Decimal.of(left), Decimal.of(right));
    return [result.toScientific(), context.inexact];
  },
  /** A number rounded and written by a policy. */
  write({ policy, text, exact }) {
    const value = Decimal.of(text);
    const rounding = new RoundingPolicy(policy);
    return [rounding.shown(value, exact), rounding.given(value)];
  },
  fault({ text, bounds }) {
    return numberFault(text, bounds);
  },
  /** Every gradient held against a numeric one. */
  prove({ data, given }) {
    const solution = solve(data, new Map(Object.entries(given)));
    if (solution.error) return null;
    return [...finish(prove(solution))].map(([name, { numeric, holds, isKink }]) => [
      name, numeric && new Context(12).plus(numeric).toFixed(), holds ?? null, isKink ?? false,
    ]);
  },
  after({ data, given, rate }) {
    return Object.fromEntries(solve(data, new Map(Object.entries(given))).afterUpdate(rate));
  },
};

function holding(solution, name) {
  const found = solution.holding(solution.formulas(name)[solution.formulas(name).length - 1]);
  const said = ({ sign, shown }) => [sign, shown];
  return found && { ...found, tests: found.tests.map((one) => ({ ...one, left: said(one.left), right: said(one.right) })) };
}

for (const line of require("node:fs").readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const request = JSON.parse(line);
  try {
    console.log(JSON.stringify(asks[request.ask](request)));
  } catch (error) {
    console.log(JSON.stringify(error instanceof ValueRangeError ? { refused: error.what } : { thrown: String(error.stack) }));
  }
}
