// Walking through the steps of the derivation, with buttons or the arrow keys.

const byId = (id) => document.getElementById(id);

/** Told of each step that is gone to: its number in the derivation, or null when the walk ends. */
const stepListeners = [];

/** Whether keys belong to what has the focus: a field, or what is walked through symbol by symbol, or scrolled. */
const usesKeys = (element) => element.matches("input, textarea, select, [contenteditable], main [tabindex]");

if (byId("_step")) {
  const headings = [...document.querySelectorAll("main :is(h2, h3, h4)[id]")].filter((h) => /(^|-)step-\d+$/.test(h.id));
  const words = byId("_step").innerHTML;
  let current = -1;

  /** What belongs to a step: its heading, and all up to the next one. */
  const partsOfStep = (heading) => {
    const parts = [heading];
    for (let next = heading.nextElementSibling; next && !/^H[1-6]$/.test(next.tagName); next = next.nextElementSibling) parts.push(next);
    return parts;
  };

  const goTo = (index) => {
    document.querySelectorAll("[data-current]").forEach((part) => part.removeAttribute("data-current"));
    current = index;
    const heading = headings[index];
    byId("_previous").disabled = index <= 0;
    byId("_next").disabled = index === headings.length - 1;
    byId("_step").innerHTML = heading ? heading.innerHTML : words;
    if (heading) {
      partsOfStep(heading).forEach((part) => part.setAttribute("data-current", ""));
      heading.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    }
    const number = heading ? Number(/\d+$/.exec(heading.id)[0]) : null;
    stepListeners.forEach((listener) => listener(number));
  };

  const move = (by) => {
    const next = current + by;
    if (next >= 0 && next < headings.length) goTo(next);
  };

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
