// Symbols and numbers: under the pointer, or walked through with the arrow keys from a box that has the focus, each shows
// its value, and lights up where it comes from and where it goes.

const hint = byId("_hint");
let litSymbol = null;

function unlight() {
  if (!litSymbol) return;
  litSymbol = null;
  hint.removeAttribute("data-held");
  hint.hidden = true;
  hint.replaceChildren();
  hint.removeAttribute("style");
  document.querySelectorAll("[data-lit]").forEach((element) => element.removeAttribute("data-lit"));
}

function lightUp(element, solution) {
  if (element === litSymbol) return;
  unlight();
  const name = nameOfShape(element, solution);
  const definition = name && definitionOf(name, solution);
  if (!definition) return;
  litSymbol = element;
  const marks = new Map([[name, "self"]]);
  const ways = waysOf(name);
  for (const way of ["from", "to"]) for (const other of ways[way]) if (!marks.has(other)) marks.set(other, way);
  for (const [array, { entries }] of PAGE.arrays) {
    if (marks.has(array)) entries.forEach((entry) => marks.has(entry) || marks.set(entry, marks.get(array)));
  }
  const inFigures = new Map(marks);
  for (const [other, mark] of marks) {
    const variable = variableOf(other);
    if (variable && !inFigures.has(variable)) inFigures.set(variable, mark);
  }
  for (const [selector, marked] of [["main math [data-q]", marks], [":is(main, #_picture) svg [data-q]", inFigures]]) {
    document.querySelectorAll(selector).forEach((shape) => {
      const mark = shape.dataset.q.split(" ").map((known) => marked.get(known)).find(Boolean);
      if (mark) shape.setAttribute("data-lit", mark);
    });
  }
  element.setAttribute("data-lit", "self");
  hint.innerHTML = html(hintContent(definition, ways));
  hint.hidden = false;
  placeHint();
}

/** Puts what is said of a symbol beside it. */
function placeHint() {
  const [at, box] = [litSymbol.getBoundingClientRect(), hint.getBoundingClientRect()];
  const { clientWidth } = document.documentElement;
  const derivation = isHeld() && litSymbol.closest(".derivation");
  const lines = derivation ? derivation.querySelector("math").getBoundingClientRect() : at;
  if (derivation && lines.right + 24 + box.width < clientWidth) {
    // What is held for long stands beside its derivation, if it can.
    hint.setAttribute("style", `left: ${lines.right + 16}px; top: ${Math.max(8, at.top)}px`);
    return;
  }
  const above = lines.top - box.height - 8;
  const left = Math.max(8, Math.min(at.left, clientWidth - box.width - 8));
  hint.setAttribute("style", `left: ${left}px; top: ${above >= 8 ? above : lines.bottom + 8}px`);
}

/** A quantity with its value, what it comes from, and what it goes into. */
function hintContent(definition, ways) {
  const content = [{ math: definition }];
  for (const [way, words] of WAYS) {
    const names = ways[way].filter((other) => PAGE.symbols[other]);
    const shown = names.slice(0, 6).map((other) => [symbol(other)]);
    if (names.length) content.push(` · ${words} `, ...listed(names.length > 6 ? [...shown, [`${names.length - 6} more`]] : shown));
  }
  return content;
}

const WAYS = [["from", "from"], ["to", "goes into"]];

const SYMBOLS = `main :is(math, svg) [data-q]:not(#_hint *), main .derivation[data-about] mn, main :is(${VALUED})`;

/** The next symbol on the page, or the one before: from the one that is lit, or else from where the focus is. */
function symbolBeside(focused, by, solution) {
  const isKnown = (shape) => {
    const name = shape.getClientRects().length && nameOfShape(shape, solution);
    return name && definitionOf(name, solution);
  };
  const shapes = [...document.querySelectorAll(SYMBOLS)];
  const within = shapes.filter((shape) => focused.contains(shape));
  let place = litSymbol ? shapes.indexOf(litSymbol) + by : shapes.indexOf(by > 0 ? within[0] : within.at(-1));
  while (shapes[place] && !isKnown(shapes[place])) place += by;
  return shapes[place];
}

/** Goes to a symbol; the focus goes along, into words and headings too. */
function goToSymbol(shape, solution) {
  const passage = shape.closest("main [tabindex], p, li, h2, h3, h4, figcaption");
  if (passage !== document.activeElement) {
    if (!passage.hasAttribute("tabindex")) {
      passage.tabIndex = -1;
      passage.addEventListener("blur", () => passage.removeAttribute("tabindex"), { once: true });
    }
    passage.focus({ preventScroll: true });
  }
  shape.scrollIntoView({ block: "nearest", inline: "nearest" });
  lightUp(shape, solution);
  announce(speech.formula(definitionOf(nameOfShape(shape, solution), solution)));
}

function watchSymbols(current) {
  const main = document.querySelector("main");
  const knownAt = (target) => {
    const shape = main.contains(target) && shapeAt(target);
    return shape && nameOfShape(shape, current()) ? shape : null;
  };
  main.addEventListener("pointerover", ({ target }) => {
    const shape = knownAt(target);
    if (isHeld()) return;
    if (shape) lightUp(shape, current());
    else unlight();
  });
  main.addEventListener("pointerleave", ({ pointerType }) => pointerType === "touch" || isHeld() || unlight());
  // What has the focus goes on to be lit while it is held, and while one is about to hold it.
  main.addEventListener("focusout", () => isHeld() || unlight());
  watchTrail(knownAt);
  main.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !event.target.matches("main [tabindex]")) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") unlight();
    const shape = by && symbolBeside(event.target, by, current());
    if (!shape) return;
    event.preventDefault();
    goToSymbol(shape, current());
  });
}
