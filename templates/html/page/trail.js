// The way of a number: a click or Enter holds what is said of it, with the figure; from there one goes on to what it is
// made from or goes into, and back.

/** The symbols that were gone on from, the last one last. */
let trail = [];

const isHeld = () => hint.hasAttribute("data-held");

/** Where a quantity or array is worked out or given; or else where it stands first. */
function placeOf(name) {
  const arrays = [...PAGE.arrays].filter(([, { entries }]) => entries.includes(name)).map(([array]) => array);
  const isWorkedOut = (shape) => [name, ...arrays].includes(shape.closest(".derivation")?.dataset.about);
  const isShown = (shape) => !shape.closest("[hidden], .printed");
  const shapes = [...document.querySelectorAll(SYMBOLS)].filter((shape) => isShown(shape) && nameOfShape(shape, current()) === name);
  return shapes.find(isWorkedOut) ?? shapes.find((shape) => shape.closest(".field")) ?? shapes[0];
}

/** The buttons that go on from a symbol. */
function waysOn(name) {
  const ways = waysOf(name);
  const groups = WAYS.map(([way, words]) => {
    const buttons = ways[way].filter((other) => PAGE.symbols[other] && other !== name).map((other) => {
      const said = escaped(speech.formula([["", nameOf(other)]]));
      return `<button type="button" data-on="${escaped(other)}" aria-label="${said}">${html([symbol(other)])}</button>`;
    });
    return buttons.length ? `<p><span>${words}</span> ${buttons.join(" ")}</p>` : "";
  });
  return groups.join("");
}

/** Holds what is said of a symbol, and shows it in the figure, if no walk does so. */
function hold(shape) {
  const name = nameOfShape(shape, current());
  unlight();
  lightUp(shape, current());
  if (!litSymbol) return;
  hint.setAttribute("data-held", "");
  const back = trail.length ? '<button type="button" data-back>← back</button>' : "";
  const close = '<button type="button" data-close aria-label="close">×</button>';
  hint.innerHTML = `<p><span>${html([{ math: definitionOf(name, current()) }])}</span>${back}${close}</p>${waysOn(name)}`;
  showTraced(name);
  shape.scrollIntoView({ block: "nearest", inline: "nearest" });
  placeHint();
}

/** The figure in the bar, with what is lit, where there is no walk whose picture stands there. */
function showTraced(name) {
  const [picture, figure] = [byId("_picture"), walkedFigure()];
  if (!picture) return;
  if (picture.hidden || "traced" in picture.dataset) {
    picture.replaceChildren();
    if (figure?.querySelector("[data-lit]")) {
      const copy = figure.cloneNode(true);
      if (variableOf(name)) showDerivatives(copy, numberOfStep(name));
      picture.append(copy);
    }
    picture.hidden = !picture.firstChild;
    picture.toggleAttribute("data-traced", !picture.hidden);
  }
  keepClear();
  scrollPicture(picture, "[data-lit]");
}

/** Ends what is held, and the way with it. */
function release() {
  trail = [];
  unlight();
  const picture = byId("_picture");
  if (!picture || !("traced" in picture.dataset)) return;
  picture.removeAttribute("data-traced");
  picture.hidden = true;
  picture.replaceChildren();
}

function travelTo(shape) {
  unfold(shape);
  goToSymbol(shape, current());
  hold(shape);
}

function goOn(name) {
  const shape = placeOf(name);
  if (!shape) return;
  trail.push(litSymbol);
  travelTo(shape);
}

/** To the last symbol of the way that is still on the page. */
function goBack() {
  const from = trail.pop();
  if (from?.isConnected) travelTo(from);
  else if (from) goBack();
}

function watchTrail(knownAt) {
  document.addEventListener("click", (event) => {
    if (event.composedPath().includes(hint)) return; // also what the hint has no longer
    const { target } = event;
    const shape = target.closest("a, button, input, label, summary") ? null : knownAt(target);
    if (shape !== litSymbol || !isHeld()) release();
    if (shape) hold(shape);
  });
  hint.addEventListener("click", ({ target }) => {
    const { on, back, close } = target.closest("button")?.dataset ?? {};
    if (on !== undefined) goOn(on);
    else if (back !== undefined) goBack();
    else if (close !== undefined) release();
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !litSymbol) return;
    const isWithin = event.target.matches("main [tabindex], #_hint *");
    const passage = litSymbol.closest("[tabindex]");
    if (event.key === "Escape" && isHeld()) {
      release();
      passage?.focus({ preventScroll: true });
    } else if (event.key === "Backspace" && isWithin && trail.length) goBack();
    else if (event.key === "Enter" && event.target.matches("main [tabindex]")) {
      hold(litSymbol);
      hint.querySelector("button").focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }, { capture: true });
  addEventListener("scroll", () => isHeld() && placeHint(), { passive: true });
}
