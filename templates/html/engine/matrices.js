// The lines of an equation of arrays: the numbers put in have as many digits as it takes for the formula of every entry to
// give its printed value, and "=" stands only where all of them are exactly equal.

/**
 * The numbers of a formula of arrays: cells are the formulas of the entries, none where only the values are shown.
 *
 * written: by name, what is put in for it; null where no digits that can be read give the values.
 * putIn, result: the signs before the numbers put in, and before the values; atOnce: that before the values where no
 * numbers are put in.
 */
function workOutArray(cells, results, values, policy) {
  const used = [...new Set(cells.flatMap(namesOf))];
  const sign = (isSame) => (isSame ? "=" : "≈");
  const alone = sign(results.every(({ shown, carried }) => isText(shown, carried)));
  for (const written of cells.length ? levels(used, values, policy) : []) {
    const filled = cells.map((cell) => substitute(cell, (name) => written.get(name)));
    if (!filled.every((cell, place) => gives(cell, Decimal.of(results[place].shown), policy))) continue;
    const isCarried = used.every((name) => isText(written.get(name)[1], values.get(name).carried));
    const isExact = filled.every((cell, place) => equalsText(cell, results[place].shown));
    const result = sign(isExact);
    return { written, putIn: sign(isCarried), result, atOnce: isCarried ? result : alone };
  }
  return { written: null, putIn: "=", result: alone, atOnce: alone };
}

/** Ways to write the numbers put in: as they are printed, then with more and more digits. */
function* levels(used, values, policy) {
  const all = (text) => new Map(used.map((name) => [name, num(text(values.get(name)))]));
  yield all((value) => value.shown);
  if (policy.eachStep) return;
  const first = Math.max(policy.digits, 1);
  for (let digits = first; digits < first + EXTRA_DIGITS; digits += 1) yield all((value) => longer(value, digits));
}

/** Whether a line of numbers is exactly what is printed. */
function equalsText(filled, text) {
  try {
    return isText(text, READER.evaluate(filled, NO_NAMES));
  } catch (error) {
    if (error instanceof ValueRangeError) return false;
    throw error;
  }
}

/** The lines of an equation of arrays as pairs of a sign and a tree; those without numbers stay as they are. */
function arrayLines({ symbols, numbers, values: last }, { written, putIn, result, atOnce }, values) {
  const shown = (name) => num(values.get(name).shown);
  const lines = symbols.map((tree) => ["=", tree]);
  const found = substitute(last, shown);
  if (!numbers || !written) return [...lines, [atOnce, found]];
  const put = substitute(numbers, (name) => written.get(name) ?? shown(name));
  lines.push([putIn, put]);
  return JSON.stringify(put) === JSON.stringify(found) ? lines : [...lines, [result, found]];
}
