// Symbols: under the pointer, or walked through with the arrow keys in a box that has the focus, a symbol shows its
// value, and lights up where it comes from and where it goes.

const hint = byId("_hint");
let litSymbol = null;

const WAYS = { self: () => [], from: (name) => PAGE.arguments[name] ?? [], to: (name) => PAGE.users[name] ?? [] };

function unlight() {
  if (!litSymbol) return;
  litSymbol = null;
  hint.hidden = true;
  hint.replaceChildren();
  hint.removeAttribute("style");
  document.querySelectorAll("[data-lit]").forEach((element) => element.removeAttribute("data-lit"));
}

function lightUp(element, solution) {
  if (element === litSymbol) return;
  unlight();
  const name = element.dataset.q.split(" ")[0];
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
  hint.style.left = `${Math.max(8, Math.min(at.left, document.documentElement.clientWidth - box.width - 8))}px`;
  hint.style.top = `${above >= 8 ? above : at.bottom + 8}px`;
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

/** What the symbols of a box, or all on the page, are. */
const symbolsIn = (element) => [...element.querySelectorAll("math [data-q], svg g[data-q]")].filter((shape) => shape.getClientRects().length);

function watchSymbols(current) {
  const main = document.querySelector("main");
  main.addEventListener("pointerover", (event) => {
    const shape = event.target.closest("[data-q]");
    if (shape) lightUp(shape, current());
    else unlight();
  });
  main.addEventListener("pointerleave", unlight);
  main.addEventListener("focusout", unlight);
  main.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !event.target.matches("[role=group][tabindex]")) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") unlight();
    if (!by) return;
    const shapes = symbolsIn(event.target);
    if (!shapes.length) return;
    event.preventDefault();
    const at = shapes.indexOf(litSymbol);
    const next = at < 0 ? (by > 0 ? 0 : shapes.length - 1) : Math.min(Math.max(at + by, 0), shapes.length - 1);
    shapes[next].scrollIntoView({ block: "nearest", inline: "nearest" });
    lightUp(shapes[next], current());
    const name = shapes[next].dataset.q.split(" ")[0];
    const value = current().values.get(name);
    announce(value ? speech.formula([["", nameOf(name)], [value.sign, ["num", value.shown]]]) : "");
  });
}
