// Formulas in words, as derive.render.math.speech says them: the alternative text of what the page prints anew.

const SAID_SIGNS = { "=": "equals ", "≈": "approximately equals ", "←": "becomes " };
const SAID_RELATIONS = { ">": "is greater than", ">=": "is at least", "<": "is less than", "<=": "is at most", "==": "equals", "!=": "is not" };
const SAID_POWERS = { 2: "squared", 3: "cubed" };

/** What is said in brackets as a factor. */
const FACTORS = ["sum", "neg", "cases", "product"];

const ungrouped = (tree) => (tree[0] === "group" ? ungrouped(tree[1]) : tree);
const signed = (text) => (text.startsWith("-") ? `minus ${text.slice(1)}` : text);

const speech = {
  formula: (items) => items.map(([sign, tree]) => (SAID_SIGNS[sign] ?? "") + speech.show(tree)).join(" "),

  /** A displayed equation as one sentence, with a pause after each line. */
  equation: (left, rows) => `${speech.show(left)} ${rows.map(speech.line).join(", ")}`,

  line({ items, continued }) {
    if (!continued) return speech.formula(items);
    const [[, first], ...others] = items;
    const terms = first[0] === "sum" ? first.slice(1) : [first];
    return [terms.map(speech.joined).join(" "), speech.formula(others)].filter(Boolean).join(" ");
  },

  show(tree) {
    const [kind, first, second] = tree;
    switch (kind) {
      case "num": {
        const [mantissa, exponent] = partsOf(first);
        return signed(mantissa) + (exponent && ` times 10 to the power of ${signed(exponent)}`);
      }
      case "name":
        return PAGE.symbols[first].s;
      case "sum":
        return [speech.show(first), ...tree.slice(2).map(speech.joined)].join(tree.slice(1, -1).every(isShort) ? " " : ", ");
      case "neg":
        return `minus ${speech.operand(first, ["sum", "neg", "cases"])}`;
      case "product": {
        const pause = tree.slice(1, -1).every(isOneFactor) ? " times " : ", times ";
        return tree.slice(1).map((factor) => speech.operand(factor, FACTORS)).join(pause);
      }
      case "quotient":
        if (first[0] === "num" && first[1] === "1" && second[0] === "num" && second[1] === "2") return "one half";
        return `${first[0] === "num" && first[1] === "1" ? "one" : speech.clear(first)} over ${speech.clear(second)}`;
      case "power": {
        const base = isShort(first) ? speech.show(first) : speech.bracketed(ungrouped(first));
        const known = second[0] === "num" && SAID_POWERS[second[1]];
        return known ? `${base} ${known}` : `${base} to the power of ${speech.clear(second)}`;
      }
      case "call": {
        if (first === "pi") return first;
        if (first === "exp") return `e to the power of ${speech.clear(second)}`;
        const said = tree.slice(2).map(speech.clear);
        if (said.length > 2) return PAGE.several[first].replace("{}", () => `${said.slice(0, -1).join(", ")} and ${said.at(-1)}`);
        return PAGE.spoken[first].replace(/\{\}/g, () => said.shift());
      }
      case "opened": {
        const sum = first.at(-1);
        return speech.show(first).replace(speech.bracketed(sum), () => `open bracket ${speech.show(sum)}`);
      }
      case "closed":
        return `${tree.slice(1).map(speech.joined).join(" ")} close bracket`;
      case "further":
        return `times ${speech.show(["product", ...tree.slice(1)])}`;
      case "group": // spoken where it is needed, and by whom it is needed
        return speech.show(first);
      case "cases": {
        const parts = first.map(
          ([value, [left, relation, right]]) =>
            `${speech.show(value)} if ${speech.show(left)} ${SAID_RELATIONS[relation]} ${speech.show(right)}`,
        );
        return [...parts, `otherwise ${speech.show(second)}`].join(", ");
      }
      default:
        return speech.ofArrays(tree);
    }
  },

  ofArrays(tree) {
    const [kind, first, second] = tree;
    const operands = (word) => children(tree).map((operand) => speech.operand(operand, FACTORS)).join(word);
    switch (kind) {
      case "transposed":
        return `${speech.clear(first)} transposed`;
      case "matrix product":
        return operands(" times ");
      case "entrywise times":
        return operands(" times, entry by entry, ");
      case "entrywise over":
        return operands(" divided, entry by entry, by ");
      case "entrywise power":
        return `${speech.show(["power", first, second])} entry by entry`;
      case "applied": {
        const [name, axis] = first;
        if (name === "ones" || name === "zeros") return `a vector of ${second[1]} ${name}`;
        if (name === "eye") return `the identity of ${second[1]} rows`;
        const over = GOES_OVER[axis] ? ` along the ${GOES_OVER[axis]}` : "";
        return `${name.replaceAll("_", " ")}${over} of ${tree.slice(2).map(speech.clear).join(" and ")}`;
      }
      case "matrix":
        return `the matrix ${tree.slice(1).map((row) => row.slice(1).map(speech.show).join(", ")).join("; ")}, end of matrix`;
      case "dots":
        return "and so on";
      default:
        return speech.show(second);
    }
  },

  joined(term) {
    if (["closed", "further"].includes(term[0])) return speech.show(term);
    return `${term[0] === "neg" ? "minus" : "plus"} ${speech.operand(term[0] === "neg" ? term[1] : term, ["sum", "neg", "cases"])}`;
  },

  operand(tree, bracketed) {
    const body = ungrouped(tree);
    return bracketed.includes(body[0]) ? speech.bracketed(body) : speech.show(body);
  },

  bracketed: (tree) => `open bracket ${speech.show(tree)} close bracket`,

  /** What follows "over", "to the power of" or "of": in brackets when it is more than one thing. */
  clear(tree) {
    const body = ungrouped(tree);
    const inner = body[0] === "neg" ? body[1] : body;
    return ["num", "name", "call", "power", "sized", "matrix"].includes(inner[0]) ? speech.show(body) : speech.bracketed(body);
  },
};

/** Whether an expression is heard as one factor: also a negative number, since its sign may stand for the product's. */
const isOneFactor = (tree) => isShort(tree) || (tree[0] === "num" && !/e/i.test(tree[1]));

/** Whether an expression is heard as one thing, so that what follows is not taken for a part of it. */
function isShort([kind, first]) {
  switch (kind) {
    case "num":
      return !first.startsWith("-") && !/e/i.test(first);
    case "name":
      return !("i" in PAGE.symbols[first]);
    case "neg":
      return isShort(first);
    case "group":
      return first[0] === "sum";
    case "call":
      return first === "pi";
    default:
      return false;
  }
}
