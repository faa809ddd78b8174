// How a worksheet checks: everything is worked out from the given numbers, and once more from those filled in.
//
// DATA: {solution, places: [{number, names, expr?, rule?, wrong?: [{expr, says}]}]}; see derive.course.parts.checking.

const DATA = JSON.parse(document.getElementById("_data").textContent);
const worked = solve(DATA.solution);

/** By the number of a place, the right rule among those offered. */
const rules = new Map(DATA.places.filter(({ rule }) => rule !== undefined).map(({ number, rule }) => [String(number), rule]));

const PRECISE = new Context(60);
const apart = (one, other) => PRECISE.subtract(one, other).abs();

/** How far off an answer may be from what is shown of a value. */
function tolerance(shown, real) {
  if (real.exact && shown.equals(real.value)) return ZERO;
  const sized = shown.isZero ? real.value : shown;
  if (sized.isZero) return ZERO;
  const unit = new Decimal(1n, worked.policy.lastPlace(sized));
  const moved = apart(shown, real.value);
  return moved.compare(unit) <= 0 ? unit : PRECISE.add(unit, moved);
}

/** Whether an answer is a value, as far as rounding goes. */
function fits(answer, real) {
  const shown = Decimal.of(worked.policy.shown(real.value, real.exact));
  return apart(answer, shown).compare(tolerance(shown, real)) <= 0;
}

/** What is to be said of an answer that is a value with fewer digits than are asked for, as the audit says; null of others. */
function shortened(answer, { shown, full }) {
  if (answer.isZero || answer.e <= Decimal.of(shown).e) return null;
  const unit = new Decimal(1n, answer.e);
  const off = apart(answer, full.value);
  if (PRECISE.add(off, off).compare(unit) <= 0) return "";
  return off.compare(unit) < 0 && answer.abs().compare(full.value.abs()) < 0 ? ", but cut off and not rounded" : null;
}

/** The value of a formula over numbers, or null where there is none. */
function valueAt(expr, numbers) {
  try {
    return new Arithmetic(60).evaluate(expr, numbers);
  } catch (error) {
    if (error instanceof ValueRangeError) return null;
    throw error;
  }
}

/** The names in a formula. */
const namesIn = (tree) => (tree[0] === "name" ? [tree[1]] : tree.filter(Array.isArray).flatMap(namesIn));

/** What is told of each answer: given are texts by the number of the place. */
function checked(given) {
  const later = DATA.places.some(({ number, names }) => given.has(String(number)) && !worked.values.has(names[0]));
  if (later) finish(worked.train()); // several updates take their time, and are made when one is asked for
  const kind = worked.policy.eachStep ? "carried" : "full";
  const truth = new Map([...worked.values].map(([name, value]) => [name, value[kind]]));
  const theirs = new Map(truth);
  /** By name, the place of an earlier answer that is not right. */
  const off = new Map();
  const found = new Map();
  for (const { number, names, expr, wrong = [] } of DATA.places) {
    const text = given.get(String(number));
    if (text === undefined) {
      passedOver(names, expr);
      continue;
    }
    const fault = numberFault(text);
    if (fault) {
      found.set(String(number), { verdict: "wrong", says: `This is ${fault}.` });
      continue;
    }
    const answer = Decimal.of(text);
    const told = judged(answer, worked.values.get(names[0]), expr, wrong);
    found.set(String(number), told);
    for (const name of names) {
      theirs.set(name, exactly(answer));
      if (!["right", "more"].includes(told.verdict)) off.set(name, number);
    }
  }
  return found;

  /** What is not filled in may have been worked out in the head, from earlier numbers as they are. */
  function passedOver(names, expr) {
    const earlier = expr ? namesIn(expr).find((name) => off.has(name)) : undefined;
    const value = earlier === undefined ? null : valueAt(expr, theirs);
    if (!value) return;
    for (const name of names) {
      theirs.set(name, value);
      off.set(name, off.get(earlier));
    }
  }

  function judged(answer, value, expr, wrong) {
    if (fits(answer, value.full) || fits(answer, exactly(Decimal.of(value.shown)))) return { verdict: "right", says: "Right." };
    const short = shortened(answer, value);
    if (short !== null) return { verdict: "more", says: `Right as far as it goes${short}; more digits are asked for.` };
    const earlier = expr ? [...new Set(namesIn(expr).filter((name) => off.has(name)))] : [];
    const follows = earlier.length ? valueAt(expr, theirs) : null;
    if (follows && fits(answer, follows)) {
      const used = [...new Set(earlier.map((name) => `(${off.get(name)})`))].join(", ");
      const eases = ({ value }) => value.isZero || value.equals(Decimal.of("1")); // of -1 the sign is to be turned
      const eased = answer.isZero || earlier.some((name) => eases(theirs.get(name)) && !eases(truth.get(name)));
      const easy = eased ? " That number makes this line easier than it is meant to be." : "";
      return { verdict: "follows", says: `Right, given your earlier number in ${used}.${easy}` };
    }
    for (const numbers of earlier.length ? [theirs, truth] : [truth]) {
      for (const each of wrong) {
        const number = valueAt(each.expr, numbers);
        if (number && !number.value.isZero && fits(answer, number)) return { verdict: "wrong", says: `Not right. ${each.says}` };
      }
    }
    return { verdict: "wrong", says: "Not right." };
  }
}
