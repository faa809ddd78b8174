// Symbols: under the pointer, or walked through with the arrow keys from a box that has the focus, a symbol shows its
// value, and lights up where it comes from and where it goes.

const hint = byId("_hint");
let litSymbol = null;

const WAYS = { self: () => [], from: (name) => PAGE.arguments.get(name) ?? [], to: (name) => PAGE.users.get(name) ?? [] };

function unlight() {
  if (!litSymbol) return;
  litSymbol = null;
  hint.hidden = true;
  hint.replaceChildren();
  hint.removeAttribute("style");
  document.querySelectorAll("[data-lit]").forEach((element) => element.removeAttribute("data-lit"));
}

/** The first of the quantities that a symbol or shape stands for. */
const nameOfShape = (shape) => shape.dataset.q.split(" ")[0];

function lightUp(element, solution) {
  if (element === litSymbol) return;
  unlight();
  const name = nameOfShape(element);
  const value = solution.values.get(name);
  if (!value) return;
  litSymbol = element;
  const marks = new Map([[name, "self"]]);
  for (const way of ["from", "to"]) for (const other of WAYS[way](name)) if (!marks.has(other)) marks.set(other, way);
  document.querySelectorAll("main [data-q]").forEach((shape) => {
    const mark = shape.dataset.q.split(" ").map((known) => marks.get(known)).find(Boolean);
    if (mark) shape.setAttribute("data-lit", mark);
  });
  hint.innerHTML = html(hintContent(name, value));
  hint.hidden = false;
  const [at, box] = [element.getBoundingClientRect(), hint.getBoundingClientRect()];
  const above = at.top - box.height - 8;
  const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - box.width - 8));
  hint.setAttribute("style", `left: ${left}px; top: ${above >= 8 ? above : at.bottom + 8}px`);
}

/** A quantity with its value, what it comes from, and what it goes into. */
function hintContent(name, value) {
  const content = [equation(name, [value.sign, ["num", value.shown]])];
  for (const [words, way] of [[" · from ", "from"], [" · goes into ", "to"]]) {
    const names = WAYS[way](name).filter((other) => PAGE.symbols[other]);
    const shown = names.slice(0, 6).map((other) => [symbol(other)]);
    if (names.length) content.push(words, ...listed(names.length > 6 ? [...shown, [`${names.length - 6} more`]] : shown));
  }
  return content;
}

const SYMBOLS = "main :is(math, svg) [data-q]";

/** The next symbol on the page, or the one before: from the one that is lit, or else from where the focus is. */
function symbolBeside(focused, by, { values }) {
  const isSeen = (shape) => values.has(nameOfShape(shape)) && shape.getClientRects().length;
  const shapes = [...document.querySelectorAll(SYMBOLS)].filter(isSeen);
  if (litSymbol) return shapes[shapes.indexOf(litSymbol) + by];
  const within = shapes.filter((shape) => focused.contains(shape));
  return by > 0 ? within[0] : within.at(-1);
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
  const name = nameOfShape(shape);
  const value = solution.values.get(name);
  announce(value ? speech.formula([["", nameOf(name)], [value.sign, ["num", value.shown]]]) : "");
}

function watchSymbols(current) {
  const main = document.querySelector("main");
  const pointAt = ({ target }) => {
    const shape = target.closest("[data-q]");
    if (shape) lightUp(shape, current());
    else unlight();
  };
  main.addEventListener("pointerover", pointAt);
  main.addEventListener("click", pointAt); // a finger's touch, which has moved the focus before
  main.addEventListener("pointerleave", ({ pointerType }) => pointerType === "touch" || unlight());
  main.addEventListener("focusout", unlight);
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
