// The contents mark where the reader is.

const contentsLinks = [...document.querySelectorAll("nav[aria-label=Contents] a")];
/** A heading is read from when it stands so far from the top of the window, in pixels. */
const READING = 120;
let isMarking = false;

function markContents() {
  isMarking = false;
  /** A heading that is not shown has no place. */
  const isPast = (link) => (document.getElementById(link.hash.slice(1))?.getClientRects()[0]?.top ?? Infinity) <= READING;
  const here = scrollY > 0 ? contentsLinks.filter(isPast).at(-1) : undefined;
  contentsLinks.forEach((link) => link !== here && link.removeAttribute("aria-current"));
  if (!here) return;
  here.setAttribute("aria-current", "location");
  const nav = here.closest("nav");
  const [link, box] = [here.getBoundingClientRect(), nav.getBoundingClientRect()];
  if (link.top < box.top) nav.scrollTop -= box.top - link.top;
  else if (link.bottom > box.bottom) nav.scrollTop += link.bottom - box.bottom;
}

addEventListener("scroll", () => {
  if (!isMarking) requestAnimationFrame(markContents);
  isMarking = true;
}, { passive: true });
