"""Every fault of the table of errors, alone and with others, is told at its line, once, with what mends it."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import derive
from derive.errors import InputError
from derive.spec.starters import kinds, text_of
from tests.models.breaking import VALUES, WAYS, Broken, Way, broken
from tests.models.random_equations import valid

SEEDS = range(8)
FILES = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.toml"))]
TEXTS = [text for text in (*FILES, *map(text_of, kinds())) if "[model]" in text and "first_index" not in text]


def base(chance: random.Random) -> str:
    """A valid file: a random one, or one of those that lie about."""
    return valid(chance) if chance.random() < 0.5 else chance.choice(TEXTS)


def assert_told(file: Broken) -> None:
    """Each fault has one message, with its line, what was found and what mends it; there is no other."""
    with pytest.raises(InputError) as error:
        derive.solve(derive.loads(file.text))
    assert error.value.exit_code == 2
    messages = str(error.value).split("\n")
    rest = list(messages)
    for line, way in file.faults:
        told = [
            each for each in rest if re.match(rf"<text>:{line}: ", each) and way.found in each and way.mends in each
        ]
        assert told, f"line {line}: {way.found} … {way.mends}\nis not among\n" + "\n".join(rest) + "\n" + file.text
        rest.remove(told[0])
    assert rest == [], "\n".join(messages) + "\n" + file.text
    lines = [int(message.split(":")[1]) for message in messages]
    assert lines == sorted(lines)


def key(way: Way) -> str:
    return "; ".join((*way.lines, *way.given, *way.learnt))[:50]


@pytest.mark.parametrize("way", WAYS, ids=key)
def test_a_fault_is_told_where_it_is(way: Way) -> None:
    for seed in SEEDS:
        chance = random.Random(f"{key(way)} {seed}")  # noqa: S311 (files for tests)
        assert_told(broken(base(chance), [way], chance))


@pytest.mark.parametrize("seed", range(80))
def test_several_faults_are_told_at_once(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (files for tests)
    ways = chance.sample(WAYS, chance.randint(2, 12))
    assert_told(broken(base(chance), ways, chance))


@pytest.mark.parametrize("seed", range(20))
def test_values_that_do_not_exist_are_told_at_once(seed: int) -> None:
    """Where all else is right, and nothing is known of them before the numbers are put in."""
    chance = random.Random(seed)  # noqa: S311 (files for tests)
    file = broken(base(chance), chance.sample(VALUES, chance.randint(1, 4)), chance)
    assert derive.loads(file.text)
    assert_told(file)


SETTINGS = (
    "[update]\nlearning_rate = 'x'",
    "[update]\nsteps = 2",
    "[update]\nlearning_rate = 1\nfrozen = [3]",
    "[update]\nlearning_rate = 1\noptimizer = 3",
    "[update]\nlearning_rate = 1\nbeta1 = 0.3",
    "[notation]\nabove = [3]",
    "[notation]\nabove = 't'",
    "[notation]\nderivative = 'x'",
    "[notation]\npreset = 'layered'",
    "[notation.rename]\nh = 3",
    "[numbers]\ndecimals = -1",
    "[document]\nview = 'x'",
    "[exercise]\nfoo = 1",
    "[published]\nq = true",
    "[unheard]\nof = 1",
)


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(
    ("equation", "found"),
    [("w*x[1]", ""), ("w*x[3]", "an index from 1 to 2"), ("log(x[1] - 1)*w", "above 0"), ("w*x^2", "write **")],
)
def test_a_faulty_setting_hides_no_fault_of_the_equations(setting: str, equation: str, found: str) -> None:
    head = "[given]\nx = [1, 2]\n[parameters]\nw = 1\n[index]\nt = '1..2'\n[model]\nequations = '''\n"
    with pytest.raises(InputError) as error:
        derive.loads(f"{head}h[t] = w*x[t]\nE = {equation}\n'''\n{setting}\n")
    told = str(error.value).split("\n")
    assert len(told) == (2 if found else 1)
    assert re.match(r"<text>:(1[1-5]): ", told[-1])
    assert not found or (told[0].startswith("<text>:10: ") and found in told[0])


@pytest.mark.parametrize("key", ["of = 3", "of = [3]", "of = ['E', 3]", "wrt = 3", "wrt = ['w', 3]", "wrt = ['q']"])
def test_a_faulty_question_hides_no_fault_of_the_equations(key: str) -> None:
    with pytest.raises(InputError) as error:
        derive.loads(f"[given]\nx = 1\n[parameters]\nw = 1\n[model]\n{key}\nequations = '''\nE = w*x + v\n'''\n")
    assert [each.split(":")[1] for each in str(error.value).split("\n")] == ["6", "8"]


def test_the_files_are_valid_before_they_are_broken() -> None:
    for seed in range(60):
        text = valid(random.Random(seed))  # noqa: S311 (files for tests)
        assert derive.loads(broken(text, [], random.Random(seed)).text).model.wanted  # noqa: S311
        assert tomllib.loads(text)
    for text in TEXTS:
        derive.loads(broken(text, [], random.Random(0)).text)  # noqa: S311


def _of(equations: str, index: int = 2) -> str:
    return f"[given]\nx = 1\n[index]\ni = '1..{index}'\n[model]\nof = 'C'\nequations = '''\n{equations}\n'''\n"


@pytest.mark.parametrize(
    ("most", "file", "found"),
    [
        (500, lambda n: _of("\n".join([*(f"q{at}z = x" for at in range(1, n)), "C = x"])), "501 equations"),
        (1000, lambda n: _of(f"C = {'x+' * 400}x{' ' * (n - 807)}+x"), "1,001 characters"),
        (1000, lambda n: _of("C = sum(x*i, i)", n), "1,001 values"),
        (20_000, lambda n: _of(f"A = zeros({n - 1}) + x\nC = A[1]"), "over 20,000 entries"),
        (100, lambda n: _of(f"C = x**{n}"), "a power of 101"),
        (50, lambda n: _of(f"C = x + 0.{'1' * n}"), "a number of 51 digits"),
    ],
    ids=["equations", "characters", "range", "entries", "power", "digits"],
)
def test_a_limit_is_where_it_is_said_to_be(most: int, file: Callable[[int], str], found: str) -> None:
    assert derive.loads(file(most)).model.wanted
    with pytest.raises(InputError, match=re.escape(found)):
        derive.loads(file(most + 1))


@pytest.mark.parametrize("sign", ["+", "-", "*"])
def test_a_long_sum_or_product_is_not_deep(sign: str) -> None:
    """490 numbers in 980 characters; of the sum the derivative is their count."""
    solution = derive.solve(derive.loads(_of(f"A = {sign.join(['x'] * 490)}\nC = 2*A")))
    slope = {"+": 490, "-": 1 - 489, "*": 490}[sign]
    assert float(solution.values["dC/dx"].exact) == 2 * slope


@pytest.mark.parametrize(
    ("equation", "found"),
    [
        (f"A = {'/'.join(['x'] * 60)}", "nested more than 40 deep"),
        (f"A = {' @ '.join(['M'] * 60)}", "nested more than 40 deep"),
        (f"A = {' @ '.join(['M'] * 38)}", "pieces where it is written out; expected at most 1,000,000"),
    ],
)
def test_what_grows_beyond_all_measure_is_refused(equation: str, found: str) -> None:
    """Each further matrix of two rows doubles what an entry is made of."""
    text = _of(f"{equation}\nC = x").replace("x = 1\n", "x = 1\nM = [[1, 2], [3, 4]]\n")
    with pytest.raises(InputError, match=re.escape(found)):
        derive.loads(text)
