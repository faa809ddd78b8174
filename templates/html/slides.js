"use strict";
// Hands the slides to reveal.js, once what is too large for its room is made smaller.

/** What is wider or higher than its room is made smaller, once: all slides are laid out at one size. */
for (const room of document.querySelectorAll("[data-fit]")) {
  const inner = room.firstElementChild;
  const factor = Math.min(1, room.clientWidth / inner.scrollWidth, room.clientHeight / inner.scrollHeight);
  if (factor < 1) inner.style.transform = `scale(${factor})`;
}
// The rules of reveal.js are for the screen alone: without this script, and in print, the slides stand below each other.
document.getElementById("_reveal").media = "screen";
document.documentElement.classList.add("playing");
Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0,
  center: false,
  transition: "none",
  hash: true,
  fragmentInURL: true,
  slideNumber: "c/t",
  plugins: [RevealNotes],
});
// It calls itself an application, in which screen readers do not read: these slides are read, formulas too.
Reveal.on("ready", () => {
  Reveal.getRevealElement().removeAttribute("role");
  document.querySelector(".slide-number").setAttribute("role", "navigation");
});
