"""From the many ways of typing a name to one: TeX, Unicode and plain text become the same letters, digits and signs."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from derive.model.symbols import ACCENTS, GREEK

_SUBSCRIPTS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+aehijklmnoprstuvx")
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁽⁾", "0123456789+()")
#: A letter with a sign over it, in one character or in two.
_MARKS: Final = {mark: accent for accent, mark in ACCENTS.items()} | {"\u0305": "bar"}
_MARKED: Final = re.compile(f"(\\w)([{''.join(_MARKS)}])")
_GREEK_LETTER: Final = re.compile("[\u0391-\u03c9\u03d1\u03d5\u03f5]")

#: How a spelling is made plain: each pattern is replaced, in this order.
_ROWS: Final = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        # what stands around a formula, and space within it
        (r"[`$]|\\[()\[\]]", ""),
        (r"\\(?:left|right|displaystyle|textstyle|limits)(?![A-Za-z])", ""),
        (r"\\[,;:!> ]|~|\\q?quad(?![A-Za-z])|\\(?=\s)", " "),
        (r"\\_", "_"),
        # derivatives
        (r"\\(?:partial|dd|diff)(?![A-Za-z])\s*|[∂𝜕]\s*", "d"),
        (r"(?:\\nabla(?![A-Za-z])|∇)\s*_?", "grad "),
        # letters in another script, words, and signs over letters
        (r"\\(?:math(?:rm|it|bf|sf|cal)|operatorname|text(?:it|rm|bf)?|boldsymbol|bm|vec)\s*\{([^{}]*)\}", r"\1"),
        (r"\\(?:wide)?hat\s*(?:\{\s*y\s*\}|y)", "yhat"),
        (r"\\prime(?![A-Za-z])|[′’ʹ]", "'"),
        (r"\s*(?:\\(?:left|gets)?arrow(?![A-Za-z])|\\gets(?![A-Za-z])|←|<-|:=)\s*$", " <-"),
        # indices
        (r"([_^])\{([^{}]*)\}", r"\1\2"),
        (r"\^(?:\[(?=\w+\])|(?:<|\\langle)\s*(?=\w+\s*(?:>|\\rangle)))(\w+)\s*(?:\]|>|\\rangle)", r"^(\1)"),
        (r"[{}]", ""),
        (r"(?<=[\[,])\s+(?=-?\d[\d,\s-]*\])|(?<=\d)\s+(?=[,\]][\d,\s-]*\]?)", ""),
        (r"\s+", " "),
        (r"\s*[=:≈]\s*$", ""),
    )
)


#: How many updates a quantity has seen, in brackets above it, where a layer or a sample may stand too.
_UPDATES: Final = re.compile(r"(\^\s*\{?\s*(?:\(\d+\)\s*)?(?:\\?\[\d+\\?\]\s*)?)\(\+(\d+)\)")


def spelt_plainly(text: str) -> str:
    r"""A name in plain letters, digits and signs: ``\frac{\partial C}{\partial w_{6}}`` becomes ``dC/dw_6``.

    What is below a letter stands behind ``_``, what is above it behind ``^``. Nothing is said of what it means.
    """
    if not text.isascii():
        text = _MARKED.sub(_under_accent, unicodedata.normalize("NFD", text))
    text = re.sub("[₀-₉₊ₐ-ₜᵢ-ᵥⱼ]+", lambda match: "_" + match[0].translate(_SUBSCRIPTS), text)
    text = re.sub("[⁰¹²³⁴-⁹⁺⁽⁾]+", lambda match: "^" + match[0].translate(_SUPERSCRIPTS), text)
    text = _UPDATES.sub(r"\1+\2", text)
    text = _GREEK_LETTER.sub(lambda match: _greek(match[0]), text)
    text = re.sub(r"\\([A-Za-z]+)", lambda match: f" {match[1]} " if match[1] in GREEK else match[0], text)
    text = _without_fractions(text)
    for pattern, plain in _ROWS:
        text = pattern.sub(plain, text)
    text = unicodedata.normalize("NFKC", text)
    # Brackets around a whole side of a fraction say nothing.
    return re.sub(r"\(\s*(d[^()/]*?)\s*\)", r"\1", re.sub(r"\s*/\s*", "/", text)).strip()


def _under_accent(match: re.Match[str]) -> str:
    return f"\\{_MARKS[match[2]]}{{{match[1]}}}"


#: The number of a sample above a letter, perhaps with that of a layer before it or of updates behind it.
_SAMPLE: Final = re.compile(
    r"\^\s*\{?\s*(?P<layer>\(\d+\))?\s*\\?\[(?P<sample>\d+)\\?\]\s*(?P<updates>\+\d*)?\s*\}?"
    r"(?:\s*(?P<below>_(?:\{[^{}]*\}|\w+)))?"
)


#: The number of a layer in square brackets, and that of a sample in round ones behind it: a^{[1](2)}.
_LAYER_AND_SAMPLE: Final = re.compile(r"\^\s*\{\s*\[(\d+)\]\s*\((\d+)\)\s*\}")

#: The number of a sample in words behind a name that is no derivative: z0 (sample 2), Cost of sample 2.
_SAMPLE_IN_WORDS: Final = re.compile(
    r"(?P<name>[^()/]+?)\s*(?:\(|,|\b(?:of|for|at|in)\b)\s*(?:the )?(?:sample|example)\s+(?P<sample>\d+)\s*\)?",
    re.IGNORECASE,
)


def sample_last(text: str) -> str:
    """A name with the number of its sample behind it, as in plain text: ``z^{[2]}_0`` becomes ``z_0[2]``.

    So does ``z_0 (sample 2)``; a derivative in words is left, since the cost may be that of the sample or of all.
    """
    in_words = _SAMPLE_IN_WORDS.fullmatch(text.strip())
    if in_words:
        return f"{in_words['name'].strip()}[{in_words['sample']}]"

    def moved(match: re.Match[str]) -> str:
        layer = f"^{{{match['layer']}}}" if match["layer"] else ""
        return f"{layer}{match['below'] or ''}[{match['sample']}]{match['updates'] or ''}"

    return _SAMPLE.sub(moved, _LAYER_AND_SAMPLE.sub(r"^{(\1)[\2]}", _UPDATES.sub(r"\1+\2", text)))


def _greek(letter: str) -> str:
    """A Greek letter by its name, a capital one with a capital."""
    name = unicodedata.name(letter).removesuffix(" SYMBOL").rsplit(" ", maxsplit=1)[-1].lower()
    name = {"lamda": "lambda"}.get(name, name)
    return (name.capitalize() if letter.isupper() else name) if name in GREEK else letter


def formula_spelt_plainly(text: str) -> str:
    r"""A formula in plain letters and operators: ``\frac{\partial C}{\partial z_3} \cdot O_0`` is ``dC/dz_3 * O_0``.

    A text without TeX stays as it is, but for cases in words, and a number before a bracket or a Greek letter, by which
    it is multiplied.
    """
    text = _UPDATES.sub(r"\1+\2", _NUMBER_BEFORE.sub(r"\1 * ", _with_branches(text)))
    if "\\" not in text and "{" not in text and not _INDEXED.search(text):
        return text
    text = re.sub(r"\\partial(?![A-Za-z])\s*", "d", text)
    text = re.sub(r"\\([A-Za-z]+)(\s*(?=[A-Za-z\\]))?", _named, text)
    text = _without_fractions(text, "({over})/({under})")
    while match := re.search(r"(?<![\w\\])e\s*\^\s*(?=\{)", text):
        power, end = _group(text, match.end())
        text = f"{text[: match.start()]} exp({power}){text[end:]}"
    for pattern, plain in _OPERATORS:
        text = pattern.sub(plain, text)
    for pattern, plain in _ROWS:
        text = pattern.sub(plain, text)
    text = re.sub(r"\(\s*(d[^()/]*?)\s*\)/\(\s*(d[^()/]*?)\s*\)", r" \1/\2 ", text)
    # What stands side by side is multiplied, but for the words of a formula by cases.
    return re.sub(
        r"(?<=[\w)'])(?<!\bif)(?<!\belse)\s+(?=[\w(])(?!(?:if|else)\b)|(?<=\))(?=[\w(])|(?<=\d)(?=\()",
        " * ",
        text.strip(),
    )


#: An index as TeX has it, also where nothing else is TeX: O_0 w_6.
_INDEXED: Final = re.compile(r"[A-Za-z]_[A-Za-z0-9]")
#: A number that stands before a bracket or a Greek letter: 2(o - y), 2π.
_NUMBER_BEFORE: Final = re.compile(
    rf"(?<![\w.^_])(?<![_^]\{{)([0-9]+(?:\.[0-9]+)?)\s*(?=\(|[\u0391-\u03c9]|\\(?:{'|'.join(GREEK)})(?![A-Za-z]))"
)
#: The branches of a formula by cases, in TeX, and how they go on to the next.
_CASES: Final = re.compile(r"\\begin\{cases\}(.*?)\\end\{cases\}", re.DOTALL)
_BRANCH: Final = re.compile(r"(.*?)&?\s*\\text\{\s*(?:if|for)\s*\}(.*)", re.DOTALL)
_SIGNS: Final = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"\\gt(?![A-Za-z])", ">"),
        (r"\\lt(?![A-Za-z])", "<"),
        (r"\\geq?(?:slant)?(?![A-Za-z])|≥", ">="),
        (r"\\leq?(?:slant)?(?![A-Za-z])|≤", "<="),
    )
)


def _with_branches(text: str) -> str:
    """A formula by cases as ``(a if x > 0 else b)``, whether it is written in TeX or in words."""
    if "cases" in text:
        text = _CASES.sub(lambda match: _chosen(re.split(r"\\\\", match[1])), text)
    elif ", otherwise " in text:
        *branches, rest = text.split(", ")
        text = _chosen([*(branch.replace(" if ", r"\text{if}", 1) for branch in branches), rest])
    return text


def _chosen(branches: list[str]) -> str:
    *tests, rest = branches
    rest = re.sub(r"&?\s*(?:\\text\{\s*)?(?:otherwise|else)\s*\}?", "", rest).strip()
    parts = [_BRANCH.fullmatch(branch) for branch in tests]
    if not tests or not all(parts):
        return " ".join(branches)
    chosen = "".join(f"({part[1].strip()}) if {part[2].strip()} else " for part in parts if part)
    for pattern, plain in _SIGNS:
        chosen = pattern.sub(plain, chosen)
    return f"({chosen}({rest}))"


#: Operators of TeX, and powers, whose braces hold a formula.
_OPERATORS: Final = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"\\(?:cdot|times|ast)(?![A-Za-z])", "*"),
        (r"\\(exp|log|sqrt|tanh|sinh|cosh|sin|cos|max|min)(?![A-Za-z])", r"\1"),
        (r"\\ln(?![A-Za-z])", "log"),
        (r"\\[lr]vert(?![A-Za-z])", "|"),
        (r"\|([^|]*)\|", r" abs(\1)"),
        # The layer stands above, the neuron below: w1_11 in plain text.
        (r"([A-Za-z])\^\{\((\d+)\)\}_\{(\d+),(\d+)\}", r"\1\2_\3_\4"),
        (r"([A-Za-z])_\{(\d+),(\d+)\}\^\{\((\d+)\)\}", r"\1\4_\2_\3"),
        (r"([A-Za-z])\^\{?\((\d+)\)\}?_\{?(\w+)\}?", r"\1\2_\3"),
        (r"([A-Za-z])_\{?(\w{1,40}?)\}?\^\{?\((\d+)\)\}?", r"\1\3_\2"),  # bounded, since each letter begins anew
        # Indices below are never one number.
        (r"_\{(\d+),\s*(\d+)\}", r"_\1_\2"),
        (r"_\{(\d+),\s*(\d+),\s*(\d+)\}", r"_\1_\2_\3"),
        (r"\bsqrt\s*\{([^{}]*)\}", r"sqrt(\1)"),
        (r"\^\{([^{}()]*[^{}()\w][^{}()]*|\d+)\}", r"^(\1)"),
    )
)


def _named(command: re.Match[str]) -> str:
    """A Greek letter by its name, apart from what follows it."""
    return command[0] if command[1] not in GREEK else command[1] if command[2] is None else f"{command[1]} "


def _without_fractions(text: str, form: str = "{over}/{under} ") -> str:
    r"""``\frac{a}{b}`` as ``a/b``."""
    while match := re.search(r"\\[dt]?frac\s*(?=\{)", text):
        over, middle = _group(text, match.end())
        gap = len(text[middle:]) - len(text[middle:].lstrip())
        under, end = _group(text, middle + gap)
        if not over or not under:
            return text
        text = f"{text[: match.start()]}{form.format(over=over, under=under)}{text[end:]}"
    return text


def _group(text: str, start: int) -> tuple[str, int]:
    """What stands in the braces that open at a place, and where the text goes on; nothing where none open there."""
    depth = 0
    for position in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth <= 0:
            return text[start + 1 : position], position + 1
    return "", len(text)
