"""Files of equations broken on purpose: each way of the table of errors, with what has to be said of it."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

#: What every file is given, so that there is something to break.
GIVEN = (
    "qx = 2.5",
    "qo = 1.0",
    "qv = [1.0, 2.0]",
    "qu = [1.0, 2.0, 3.0]",
    "qM = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]",
    "qS = [[1.0, 2.0], [3.0, 5.0]]",
    "qT = [[[1.0]]]",
    "qcol = [[1.0], [2.0]]",
    '"qg[1]" = 3.0',
)
INDEX = ('qt = "1..3"', 'qk = "1..2"')


class Way(NamedTuple):
    """A way to break a file.

    Attributes:
        lines: what is put into the equations, in this order; ``N`` and ``O`` stand for new names.
        found: what has to be said of it.
        mends: what has to be said of how it is mended.
        at: which of the lines is at fault.
        uses: what a line that is right, but for what it needs, uses of it; "" where nothing can.
        given: what is put into ``[given]``; the fault is there where there are no lines.
        learnt: likewise into ``[parameters]``; the fault is there.
        index: likewise into ``[index]``.
    """

    lines: tuple[str, ...]
    found: str
    mends: str
    at: int = -1
    uses: str = "N"
    given: tuple[str, ...] = ()
    learnt: tuple[str, ...] = ()
    index: tuple[str, ...] = ()


def _one(line: str, found: str, mends: str, uses: str = "N") -> Way:
    return Way((line,), found, mends, uses=uses)


_FORMULA = "expected a formula of numbers, names, + - * / ** @, functions, and z if z > 0 else 0"
_CONDITION = "expected one comparison, where quantities or given numbers are compared"
_SHAPES = "expected equal shapes, a number, or a vector as long as the rows of a matrix"

READING = (
    _one("qx + qv", '"qx + qv", which is no equation', "name = formula, or name[index] = formula", ""),
    _one("N = 1; O = 2", "two equations on one line", "one equation a line"),
    _one("  N = qx", "an equation that is indented", "at the beginning of the line"),
    _one("N = (qx + 1", "a bracket that is not closed", "as many closing brackets as opening ones"),
    _one("N = qx + 1)", "a bracket that was not opened", "as many opening brackets as closing ones"),
    _one("N += 1", '"+="', "an equation written ="),
    _one("N = O = 1", 'two "=" in one equation', "each name by itself"),
    _one("N == 1", '"=="', "an equation written ="),
    _one("N = qx^2", '"^"', "write ** for a power"),
    _one("N = qx // 2", '"//"', "expected + - * / ** or @"),
    _one("N = 2qx", '"2qx"', "write 2*qx"),
    _one("N = qx'", "a prime (') behind a name", "write W_new"),
    _one("N = α*qx", 'the character "α"', "write alpha"),
    _one("N = qx − 1", 'the character "−"', "write -"),
    _one("class = qx", 'the name "class", which is a word of Python\'s', "another name", ""),
    _one("if = qx", 'the name "if", which is a word of Python\'s', "another name", ""),
    _one("not[qt] = qx", 'the name "not", which is a word of Python\'s', "another name", ""),
    _one("N = qx + else", 'the name "else", which is a word of Python\'s', "another name", ""),
    _one("N = or*qx", 'the name "or", which is a word of Python\'s', "another name", ""),
    _one("N = qM.shape", '"qM.shape"', "no dot behind a name, but for .T"),
    _one("N = qM.sum()", '"qM.sum()"', "write sum(qM)"),
    _one("N = np.exp(qx)", '"np.exp(qx)"', "write exp(…)"),
    _one("N = [a for a in qv]", "a comprehension", _FORMULA),
    _one("N = True", "a boolean, True", "a number, or a condition"),
    _one("N = 'text'", "text in quotes", _FORMULA),
    _one("N = qx > 1", "a comparison that is no condition", _FORMULA),
    _one("N = 1 if qx > 0", "a condition without else", "both cases"),
    _one("N = 1 if qx > 0 and qo > 0 else 0", 'the condition "qx > 0 and qo > 0"', _CONDITION),
    _one("N[qt] = 1 if qt > 1 and qx > 0 else 0", 'the condition "qt > 1 and qx > 0"', _CONDITION, "N[1]"),
    _one("N = qx and 2", "and/or outside a condition", _FORMULA),
    _one("N = 1_000*qx", '"1_000"', "a plain decimal number"),
    _one("N = qx + \\", "a backslash at the end of a line", "it goes on inside brackets only"),
    _one("N = qx qo", '"N = qx qo", which cannot be read', 'between "qx qo" stands no operator'),
    _one("N =", '"N =", which cannot be read', "name = formula"),
    _one("2*N = qx", '"2*N = qx", which cannot be read', "name = formula"),
    _one("N = 7(qx)", '"7(qx)"', "write * for a product"),
    _one("N = qM[1][2]", '"qM[1][2]"', "all indices in one pair of brackets (write qM[1, …])"),
    _one("N = []", "an empty list", "at least one entry"),
    _one("N = {1}", "a set", _FORMULA),
    _one("N = qx, qo", "a comma outside brackets", _FORMULA),
)
NAMES = (
    Way(("N = qx", "N = qx + 1"), '"N", which line LINE defines already', "a new name for what is new"),
    Way(("N[qt] = qx", "N[2] = 3"), '"N[2]", which line LINE defines already', "each member once", uses="N[1]"),
    _one("qx = 3", '"qx", which is given already', "a name of its own", ""),
    _one("qt = 3", '"qt", which is an index', "a name of its own", ""),
    _one("qg[qt] = qx", '"qg[1]", which is given already', "it given or defined", "qg[2]"),
    _one("N1[qt] = qxx", 'the name "qxx", which means nothing here', "did you mean", "N1[2]"),
    Way(("N1 = 1", "N[qt] = qt"), '"N[1]", which looks like "N1" where it is typeset', "look different", uses=""),
    _one("cosh = 3", 'the name "cosh", which is a function\'s name', "[notation.rename] can show it as cosh", ""),
    _one("pi = 3", 'the name "pi", which is a number\'s name', "[notation.rename] can show it as pi", ""),
    _one("N = wholly_unheard_of", 'the name "wholly_unheard_of"', "[given], [parameters], [index] or an equation"),
    Way(("Ntwenty = 1", "N = Ntwentty + 1"), 'the name "Ntwentty"', 'did you mean "Ntwenty"?'),
    _one("N = randn*qx", 'the name "randn"', "masks and noise stand under [given]"),
    _one("N = rand(3)", 'the function "rand"', "masks and noise stand under [given]"),
    _one("N = exp + 1", 'the function "exp" without brackets', "expected exp(…)"),
    _one("N = sigmod(qx)", 'the function "sigmod"', 'did you mean "sigmoid"?'),
    _one("N = qx(3)", 'the function "qx"', "write * for a product"),
    _one("N = var(qv)", 'the function "var"', "write mean((x - mu)**2)"),
    _one("N = exp(qx, 2)", "exp(…) with 2 arguments", "expected 1 argument"),
    _one("N = tanh(qx, slope=2)", 'tanh(…) with "slope="', "arguments with these names: none"),
    Way((), '"N" in two tables', "it in one of them", uses="N", given=("N = 1",), learnt=("N = 2",)),
    Way(("N_in = 1", "N = tanh(qv @ qv)"), '"qv @ qv", whose name N_in is taken', "name it: z = qv @ qv"),
    _one(
        "N = norm(qv - 1) + norm(qv + 1)",
        '"qv - 1" and "qv + 1", which a function is applied to, in one line',
        "name it: z = qv + 1",
    ),
    _one(
        "N = sum(tanh(qv @ qM[qt]), qt)",
        '"qv @ qM[qt]", which a function is applied to, within a sum over qt',
        "name it: z[qt] = qv @ qM[qt]",
    ),
)
INDICES = (
    _one("N[qi] = qx", 'the index "qi" on the left, which is not declared', 'qi = "1..3"', "N[1]"),
    _one("N[qx] = 1", 'the index "qx" on the left, which is not declared', "a given number is no index", "N[1]"),
    _one("N = sum(qv[qj], qj)", 'the index "qj", which is not declared', "an index of [index]"),
    _one("N = qv[qk]", 'the index "qk", which does not run here', "stands on the left, or behind the comma of a sum"),
    _one("N = qt + 1", 'the index "qt", which does not run here', "stands on the left, or behind the comma of a sum"),
    _one("N[qt] = sum(qu[qt], qt)", 'the index "qt", on the left and in a sum', "declare a second one", "N[1]"),
    _one("N[qt,qt] = 1", 'the index "qt" twice on the left', "each running index once", "N[1,1]"),
    _one("N[2*qt] = 1", 'the index "2 * qt" on the left', "an index + or - a whole number", "N[2]"),
    _one("N[qt] = N[qt-1] + 1", '"N[0]", which is not defined', "N[1] to N[3] (N[0] = … would begin it)", "N[3]"),
    _one("N[qt] = N[qt+1] + 1", '"N[4]", which is not defined', "(N[4] = … would go on with it)", "N[1]"),
    _one("N = qv[3]", '"qv[3]"', "an index from 1 to 2"),
    _one("N[qt] = qv[qt]", '"qv[qt]" with qt = 3', "an index from 1 to 2", "N[1]"),
    _one("N = qM[1,3]", '"qM[1,3]", the index 3 at place 2', "an index from 1 to 2"),
    _one("N = qv[-1]", '"qv[-1]"', "nothing is counted from the end"),
    _one("N = qv[1:2]", '"1:2" as an index', "one index, or : alone for all"),
    _one("N = qv[1.0]", 'the index "1.0"', "write it without a point"),
    _one("N = qv[qx]", 'the index "qx", which is 2.5', "a whole number"),
    _one("N = qv[qo]", 'the index "qo", which is 1.0', "write it without a point"),
    Way(("N = qv[O]",), 'the index "O", which is learnt', "write it under [given]", learnt=("O = 2",)),
    _one("N = sum(qv[()])", '"qv[()]"', "an index within the brackets"),
    Way(("O = 1", "N = qv[O]"), 'the index "O", which is worked out', "running indices, given whole numbers"),
    Way(("N[1] = 1", "N[1,2] = 3"), "a member of N with 2 indices", "1, as its other members have", uses="N[1]"),
    Way(("O[qt+1] = qt", "N = sum(softmax(O))"), '"O" as a whole', "counted from 1 without a gap"),
    Way(("O[0] = 1", "O[qt] = qt", "N = sum(softmax(O))"), '"O" as a whole', "O[0] is one of its members"),
    Way(("O = N + 1", "N = O*2"), "a circle: O needs N needs O", "worked out one after another", uses=""),
    _one("N[qt] = N[4-qt]", "a circle: N[1] needs N[3] needs N[1]", "one after another", "N[1]"),
)
SHAPES = (
    _one("N = qv + qu", "a vector of 2 + a vector of 3", _SHAPES),
    _one("N = qM + qu", "a matrix of 3×2 + a vector of 3", "write it as a column [[1], [0]]"),
    _one("N = qcol + qv", "a matrix of 2×1 + a vector of 2", "write it as a column"),
    _one("N = qM*qS", "a matrix of 3×2 * a matrix of 2×2", _SHAPES),
    _one("N = qM @ qu", "a matrix of 3×2 @ a vector of 3", "write qM.T @ qu"),
    _one("N = qx @ qv", "a number @ a vector of 2", "write *"),
    _one("N = qv @ qv.T", '"qv.T", where qv is a vector', "write outer(qv, qv)"),
    _one("N = qv.T", "qv.T of a vector of 2", "a vector is neither row nor column"),
    _one("N = qS*qS @ qv", "with arrays on both sides of *", "brackets beside @"),
    _one("N = qT @ qv", "an array of 1×1×1 @ a vector of 2", "use indices: sum(a[i,k]*b[k,j], k)"),
    _one("N = qv[1,2]", '"qv[1,2]" of a vector of 2', "at most 1 index"),
    _one("N = qx[1]", '"qx[1]" of a number', "it without an index"),
    _one("N = [qv, qu]", "a list of a vector of 2 and a vector of 3", "entries of one shape"),
    _one("N = sum(qx)", "the sum of a number", "an array, or an index behind a comma"),
    _one("N = sum(qv, qu)", '"sum(qv, qu)"', "sum(formula), or indices behind commas: sum(f, k)"),
    _one("N = mean(qM, axis=2)", "mean(…) with axis = 2", "axis=1, each row, or axis=0, each column"),
    _one("N = max_pool(qv, 3)", "max_pool with a window of a vector of 3", "a window that fits"),
    _one("N = conv(qv, qu)", "conv with a window of a vector of 3 on a vector of 2", "a window that fits"),
    _one("N = softmax(qM)", "the softmax of a matrix of 3×2 without axis", "axis=1, each row, or axis=0"),
    _one("N = softmax(qv, axis=1)", "softmax(…, axis=1) of a vector of 2", "a matrix, or no axis"),
    _one("N = softmax(qv, mask=qv)", 'the mask "qv" with something else than 0 and 1', "causal(n)"),
    Way(("N = softmax(qv, mask=O)",), 'the mask "', "given numbers 0 and 1", learnt=("O = [1, 0]",)),
    _one("N = softmax(qv, mask=qv/2)", 'the mask "qv / 2" with something else than 0 and 1', "causal(n)"),
    _one("N = softmax(qM, axis=1, mask=causal(3))", "a mask that is a matrix of 3×3", "a mask of the same shape"),
    _one("N = squared_error(qv, qu)", "squared_error of a vector of 2 and a vector of 3", "of one shape"),
    Way(("N[0] = 0", "N[qt] = qv*qt"), "N[1] is a vector of 2, N[0] a number", "write zeros(2)", uses=""),
    Way(("N[qt] = qt*qx", "N = qv*2"), '"N", a vector of 2, beside its members N[…]', "only that may", uses=""),
    _one("N = concat(qM, qM)", "concat of a matrix of 3×2 and a matrix of 3×2", "axis=0 (below) or axis=1 (beside)"),
    _one("N = reshape(qv, 3)", "a vector of 2 reshaped to a vector of 3", "2 entries"),
    _one("N = outer(qM, qv)", "outer of a matrix of 3×2", "vectors"),
    _one("N = one_hot(4, 3)", "the class 4 of 3", "from 1 to 3"),
    _one("N = eye(0)", "eye(…) with n = 0", "1 or more"),
)
LIMITS = (
    _one(f"N = qx{' + qx' * 400}", "an equation of", "at most 1,000"),
    _one(f"N = {'-' * 60}qx", "nested more than 40 deep", "a flatter formula"),
    _one("N = qx**1000", "a power of 1000", "constant powers of at most 100"),
    _one(f"N = 1{'0' * 60}", "a number of 61 digits", "at most 50 digits"),
    _one("N = zeros(200, 200)*qx", "zeros(…) of 40,000 entries", "at most 20,000"),
)
DATA = (
    Way((), "row 2 with 1 entry", "all rows have one length", given=("N = [[1, 2], [3]]",)),
    Way((), "a list", "lists are at most 4 deep", given=("N = [[[[[1]]]]]",)),
    Way((), "an empty list", "at least one number", given=("N = []",)),
    Way((), 'a string, "3"', "write it without quotes", given=('N = "3"',)),
    Way((), "numbers beside lists", "numbers only, or lists only", given=("N = [1, [2]]",)),
    Way((), 'the name "1N"', 'a member as "h[0]"', given=('"1N" = 3',), uses=""),
    Way((), 'the name "N[0"', 'a member as "h[0]"', given=('"N[0" = 3',), uses=""),
    Way((), 'the name "erf", which is a function\'s name', "another name", given=("erf = 3",), uses=""),
    Way((), 'the name "while", which is a word of Python\'s', "another name", given=("while = 2",), uses=""),
)
_BOTH_INCLUDED = 'the first and the last value in quotes, as "1..3"'
RANGES = (
    Way((), '"1-3"', _BOTH_INCLUDED, uses="sum(qu[N], N)", index=('N = "1-3"',)),
    Way((), '"3..1"', _BOTH_INCLUDED, uses="sum(qu[N], N)", index=('N = "3..1"',)),
    Way((), "a number, 3", _BOTH_INCLUDED, uses="sum(qu[N], N)", index=("N = 3",)),
    Way((), "2,000 values", "at most 1,000", uses="sum(qx*N, N)", index=('N = "1..2000"',)),
)
_UNWORKED = "cannot be worked out:"
#: What is met only when the numbers are put in.
VALUES = (
    _one("N[qt] = log(qt - 2)", f"N[1] = log(-1) {_UNWORKED} the logarithm of a negative number", "a number above 0"),
    _one("N[qt] = qx/(qt - 3)", f"N[3] = qx / 0 {_UNWORKED} a division by 0", "a divisor that is not 0"),
    _one("N = log(qo - 1)", f"N = log(qo - 1) {_UNWORKED} the logarithm of 0", "a number above 0"),
    _one("N = 1/(qx - 2.5)", f"N = 1 / (qx - 2.5) {_UNWORKED} a division by 0", "a divisor that is not 0"),
    _one("N = sqrt(-qx)", f"N = sqrt(-qx) {_UNWORKED} the square root of a negative number", "that is 0 or more"),
    _one("N = (-qx)**0.5", f"N = (-qx)**0.5 {_UNWORKED} a negative number to a power", "or a whole power"),
    _one("N = exp(exp(exp(exp(qx))))", "N = exp(exp(exp(exp(qx)))) cannot be worked out", "too large"),
)
WAYS = (*READING, *NAMES, *INDICES, *SHAPES, *LIMITS, *DATA, *RANGES, *VALUES)


class Broken(NamedTuple):
    """A file that is broken on purpose.

    Attributes:
        text: the file.
        faults: for each fault its line in the file, counted from 1, and what has to be said.
    """

    text: str
    faults: tuple[tuple[int, Way], ...]


def broken(valid: str, ways: Sequence[Way], chance: random.Random) -> Broken:
    """A file with some faults, each at a random place, and lines that use what is at fault."""
    taken = set(re.findall(r"[A-Za-z]\w*", valid))
    fresh = (name for name in (f"y{'abcdefghijklmnopqrstuvwxyz'[at % 26]}{'z' * (at // 26)}" for at in count()))
    tables: dict[str, list[tuple[str, int | None]]] = {
        "given": [(line, None) for line in GIVEN],
        "parameters": [],
        "index": [(line, None) for line in INDEX],
    }
    head, body, tail = _parted(valid)
    #: For each line the number of the way whose fault it is.
    marked: list[tuple[str, int | None]] = [(line, None) for line in body]
    told: list[Way] = []
    for number, way in enumerate(ways):
        one, other = (next(name for name in fresh if name not in taken) for _ in range(2))

        def named(text: str, one: str = one, other: str = other) -> str:
            return re.sub(
                r"(?<![A-Za-z_])[NO](?![A-Z])(?=\b|\d|_in|twen)", lambda m: one if m[0] == "N" else other, text
            )

        told.append(way._replace(found=named(way.found), mends=named(way.mends)))
        places = sorted(chance.choices(_places([line for line, _ in marked]), k=len(way.lines)), reverse=True)
        at = way.at % len(way.lines) if way.lines else -1
        for which, place in zip(reversed(range(len(way.lines))), places, strict=True):
            marked.insert(place, (named(way.lines[which]), number if which == at else None))
        for table, lines in (("given", way.given), ("parameters", way.learnt), ("index", way.index)):
            at_fault = not way.lines and (table == "parameters" or not way.learnt)
            tables[table] += [(named(line), number if at_fault else None) for line in lines]
        if way.uses and chance.random() < 0.6:
            user = next(name for name in fresh if name not in taken)
            # A line that is right, but for what it needs: nothing is to be said of it.
            marked.insert(chance.choice(_places([line for line, _ in marked])), (f"{user} = {named(way.uses)}*2", None))
    lines = list(_with_tables(head, tables))
    lines += [*marked, *((line, None) for line in tail)]
    line_of = {number: at for at, (_, number) in enumerate(lines, start=1) if number is not None}
    firsts = {
        number: min(at for at, (line, _) in enumerate(lines, 1) if _defines(line, way))
        for number, way in enumerate(told)
        if "LINE" in way.found
    }
    faults = tuple(
        (line_of[number], way._replace(found=way.found.replace("LINE", str(firsts.get(number)))))
        for number, way in enumerate(told)
    )
    return Broken("\n".join(line for line, _ in lines) + "\n", faults)


def _defines(line: str, way: Way) -> bool:
    name = way.found.split('"')[1].partition("[")[0]
    return bool(re.match(rf"{name}\s*(\[[^\]]*\])?\s*=", line))


def _parted(valid: str) -> tuple[list[str], list[str], list[str]]:
    """The lines before, in and behind the text of the equations."""
    lines = valid.rstrip("\n").split("\n")
    start = next(at for at, line in enumerate(lines) if re.match(r"equations\s*=\s*'''", line)) + 1
    end = next(at for at, line in enumerate(lines) if at >= start and line.startswith("'''"))
    return lines[:start], lines[start:end], lines[end:]


def _places(body: Sequence[str]) -> list[int]:
    """Where a line may stand: within no equation that goes on, and before the last, which is what is differentiated."""
    depth, found = 0, []
    for at, line in enumerate(body):
        if depth <= 0:
            found.append(at)
            depth = 0
        if re.match(r"[A-Za-z]\w*\s*(\[[^\]]*\])?\s*=(?!=)", line):
            depth = 0
        code = line.partition("#")[0]
        depth += sum(map(code.count, "([{")) - sum(map(code.count, ")]}"))
    last = max(at for at, line in enumerate(body) if line.partition("#")[0].strip())
    return [at for at in found if at <= last]


def _with_tables(
    head: Sequence[str], tables: dict[str, list[tuple[str, int | None]]]
) -> Iterator[tuple[str, int | None]]:
    """The lines of a file before its equations, with more in its tables."""
    there = set(tomllib.loads("\n".join([*head, "'''"])))
    for line in head:
        if line.partition("#")[0].strip() == "[model]":
            for name, more in tables.items():
                if more and name not in there:
                    yield f"[{name}]", None
                    yield from more
        yield line, None
        match = re.match(r"\[(given|parameters|index)\]", line)
        if match:
            yield from tables[match[1]]
