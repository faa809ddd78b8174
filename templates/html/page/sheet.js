// A worksheet: what is filled in is kept in the browser, and can be saved as a file of claims. Nothing is sent.
// Where the worksheet checks, checking.js stands before this and defines `checked`.

const byId = (id) => document.getElementById(id);
const answers = [...document.querySelectorAll("[data-answer]")];
const forms = [...document.querySelectorAll("[data-form]")];
const choices = [...document.querySelectorAll(".choices input")];
const askedBy = (field) => JSON.parse(field.dataset.names);

/** A number as it is meant: with a point, and a hyphen for a minus. */
const written = (field) => field.value.trim().replace(/[−–]/g, "-").replace(/^([^.,]*),([^.,]*)$/, "$1.$2").replace(/\s/g, "");

// What is kept: by the page, and by what it asks, so that another sheet under the same address begins empty.
const place = `derive worksheet ${document.title} ${answers.map((field) => field.dataset.names).join(" ")}`;

const keep = () => {
  const state = {
    answers: answers.map((field) => field.value),
    forms: forms.map((field) => field.value),
    choices: choices.map((field) => field.checked),
  };
  try {
    localStorage.setItem(place, JSON.stringify(state));
  } catch {
    // A browser that keeps nothing still shows the sheet.
  }
};

const restore = () => {
  let state = null;
  try {
    state = JSON.parse(localStorage.getItem(place));
  } catch {
    return;
  }
  if (!state) return;
  answers.forEach((field, index) => (field.value = state.answers?.[index] ?? ""));
  forms.forEach((field, index) => (field.value = state.forms?.[index] ?? ""));
  choices.forEach((field, index) => (field.checked = state.choices?.[index] ?? false));
};

/** What stands below a field. */
const toldAt = (field) => field.closest("td, .answer").querySelector(".told");

const tell = (element, { verdict = "", says = "" }) => {
  element.textContent = says;
  element.hidden = !says;
  if (verdict) element.dataset.verdict = verdict;
  else delete element.dataset.verdict;
};

const count = () => {
  const filled = answers.filter((field) => written(field)).length;
  byId("_told").textContent = `${filled} of ${answers.length} filled in.`;
};

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-answer]")) tell(toldAt(event.target), {});
  keep();
  count();
});

byId("_print").addEventListener("click", () => window.print());

byId("_clear").addEventListener("click", () => {
  if (!window.confirm("Take out all that is filled in?")) return;
  [...answers, ...forms].forEach((field) => (field.value = ""));
  choices.forEach((field) => (field.checked = false));
  document.querySelectorAll(".told").forEach((element) => tell(element, {}));
  keep();
  count();
});

/** A text in TOML. */
const quoted = (text) => JSON.stringify(text).replace(/\u007f/g, "\\u007F");

byId("_export").addEventListener("click", () => {
  const who = forms.map((field) => `# ${field.dataset.form}: ${field.value.replace(/[\u0000-\u001f\u007f]/g, " ")}`);
  const filled = answers.filter((field) => written(field));
  const claims = filled.flatMap((field) => askedBy(field).map((name) => `${quoted(name)} = ${quoted(written(field))}`));
  const text = [...who, "", "[published]", ...claims, ""].join("\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
  link.download = "answers.toml";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});

if (byId("_check")) {
  const check = () => {
    const given = new Map();
    for (const field of answers) if (written(field)) given.set(field.dataset.answer, written(field));
    const found = checked(given);
    const counts = { right: 0, follows: 0, wrong: 0 };
    for (const field of answers) {
      const told = found.get(field.dataset.answer) ?? {};
      tell(toldAt(field), told);
      if (told.verdict in counts) counts[told.verdict] += 1;
    }
    for (const group of document.querySelectorAll(".choices")) {
      const chosen = group.querySelector("input:checked");
      const right = rules.get(group.closest(".task").querySelector("[data-answer]").dataset.answer);
      const isRight = chosen && Number(chosen.value) === right;
      const told = { verdict: isRight ? "right" : "wrong", says: isRight ? "This is the rule." : "Not this rule." };
      tell(group.querySelector(".told"), chosen ? told : {});
    }
    byId("_told").textContent = `${counts.right} right, ${counts.follows} right given an earlier number, ${counts.wrong} wrong; ${answers.length - given.size} empty.`;
  };
  byId("_check").addEventListener("click", check);
  answers.forEach((field) => field.addEventListener("keydown", (event) => event.key === "Enter" && check()));
}

restore();
count();
