// Walking through the forward pass and the steps of the derivation, with buttons or the arrow keys; folding steps.

const byId = (id) => document.getElementById(id);

/** Told of each place that is gone to: the number of a step, or null, and its parts; no parts when the walk ends. */
const stepListeners = [];

/** Whether keys belong to what has the focus: a field, or what is walked through symbol by symbol, or scrolled. */
const usesKeys = (element) => element.matches("input, textarea, select, [contenteditable], main [tabindex], #_hint *");

/** Opens the step that a part of the page belongs to. */
let unfold = () => {};

/** Where something is gone to, it does not stand below the bar. */
const clearance = new CSSStyleSheet();

function keepClear() {
  const height = document.querySelector(".stepping").offsetHeight + 8;
  clearance.replaceSync(`main > :not(#_hint), main > :not(#_hint) * { scroll-margin-bottom: ${height}px; }`);
}

if (byId("_step")) {
  document.adoptedStyleSheets.push(clearance);
  new ResizeObserver(keepClear).observe(document.querySelector(".stepping"));
}

if (byId("_step")) {
  const isStep = (heading) => /(^|-)step-\d+$/.test(heading.id);
  const all = [...document.querySelectorAll("main :is(h2, h3, h4)[id]")];
  const words = byId("_step").innerHTML;
  let current = -1;

  /** What belongs to a step: its heading, and all up to the next one. */
  const partsOfStep = (heading) => {
    const parts = [heading];
    for (let next = heading.nextElementSibling; next && !/^H[1-6]$/.test(next.tagName); next = next.nextElementSibling) parts.push(next);
    return parts;
  };

  /** Whether the forward pass works something out below a heading. */
  const isForward = (heading, place) =>
    place < all.findIndex(({ id }) => id === "backward") && partsOfStep(heading).some((part) => part.matches(".derivation[data-about]:not(.printed)"));
  const headings = [...all.filter(isForward), ...all.filter(isStep)];

  const fold = (heading, isFolded) => {
    heading.toggleAttribute("data-folds", isFolded);
    partsOfStep(heading).slice(1).forEach((part) => part.toggleAttribute("data-folded", isFolded));
    sayFolded();
  };
  const isFolded = (heading) => heading?.hasAttribute("data-folds") ?? false;
  /** The buttons say what they do next: to this step, and to all. */
  const sayFolded = () => {
    byId("_fold").textContent = isFolded(headings[current]) ? "Unfold" : "Fold";
    byId("_fold-all").textContent = headings.every(isFolded) ? "Unfold all" : "Fold all";
  };
  /** What a link leads to is not folded. */
  const unfoldTarget = (hash) => {
    const target = all.find(({ id }) => hash === `#${id}`);
    if (isFolded(target)) fold(target, false);
  };
  unfold = (part) => {
    const heading = headings.find((known) => partsOfStep(known).some((other) => other.contains(part)));
    if (isFolded(heading)) fold(heading, false);
  };

  const goTo = (index) => {
    document.querySelectorAll("[data-current]").forEach((part) => part.removeAttribute("data-current"));
    current = index;
    const heading = headings[index];
    byId("_previous").disabled = index <= 0;
    byId("_next").disabled = index === headings.length - 1;
    byId("_step").innerHTML = heading ? heading.innerHTML : words;
    byId("_walking").hidden = !heading;
    if (heading) {
      if (isFolded(heading)) fold(heading, false);
      else sayFolded();
      partsOfStep(heading).forEach((part) => part.setAttribute("data-current", ""));
      heading.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    }
    const number = heading && isStep(heading) ? Number(/\d+$/.exec(heading.id)[0]) : null;
    stepListeners.forEach((listener) => listener(number, heading ? partsOfStep(heading) : []));
  };

  const move = (by) => {
    const next = current + by;
    if (next >= 0 && next < headings.length) goTo(next);
  };

  byId("_fold").addEventListener("click", () => headings[current] && fold(headings[current], !isFolded(headings[current])));
  byId("_fold-all").addEventListener("click", () => {
    const areFolded = headings.every(isFolded);
    headings.forEach((heading) => fold(heading, !areFolded));
  });
  // The mark in the margin before a heading.
  document.querySelector("main").addEventListener("click", ({ target, offsetX }) => {
    if (headings.includes(target) && offsetX < 0) fold(target, !isFolded(target));
  });
  document.addEventListener("click", ({ target }) => unfoldTarget(target.closest("a[href^='#']")?.getAttribute("href") ?? ""));
  addEventListener("hashchange", () => unfoldTarget(location.hash));
  byId("_previous").addEventListener("click", () => move(-1));
  byId("_next").addEventListener("click", () => move(1));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || usesKeys(event.target)) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) {
      event.preventDefault();
      move(by);
    } else if (event.key === "Escape" && current >= 0) goTo(-1);
  });
}
