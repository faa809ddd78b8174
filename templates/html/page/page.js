// The page itself: the fields of the given numbers, and everything that follows them.

const PAGE = JSON.parse(byId("_data").textContent);
// What is looked up by the names of quantities are Maps: a quantity may be called like a member of every object.
PAGE.stepOf = new Map(PAGE.solution.steps.map((step) => [step.target, step]));
PAGE.arrays = new Map((PAGE.solution.arrays ?? []).map((array) => [array.name, array]));
connectQuantities();

const fields = [...document.querySelectorAll(".field input")];
const first = new Map(PAGE.solution.given.map(({ name, text }) => [name, text]));
/** The numbers of the last state that was good; what stands in the fields may be at fault. */
let state = first;
/** The numbers that were asked for last: those of the page, or what is still worked out. */
let wanted = first;
let solution = null;
/** What stood on the page at first, by element. */
const untouched = new Map();
/** The markup that an element was last given: to read it from the page takes as long as to write it. */
const standing = new Map();

/** What each quantity comes from and goes into, and which quantity each weight is a factor of. */
function connectQuantities() {
  const formulas = [
    ...PAGE.solution.definitions.map(({ name, expr }) => [name, expr]),
    ...PAGE.solution.steps.map(({ target, result }) => [target, result]),
  ];
  PAGE.arguments = new Map(formulas.map(([name, tree]) => [name, namesOf(tree)]));
  for (const { target, equals } of PAGE.solution.steps) for (const name of equals) PAGE.arguments.set(name, [target]);
  PAGE.users = new Map([...PAGE.arguments.values()].flat().map((name) => [name, []]));
  for (const [name, used] of PAGE.arguments) for (const other of used) PAGE.users.get(other).push(name);
  const weights = new Set(PAGE.solution.given.filter(({ role }) => role === "weight").map(({ name }) => name));
  PAGE.sourceOf = new Map();
  for (const { expr } of PAGE.solution.definitions) {
    for (const [kind, one, other] of nodesOf(expr)) {
      if (kind === "product" && one[0] === "name" && other[0] === "name" && weights.has(other[1])) PAGE.sourceOf.set(other[1], one[1]);
    }
  }
}

const announce = (words) => {
  byId("_status").textContent = words;
};
/** What the change has made of the cost. */
const announceCost = (before, after) => {
  byId("_status").innerHTML = html([symbol(PAGE.solution.cost), ` ${before} → ${after}`]);
};

/** The solution of the numbers that stand on the page. */
function current() {
  if (!solution) solution = solve(PAGE.solution, state);
  return solution;
}

/** How long the page may be busy before it lets its reader do something, in milliseconds. */
const BUSY = 50;
/** How long a reader who types may pause before the page follows, in milliseconds. */
const PAUSE = 300;
let typing = 0;
/** Counts what was asked for, so that an answer that comes late is not taken for the latest. */
let asked = 0;

/** Runs a long calculation, with pauses, for as long as it is wanted: {value} of what it returns, or null. */
async function workedThrough(calculation, isWanted, tell) {
  for (let since = performance.now(); ; ) {
    const { done, value } = calculation.next();
    if (done) return { value };
    if (performance.now() - since < BUSY) continue;
    tell(value);
    await new Promise((resume) => setTimeout(resume));
    if (!isWanted()) return null;
    since = performance.now();
  }
}

/** The solution of other numbers, or null if others were asked for meanwhile: many updates take their time. */
async function worked(given) {
  const mine = (asked += 1);
  const found = solve(PAGE.solution, given);
  const isDone = await workedThrough(found.train(), () => mine === asked, ({ done, total }) => announce(`${done} of ${total} updates`));
  if (!isDone) return null;
  return found;
}

/** Writes an element anew, and remembers what stood there. */
function rewrite(element, markup, hidden) {
  if (!untouched.has(element)) untouched.set(element, { nodes: [...element.childNodes], hidden: element.hidden });
  if (standing.get(element) !== markup) element.innerHTML = markup;
  standing.set(element, markup);
  element.hidden = hidden;
}

/** The left side and the rows of a derivation, of arrays or of numbers. */
function derivationOf({ about, arrays, compact }, shown) {
  if (arrays === undefined) {
    const left = nameOf(about);
    return [left, derivationRows(left, shown.formulas(about), shown.working(about), compact !== undefined)];
  }
  const { left } = PAGE.solution.arrays.find(({ name }) => name === about);
  const items = shown.arrayLines(about);
  if (compact !== undefined) return [left, [{ items, continued: false }]];
  const counts = JSON.parse(arrays);
  return [left, items.flatMap((item, line) => brokenAlike(item, items.length === counts.length ? counts[line] : []))];
}

/** Writes the passages that a selector finds. */
function writePassages(shown, selector) {
  for (const element of document.querySelectorAll(selector)) {
    const content = WRITERS[element.dataset.live](shown, ...JSON.parse(element.dataset.about));
    rewrite(element, content ? html(content, Boolean(element.closest("main > :is(p, ul), td"))) : "", !content);
  }
}

/** Shows a solution of numbers that are not the file's: every passage, derivation and drawing. */
function show(shown) {
  writePassages(shown, "[data-live]");
  for (const element of document.querySelectorAll(".derivation[data-about]")) {
    const [left, rows] = derivationOf(element.dataset, shown);
    const said = escaped(speech.equation(left, rows));
    rewrite(element, `\n<math display="block" alttext="${said}">${new MathPrinter("display").equation(left, rows)}</math>\n`, false);
  }
  for (const [kind, draw] of [["label", relabel], ["shade", reshade]]) {
    for (const group of document.querySelectorAll(`main g[data-${kind}]`)) {
      if (!untouched.has(group)) untouched.set(group, { nodes: [...group.cloneNode(true).childNodes] });
      draw(group, shown);
    }
  }
  for (const [figure, pieces] of Object.entries(PAGE.drawings)) {
    rewrite(byId(figure).querySelector("desc"), escaped(withoutTitle(drawingInWords(figure, pieces, shown))), false);
  }
  const plot = document.querySelector("#cost-curve .drawing");
  if (plot) rewrite(plot, plotMarkup(plot, shown), false);
  showWholes();
  alignSeen();
  showProof(shown);
}

/** Holds the gradients against numeric ones, and writes what comes of it. */
async function showProof(shown) {
  const isWanted = () => solution === shown;
  await new Promise((resume) => requestAnimationFrame(() => setTimeout(resume))); // what has changed is seen first
  const found = isWanted() && (await workedThrough(prove(shown), isWanted, () => {}));
  if (!found) return;
  shown.proof = found.value;
  writePassages(shown, "[data-live=numeric], [data-live=difference], [data-live=proof], [data-live='worst difference']");
  alignSeen();
}

/** What consists of passages alone is there when one of them says something. */
function showWholes() {
  for (const element of document.querySelectorAll("[data-whole]")) {
    element.hidden = ![...element.querySelectorAll("[data-live]")].some((part) => !part.hidden);
  }
}

/** The page as it was at first. */
function restore() {
  for (const [element, { nodes, hidden }] of untouched) {
    element.replaceChildren(...nodes);
    if (hidden !== undefined) element.hidden = hidden;
  }
  untouched.clear();
  standing.clear();
  showWholes();
  alignSeen();
}

/** Changes the page; what its reader is at stays where it is in the window, however long the words above have become. */
function inPlace(change) {
  const at = document.activeElement.closest("main .field, .controls");
  const before = at?.getBoundingClientRect().top;
  change();
  if (at) scrollBy({ top: at.getBoundingClientRect().top - before, behavior: "instant" });
}

function markFault(input, words) {
  byId(input.getAttribute("aria-describedby")).textContent = words;
  if (words) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

const costShown = (worked) => worked.values.get(PAGE.solution.cost).shown.replace("-", "−");

/** Goes to other numbers, if they can be worked out; what is wrong is told beside the field that it is wrong in. */
async function goToNumbers(given, changed) {
  wanted = given;
  const before = costShown(current());
  const next = await worked(given);
  if (!next) return;
  if (next.error) {
    wanted = state;
    const input = fields.find((field) => field.name === next.fault.name) ?? changed;
    if (input) markFault(input, next.fault.name === input.name ? `This is ${next.fault.what}.` : next.error);
    announce(next.error);
    return;
  }
  state = given;
  solution = next;
  for (const field of fields) {
    if (field !== document.activeElement) field.value = given.get(field.name);
    markFault(field, "");
  }
  const isFirst = [...first].every(([name, text]) => given.get(name) === text);
  inPlace(isFirst ? restore : () => show(next));
  byId("_reset").disabled = isFirst;
  const link = byId("_state");
  link.hidden = isFirst;
  link.setAttribute("href", isFirst ? "#given" : `#${asHash(given)}`);
  announceCost(before, costShown(next));
}

function reset() {
  asked += 1;
  clearTimeout(typing);
  state = wanted = first;
  solution = null;
  inPlace(restore);
  for (const field of fields) {
    field.value = first.get(field.name);
    markFault(field, "");
  }
  byId("_reset").disabled = true;
  byId("_state").hidden = true;
  byId("_state").setAttribute("href", "#given");
  announce("");
}

/** The numbers that are not the file's, as the part of an address behind its #. */
function asHash(given) {
  const changed = [...given].filter(([name, text]) => text !== first.get(name));
  return changed.map(([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`).join("&");
}

/** The numbers that an address names; what is no quantity or no number is passed over. */
function fromHash(hash) {
  const given = new Map(first);
  for (const pair of hash.replace(/^#/, "").split("&")) {
    const [name, text] = pair.split("=").map(decoded);
    const known = PAGE.solution.given.find((quantity) => quantity.name === name);
    if (known && text !== undefined && !numberFault(text, known)) given.set(name, text);
  }
  return given;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function followAddress() {
  if (location.hash.includes("=")) goToNumbers(fromHash(location.hash), null);
}

/** Follows what stands in a field; while somebody types, a number that is not finished yet is no fault. */
function followField(field, isTyping) {
  clearTimeout(typing);
  const text = field.value.trim();
  const fault = numberFault(text, PAGE.solution.given.find(({ name }) => name === field.name));
  if (!isTyping || !fault) markFault(field, fault ? `This is ${fault}.` : "");
  if (!fault && text !== wanted.get(field.name)) goToNumbers(new Map([...wanted, [field.name, text]]), field);
}

for (const field of fields) {
  field.addEventListener("change", () => followField(field, false));
  field.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => followField(field, true), PAUSE);
  });
}

byId("_reset").addEventListener("click", () => {
  reset();
  announce("All numbers are those of the file again.");
  byId("_update").focus({ preventScroll: true }); // the button that was pressed can no longer have the focus
});

byId("_update").addEventListener("click", () => {
  const own = byId("_rate");
  const rate = own ? own.value.trim() : state.get(PAGE.solution.update.rate);
  const fault = numberFault(rate, { least: "0" });
  if (own) markFault(own, fault ? `This is ${fault}.` : "");
  if (!fault) goToNumbers(new Map([...state, ...current().afterUpdate(rate)]), own);
});

watchPractice();
watchSymbols(current);
addEventListener("hashchange", followAddress);
followAddress();
