// Your turn: the value of a step is hidden until its reader has guessed its sign, or asks for it.

const guesses = byId("_guesses");
let practised = null;

const GUESSED = { 1: "positive", "-1": "negative", 0: "0" };

/** The parts of a step that tell its value: all behind its heading and the reason. */
const tellingParts = (parts) => parts.slice(1).filter((part, place) => place > 0 || part.tagName !== "P");

const isPractising = () => byId("_turn")?.getAttribute("aria-pressed") === "true";

function unveil() {
  document.querySelectorAll("[data-veiled]").forEach((part) => part.removeAttribute("data-veiled"));
}

/** Hides the value of a step and asks for it. */
function ask(step, parts) {
  unveil();
  practised = null;
  guesses.hidden = true;
  byId("_ask").textContent = "";
  if (!step || !isPractising()) return;
  practised = { step, parts };
  tellingParts(parts).forEach((part) => part.setAttribute("data-veiled", ""));
  const known = current().values.get(step.target);
  byId("_ask").innerHTML = html(known ? ["What sign has ", symbol(step.target), "?"] : ["What comes out?"]);
  guesses.hidden = false;
}

function answer(guess) {
  const { step, parts } = practised;
  practised = null;
  guesses.hidden = true;
  unveil();
  const value = current().values.get(step.target);
  const sign = value ? value.direction : 0;
  const verdict = guess === "" ? [] : [Number(guess) === sign ? "Right: " : `No, it is ${GUESSED[sign]}: `];
  byId("_ask").innerHTML = value ? html([...verdict, equation(step.target, [value.sign, ["num", value.shown]]), "."]) : "";
  showPath(step.number, parts);
}

function watchPractice() {
  if (!byId("_turn")) return;
  let [place, parts] = [null, []];
  const stepOf = (number) => PAGE.solution.steps.find((step) => step.number === number);
  stepListeners.push((number, found) => {
    [place, parts] = [number, found];
    ask(number === null ? null : stepOf(number), parts);
    showPath(number, parts);
  });
  byId("_turn").addEventListener("click", () => {
    byId("_turn").setAttribute("aria-pressed", String(!isPractising()));
    ask(place === null ? null : stepOf(place), parts);
    showPath(place, parts);
  });
  guesses.addEventListener("click", ({ target }) => target.dataset.guess !== undefined && practised && answer(target.dataset.guess));
}
