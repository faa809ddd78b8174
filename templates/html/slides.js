"use strict";
// Shows one slide at a time, and the lines of a slide in turn.

const root = document.documentElement;
const deck = document.getElementById("_deck");
const slides = [...document.querySelectorAll(".slide")];
/** The size that slides are laid out at, and what their notes take below them, in pixels. */
const [WIDTH, HEIGHT, NOTES] = [1280, 720, 260];
/** Which slide is shown, and how many of its steps. */
let place = 0;
let step = 1;

const stepsOf = (index) => Number(slides[index].dataset.steps);
const is = (state) => root.classList.contains(state);

/** What is wider or higher than its room is made smaller, once: all slides are laid out at one size. */
function fit() {
  for (const room of document.querySelectorAll("[data-fit]")) {
    const inner = room.firstElementChild;
    const factor = Math.min(1, room.clientWidth / inner.scrollWidth, room.clientHeight / inner.scrollHeight);
    if (factor < 1) inner.style.transform = `scale(${factor})`;
  }
}

/** The slide is as large as the window allows, and in its middle. */
function resize() {
  if (is("overview")) {
    deck.style.transform = "";
    return;
  }
  const height = HEIGHT + (is("noted") ? NOTES : 0);
  const factor = Math.min(innerWidth / WIDTH, innerHeight / height);
  const [left, top] = [(innerWidth - factor * WIDTH) / 2, (innerHeight - factor * height) / 2];
  deck.style.transform = `translate(${left}px, ${top}px) scale(${factor})`;
}

function show(index, shown) {
  place = Math.max(0, Math.min(slides.length - 1, index));
  step = Math.max(1, Math.min(stepsOf(place), shown));
  slides.forEach((slide, other) => slide.classList.toggle("current", other === place));
  for (const line of slides[place].querySelectorAll("[data-step]")) {
    line.classList.toggle("later", Number(line.dataset.step) > step);
  }
  document.getElementById("_place").textContent = `${place + 1} / ${slides.length}`;
  history.replaceState(null, "", `#${place + 1}.${step}`);
  if (is("overview")) slides[place].scrollIntoView({ block: "nearest" });
}

function on() {
  if (!is("overview") && step < stepsOf(place)) show(place, step + 1);
  else if (place < slides.length - 1) show(place + 1, 1);
}

function back() {
  if (!is("overview") && step > 1) show(place, step - 1);
  else if (place > 0) show(place - 1, is("overview") ? 1 : Infinity);
}

function toggle(state) {
  root.classList.toggle(state);
  document.getElementById("_notes").setAttribute("aria-pressed", String(is("noted")));
  resize();
  show(place, step);
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen?.();
}

const KEYS = {
  ArrowRight: on,
  PageDown: on,
  " ": on,
  Enter: () => (is("overview") ? toggle("overview") : on()),
  n: on,
  ArrowLeft: back,
  PageUp: back,
  Backspace: back,
  p: back,
  ArrowDown: () => show(place + 1, 1),
  ArrowUp: () => show(place - 1, 1),
  Home: () => show(0, 1),
  End: () => show(slides.length - 1, 1),
  f: fullScreen,
  o: () => toggle("overview"),
  Escape: () => toggle("overview"),
  s: () => toggle("noted"),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const isPressed = event.target.closest?.("button") && (event.key === " " || event.key === "Enter");
  const action = event.key === " " && event.shiftKey ? back : KEYS[event.key];
  if (!action || isPressed) return;
  event.preventDefault();
  action();
});

deck.addEventListener("click", (event) => {
  if (String(getSelection())) return;
  if (!is("overview")) return on();
  const chosen = slides.indexOf(event.target.closest(".slide"));
  if (chosen < 0) return;
  show(chosen, 1);
  toggle("overview");
});

/** Where a finger touched; it goes on or back by a fifth of the window's width. */
let touched = 0;
deck.addEventListener("touchstart", (event) => { touched = event.changedTouches[0].clientX; }, { passive: true });
deck.addEventListener("touchend", (event) => {
  const way = event.changedTouches[0].clientX - touched;
  if (!is("overview") && Math.abs(way) > innerWidth / 5) (way < 0 ? on : back)();
}, { passive: true });

function follow() {
  const [index, shown] = location.hash.slice(1).split(".").map(Number);
  show(Number.isInteger(index) && index > 0 ? index - 1 : 0, Number.isInteger(shown) ? shown : 1);
}

for (const [id, action] of Object.entries({
  _back: back,
  _on: on,
  _overview: () => toggle("overview"),
  _notes: () => toggle("noted"),
  _full: fullScreen,
})) document.getElementById(id).addEventListener("click", action);
addEventListener("hashchange", follow);
addEventListener("resize", resize);
document.querySelector(".bar").hidden = false;
fit();
root.classList.add("playing");
resize();
follow();
