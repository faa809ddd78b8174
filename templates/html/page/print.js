// Formulas in MathML, as derive.render.math.mathml prints them. A tree is an array; see the engine's arithmetic.js.
//
// PAGE.symbols has of each quantity: m, its MathML; i, the same within a line where that differs, which it does of
// derivatives; s, how it is said; w, how wide it is; a, whether an exponent may stand at it.

const SIGNS = { "=": '<mo form="infix">=</mo>', "≈": '<mo form="infix">≈</mo>', "←": '<mo form="infix">←</mo>' };
const RELATION_SIGNS = { ">": "&gt;", ">=": "≥", "<": "&lt;", "<=": "≤", "==": "=", "!=": "≠" };
const DOT = '<mo form="infix" lspace="0.22em" rspace="0.22em">·</mo>';
const MINUS = '<mo form="prefix">−</mo>';
const THIN_SPACE = '<mspace width="0.28em"/>';
const ENTRYWISE = { times: '<mo form="infix">⊙</mo>', over: '<mo form="infix">⊘</mo>' };
const DOTS = { across: "⋯", down: "⋮", aslant: "⋱" };
const BOLD = { ones: "1", zeros: "0", eye: "I" };
/** What the axis of a function goes over. */
const GOES_OVER = { 0: "columns", 1: "rows" };
const OPENING = '<mrow><mo form="prefix" stretchy="false">(</mo>';
const CLOSING = '<mo form="postfix" stretchy="false">)</mo>';
const TURNED = '<mi mathvariant="normal">T</mi>';
/** What begins with a capital that leans far to the right. */
const LEANING = /^<mi[^>]*>[FNPTUVWY]<\/mi>/;
/** A letter with the size of a matrix below it, which is wider. */
const WIDER_BELOW = /^<munder>(<mi[^>]*>[^<]<\/mi>)(<mrow class="size">.*×.*<\/mrow>)<\/munder>$/;
/** A letter that has an index, with the size of an array below it. */
const INDEXED =
  /^<munder><mrow><msub([^>]*)>(<mi[^>]*>[^<]<\/mi><m[in][^>]*>[^<]*<\/m[in]>)<\/msub><\/mrow>(<mrow class="size">.*<\/mrow>)<\/munder>$/;
const ONE_ELEMENT = /^<(m[ion]|msub|msup|msubsup|mfrac|mrow)\b[^>]*>[^<]*<\/\1>$/;

const rowOf = (body) => (ONE_ELEMENT.test(body) ? body : `<mrow>${body}</mrow>`);
const plainNumber = (text) => (text.startsWith("-") ? `<mrow>${MINUS}<mn>${text.slice(1)}</mn></mrow>` : `<mn>${text}</mn>`);

/** A number's mantissa and exponent as texts; the exponent is "" where there is none. */
function partsOf(text) {
  const [mantissa, exponent = ""] = text.toLowerCase().replace(/^\+/, "").split("e");
  return [mantissa, exponent && String(Number(exponent))];
}

/** How wide what numbers are made of is, by the width of a digit, as derive.render.math.points has it. */
const WIDE = { point: 0.5, minus: 1.5, timesTen: 4.5, script: 0.7 };
const digitsWide = (text) => text.replace("-", "").length + (text.startsWith("-") ? WIDE.minus : 0);

/** How wide a number is up to its point, and from there. */
function widthsAtPoint(text) {
  const [mantissa, exponent] = partsOf(text);
  const [whole, decimals] = mantissa.split(".");
  const behind = decimals === undefined ? 0 : WIDE.point + decimals.length;
  return [digitsWide(whole), behind + (exponent ? WIDE.timesTen + WIDE.script * digitsWide(exponent) : 0)];
}

/** The attributes of the entries of a column: the room beside each number, for the points to stand below each other. */
function roomsBeside(column) {
  if (!column.every(([kind]) => kind === "num" || kind === "dots")) return column.map(() => "");
  const found = column.map(([kind, text]) => (kind === "num" ? widthsAtPoint(text) : null));
  const most = [0, 1].map((side) => Math.max(0, ...found.filter(Boolean).map((widths) => widths[side])));
  return found.map((widths) => {
    const lacks = ["before", "behind"].flatMap((name, side) => {
      const room = widths ? most[side] - widths[side] : 0;
      return room > 1e-9 ? [`--${name}: ${Number(room.toPrecision(6))}ch`] : [];
    });
    return lacks.length ? ` style="${lacks.join("; ")}"` : "";
  });
}

/** The sign that turns a matrix over, away from a letter that leans toward it. */
function signAt(base) {
  return LEANING.test(base) ? `<mrow><mspace width="0.2em"/>${TURNED}</mrow>` : TURNED;
}

/** A matrix with the sign that turns it over. */
function turned(base) {
  const indexed = INDEXED.exec(base);
  if (indexed) {
    const [, marks, letters, size] = indexed; // the sign stands above the index, not behind it
    return `<munder><mrow><msubsup${marks}>${letters}${signAt(letters)}</msubsup></mrow>${size}</munder>`;
  }
  const letter = WIDER_BELOW.exec(base);
  const sign = signAt(letter ? letter[1] : base);
  if (!letter) return `<msup>${rowOf(base)}${sign}</msup>`;
  const body = `<mrow><mphantom><msup><mrow></mrow>${sign}</msup></mphantom><msup>${letter[1]}${sign}</msup></mrow>`;
  return `<munder>${body}${letter[2]}</munder>`;
}

const isScientific = ([kind, text]) => kind === "num" && /e/i.test(text);
const isNegativeNumber = ([kind, text]) => kind === "num" && text.startsWith("-");
const beginsWithMinus = (tree) => tree[0] === "neg" || isNegativeNumber(tree);
const isEntrywise = ([kind]) => kind.startsWith("entrywise");
const hasNames = (tree) => namesOf(tree).length > 0;

/** Whether a number or simple fraction stands before a bracket without a dot. */
function isCoefficient(tree) {
  if (tree[0] === "num") return !isNegativeNumber(tree) && !isScientific(tree);
  return tree[0] === "quotient" && tree.slice(1).every((part) => "num name".includes(part[0]) && !beginsWithMinus(part));
}

const isPi = ([kind, name]) => kind === "call" && name === "pi";

/** Functions whose powers are written at their names. */
const POWERED = ["sinh", "cosh", "tanh", "sin", "cos"];

const takesCoefficient = (tree) =>
  isPi(tree) ||
  ((tree[0] === "sum" || tree[0] === "power" || (tree[0] === "group" && tree[1][0] === "sum")) && hasNames(tree));

/** Prints in one of three styles: display, on lines of its own; inline, within words; script, where all is small. */
class MathPrinter {
  constructor(style) {
    this.style = style;
    this.script = style === "script" ? this : new MathPrinter("script");
  }

  /** Expressions joined by their signs: items are [sign, tree]. */
  formula(items) {
    return items.map(([sign, tree]) => (SIGNS[sign] ?? "") + this.show(tree)).join("");
  }

  /** The lines of a displayed equation: rows are {items, continued}. */
  equation(left, rows) {
    const first = this.show(left);
    if (rows.length === 1) return first + this.formula(rows[0].items);
    const lines = rows.map((row, index) => `<mtr><mtd>${index ? "" : first}</mtd>${this.cell(row)}</mtr>\n`);
    return `<mtable class="lines" displaystyle="true">\n${lines.join("")}</mtable>`;
  }

  cell({ items, continued }) {
    if (!continued) return `<mtd>${this.formula(items)}</mtd>`;
    const [[, first], ...others] = items;
    const terms = first[0] === "sum" ? first.slice(1) : [first];
    return `<mtd class="continued">${terms.map((term) => this.joined(term)).join("")}${this.formula(others)}</mtd>`;
  }

  show(tree) {
    const [kind, first, second] = tree;
    switch (kind) {
      case "num":
        return this.number(first);
      case "name":
        return this.style === "display" ? PAGE.symbols[first].m : PAGE.symbols[first].i ?? PAGE.symbols[first].m;
      case "sum":
        return `<mrow>${first[0] === "cases" ? this.bracketed(first) : this.show(first)}${tree.slice(2).map((term) => this.joined(term)).join("")}</mrow>`;
      case "neg":
        return `<mrow>${MINUS}${this.term(first)}</mrow>`;
      case "product":
        return this.product(tree.slice(1));
      case "quotient":
        return this.quotient(first, second);
      case "power":
        if (first[0] === "call" && POWERED.includes(first[1]) && second[0] === "num" && /^\d+$/.test(second[1])) {
          const name = `<msup><mi>${PAGE.functions[first[1]]}</mi>${rowOf(this.script.show(second))}</msup>`;
          return this.ofArguments(name, first.slice(2));
        }
        return this.raised(this.isAtomic(first) ? this.show(first) : this.bracketed(first), rowOf(this.script.show(second)));
      case "call":
        return this.call(first, tree.slice(2));
      case "group":
        return this.bracketed(first);
      case "opened": {
        const sum = first.at(-1);
        return this.show(first).replace(this.bracketed(sum), () => fenced("(", this.show(sum), ""));
      }
      case "closed":
        return fenced("", tree.slice(1).map((term) => this.joined(term)).join(""), ")");
      case "further":
        return DOT + this.product(tree.slice(1));
      case "cases":
        return this.cases(first, second);
      default:
        return this.ofArrays(tree);
    }
  }

  /** Within a line a power of a bracket stands at its second half, so that the line may end in between. */
  raised(base, exponent) {
    if (this.style !== "inline" || !base.startsWith(OPENING) || !base.endsWith(`${CLOSING}</mrow>`)) return `<msup>${base}${exponent}</msup>`;
    return `${base.slice(0, -`${CLOSING}</mrow>`.length)}<msup>${CLOSING}${exponent}</msup></mrow>`;
  }

  ofArrays(tree) {
    const [kind, first, second] = tree;
    const operands = (sign) => `<mrow>${children(tree).map((operand) => this.matrixFactor(operand)).join(sign)}</mrow>`;
    switch (kind) {
      case "transposed":
        return turned(this.base(first));
      case "matrix product":
        return operands(THIN_SPACE);
      case "entrywise times":
        return operands(` ${ENTRYWISE.times} `);
      case "entrywise over":
        return operands(` ${ENTRYWISE.over} `);
      case "entrywise power":
        return `<mrow><msup>${this.base(first)}${rowOf(ENTRYWISE.times + this.script.show(second))}</msup></mrow>`;
      case "applied":
        return this.applied(first, tree.slice(2));
      case "matrix": {
        const rows = tree.slice(1).map((cells) => cells.slice(1));
        const rooms = rows[0].map((_, across) => roomsBeside(rows.map((cells) => cells[across])));
        const cellOf = (cell, room) => `<mtd${room}>${this.script.show(cell)}</mtd>`;
        const lines = rows.map((cells, down) => `<mtr>${cells.map((cell, across) => cellOf(cell, rooms[across][down])).join("")}</mtr>`);
        const table = `<mtable class="matrix">${lines.join("")}</mtable>`;
        return `<mrow><mo form="prefix">[</mo>${table}<mo form="postfix">]</mo></mrow>`;
      }
      case "dots":
        return `<mo>${DOTS[first]}</mo>`;
      default: {
        const size = first.map((length) => `<mn>${length}</mn>`).join("<mo>×</mo>");
        if (this.style !== "display") return this.show(second);
        return `<munder>${rowOf(this.show(second))}<mrow class="size">${size}</mrow></munder>`;
      }
    }
  }

  /** A function of arrays, below which stands what it goes over. */
  applied([name, axis], parts) {
    if (name in BOLD) return `<mn class="bold">${BOLD[name]}</mn>`;
    let sign = `<mi class="word upright">${name.replaceAll("_", " ")}</mi>`;
    if (name in PAGE.functions) sign = `<mi>${PAGE.functions[name]}</mi>`;
    else if (GOES_OVER[axis]) sign = `<msub>${sign}<mtext>${GOES_OVER[axis]}</mtext></msub>`;
    return `<mrow>${sign}<mo>\u2061</mo>${fenced("(", parts.map((part) => this.show(part)).join("<mo>,</mo>"), ")")}</mrow>`;
  }

  /** An operand beside another matrix. */
  matrixFactor(tree) {
    const needs = ["sum", "neg", "cases", "product"].includes(tree[0]) || isEntrywise(tree) || this.hasSlash(tree);
    return needs ? this.bracketed(tree) : this.show(tree);
  }

  /** What bears a sign at its upper right. */
  base(tree) {
    const inner = tree[0] === "sized" ? tree[2] : tree;
    const isPlain = ["matrix", "applied"].includes(inner[0]) || (inner[0] === "name" && this.isAtomic(inner));
    return isPlain ? this.show(tree) : this.bracketed(tree);
  }

  number(text) {
    const [mantissa, exponent] = partsOf(text);
    if (!exponent) return plainNumber(mantissa);
    return `<mrow>${plainNumber(mantissa)}<mo form="infix">×</mo><msup><mn>10</mn>${plainNumber(exponent)}</msup></mrow>`;
  }

  /** A term behind the first, with its sign. */
  joined(term) {
    if (["closed", "further"].includes(term[0])) return this.show(term);
    const [sign, operand] = term[0] === "neg" ? ["−", term[1]] : ["+", term];
    return `<mo form="infix">${sign}</mo>${this.term(operand)}`;
  }

  term(term) {
    const opens = this.hasSlash(term) && term[0] === "quotient" && beginsWithMinus(term[1]);
    const needs = opens || ["sum", "neg", "cases"].includes(term[0]) || isNegativeNumber(term);
    return needs ? this.bracketed(term) : this.show(term);
  }

  factor(factor) {
    const joins = ["sum", "neg", "cases", "product", "entrywise times", "entrywise over"].includes(factor[0]);
    const needs = joins || this.hasSlash(factor) || isScientific(factor) || isNegativeNumber(factor);
    return needs ? this.bracketed(factor) : this.show(factor);
  }

  product(factors) {
    const printed = factors.map((factor) => this.factor(factor));
    if (factors.length > 1 && isCoefficient(factors[0]) && takesCoefficient(factors[1])) {
      printed.splice(0, 2, `<mrow>${printed[0]}<mspace width="0.1em"/>${printed[1]}</mrow>`);
    }
    return `<mrow>${printed.join(DOT)}</mrow>`;
  }

  quotient(over, under) {
    const numbers = over[0] === "num" && under[0] === "num";
    if (this.style === "display" || (this.style === "inline" && numbers)) {
      return `<mfrac>${rowOf(this.script.show(over))}${rowOf(this.script.show(under))}</mfrac>`;
    }
    const below = under[0] === "product" ? this.bracketed(under) : this.factor(under);
    return `<mrow>${this.overSlash(over)}<mo form="infix" stretchy="false" lspace="0" rspace="0">/</mo>${below}</mrow>`;
  }

  overSlash(tree) {
    if (tree[0] === "neg") return `<mrow>${MINUS}${this.overSlash(tree[1])}</mrow>`;
    return tree[0] === "sum" || tree[0] === "cases" || this.hasSlash(tree) ? this.bracketed(tree) : this.show(tree);
  }

  call(name, parts) {
    if (name === "pi") return "<mi>π</mi>";
    if (name === "exp") return `<msup><mi>e</mi>${rowOf(this.script.show(parts[0]))}</msup>`;
    if (name === "sqrt") return `<msqrt>${this.show(parts[0])}</msqrt>`;
    if (name === "abs") return fenced("|", this.show(parts[0]), "|");
    return this.ofArguments(`<mi>${PAGE.functions[name]}</mi>`, parts);
  }

  ofArguments(name, parts) {
    const shown = parts.map((part) => this.show(part));
    return `<mrow>${name}<mo>\u2061</mo>${fenced("(", shown.join("<mo>,</mo>"), ")")}</mrow>`;
  }

  bracketed(tree) {
    return fenced("(", this.show(tree), ")");
  }

  cases(branches, otherwise) {
    const lines = branches.map(
      ([value, [left, relation, right]]) =>
        `<mtr><mtd>${this.show(value)}</mtd><mtd><mtext>if\u00a0</mtext>${this.show(left)}` +
        `<mo form="infix">${RELATION_SIGNS[relation]}</mo>${this.show(right)}</mtd></mtr>`,
    );
    lines.push(`<mtr><mtd>${this.show(otherwise)}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>`);
    return `<mrow><mo form="prefix">{</mo><mtable class="cases">${lines.join("")}</mtable></mrow>`;
  }

  /** Whether the outermost sign is a slash, so that a sign beside it could be misread. */
  hasSlash(tree) {
    if (tree[0] === "name") return this.style !== "display" && "i" in PAGE.symbols[tree[1]];
    if (tree[0] !== "quotient") return false;
    const numbers = tree[1][0] === "num" && tree[2][0] === "num";
    return numbers ? this.style === "script" : this.style !== "display";
  }

  /** Whether an exponent at this base cannot be misread. */
  isAtomic(tree) {
    if (tree[0] === "num") return !isNegativeNumber(tree) && !isScientific(tree);
    if (tree[0] === "name") return Boolean(PAGE.symbols[tree[1]].a);
    return tree[0] === "group" || (tree[0] === "call" && ["abs", "pi"].includes(tree[1]));
  }
}

function fenced(before, body, after) {
  const grows = /<mfrac|<mtable/.test(body) ? "" : ' stretchy="false"';
  const sign = (form, text) => (text ? `<mo form="${form}"${grows}>${text}</mo>` : "");
  return `<mrow>${sign("prefix", before)}<mrow>${body}</mrow>${sign("postfix", after)}</mrow>`;
}
