"""Good files, the digits they keep, settings of the command line, and limits that no file in the corpus can show."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from derive.errors import Fault, InputError
from derive.spec.layers import Layer, NetworkSettings
from derive.spec.reading import checks, shapes, walk
from derive.spec.reading.reader import Source, check, parse, read_source
from derive.spec.settings import DocumentSettings, Notation, Numbers, Update

GOOD = Path(__file__).with_name("good.toml")
SMALL = """[network]
inputs = [2]
targets = [0.92]
cost = "half_squared_error"

[[network.layers]]
activation = "sigmoid"
weights = [[0.15]]
"""


def small(**changes: str) -> Source:
    """The small network with the value of a key changed."""
    lines = []
    for line in SMALL.splitlines():
        key = line.split(" ")[0]
        lines.append(f"{key} = {changes[key]}" if key in changes else line)
    return Source("net.toml", "\n".join(lines))


def messages(source: Source, overrides: dict[str, dict[str, object]] | None = None) -> list[str]:
    _, faults, _ = check(source, overrides or {})
    return [fault.sentence("net.toml") for fault in faults]


def test_good_file() -> None:
    file = parse(read_source(GOOD))
    first, last = file.network.layers
    assert file.title == "A 2-3-1 network, “quoted” — Ünïcödé"
    assert file.document == DocumentSettings("brief", None, "Zoë Müller", "24 November 2026", "en-GB")
    assert (first.activation, last.activation, file.network.cost) == ("leaky_relu", "z*exp(-z**2)", "huber")
    assert last.biases == Decimal("0.2")
    assert file.notation.cost == "E_total"
    assert file.notation.first_index == 1
    assert file.notation.neurons == (("h1", "h2", "h3"), ("o1",))
    assert file.numbers == Numbers("each-step", None, 6, "up")
    assert file.update == Update(Decimal(0), 10_000, frozen=("b1", "b2"))


def test_digits_are_kept() -> None:
    file = parse(read_source(GOOD))
    first = file.network.layers[0]
    assert [str(number) for number in file.network.inputs] == ["2", "9.0"]
    assert str(file.network.targets[0]) == "0.920"
    assert str(file.network.delta) == "10.5"
    assert str(first.slope) == "0.10"
    assert [[str(number) for number in row] for row in first.weights] == [
        ["0.15", "0.23"],
        ["0.5", "0.001"],
        ["0.0", "-0.05"],
    ]
    assert isinstance(first.biases, tuple)
    assert [str(number) for number in first.biases] == ["0.5", "16", "0.50"]
    assert file.published == {
        "z0": "2.870",
        "dE_total/dw6": "-0.0597",
        "dE_total/db1": "dE_total/dout_o1",
        "w6": "-0.0",
        "big": "12",
    }


def test_defaults() -> None:
    file = parse(Source("net.toml", SMALL))
    assert (file.title, file.update, file.published) == ("", None, {})
    assert (file.document, file.notation, file.numbers) == (DocumentSettings(), Notation(), Numbers())
    assert file.network.layers[0].biases is None


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends(end: str) -> None:
    text = SMALL.replace("[0.92]", "true").replace("\n", end)
    assert messages(Source("net.toml", text)) == [
        "net.toml:3: network.targets: a boolean, true; expected a list of numbers, one for each output"
    ]


@pytest.mark.parametrize("name", checks.ACTIVATIONS)
def test_every_activation(name: str) -> None:
    assert parse(small(activation=f'"{name}"')).network.layers[0].activation == name


@pytest.mark.parametrize("name", [name for name in checks.COSTS if name != "cross_entropy"])
def test_every_cost(name: str) -> None:
    assert parse(small(cost=f'"{name}"')).network.cost == name


@pytest.mark.parametrize("formula", ["z", "2*z + 1", "z if z > 0 else 0.1*z", "max(0, z)", " erf(z) "])
def test_formula_for_an_activation(formula: str) -> None:
    assert parse(small(activation=f'"{formula}"')).network.layers[0].activation == formula


@pytest.mark.parametrize("formula", ["(y - O)**4", "abs(y - O)", "O"])
def test_formula_for_a_cost(formula: str) -> None:
    assert parse(small(cost=f'"{formula}"')).network.cost == formula


@pytest.mark.parametrize("name", ["y", "O", "softmin", "zz", "sigmoid2", "σ", "leaky-relu", "hard sigmoid"])
def test_name_that_is_no_formula(name: str) -> None:
    (message,) = messages(small(activation=f'"{name}"'))
    assert "expected one of identity, sigmoid," in message


# --- settings of the command line ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("set_in_file", "flag"), [("significant", "decimals"), ("decimals", "significant")])
def test_override_drops_the_rival(set_in_file: str, flag: str) -> None:
    source = Source("net.toml", SMALL + f'\n[numbers]\nround = "each-step"\n{set_in_file} = 3\n')
    numbers = parse(source, {"numbers": {flag: 6, "ties": None}}).numbers
    assert getattr(numbers, flag) == 6
    assert getattr(numbers, set_in_file) is None
    assert (numbers.round, numbers.ties) == ("each-step", "even")


def test_override_without_the_table() -> None:
    file = parse(Source("net.toml", SMALL), {"document": {"author": "A", "detail": "brief"}, "numbers": {}})
    assert file.document == DocumentSettings(detail="brief", author="A")


def test_override_wins_over_a_fault() -> None:
    source = Source("net.toml", SMALL + "\n[numbers]\ndecimals = 99\n")
    assert parse(source, {"numbers": {"decimals": 2}}).numbers.decimals == 2


def test_fault_of_an_override() -> None:
    overrides: dict[str, dict[str, object]] = {
        "numbers": {"decimals": 60, "round": "each_step"},
        "document": {"author": "a\tb"},
    }
    source = Source("net.toml", SMALL.replace("[2]", "[true]") + "\n[numbers]\ndecimals = 4\nties = 1\n")
    _, faults, _ = check(source, overrides)
    assert [fault.line for fault in faults] == [None, None, None, 2, 12]
    assert [fault.sentence("net.toml") for fault in faults] == [
        "net.toml: document.author: --author is text with a tab (U+0009); expected printable text on one line",
        'net.toml: numbers.round: --round is "each_step"; expected "each-step" or "end" (did you mean "each-step"?)',
        "net.toml: numbers.decimals: --decimals is a number, 60; expected a whole number from 0 to 50",
        "net.toml:2: network.inputs[0]: a boolean, true; expected a number",
        'net.toml:12: numbers.ties: a number, 1; expected "even" or "up"',
    ]


def test_two_rival_overrides() -> None:
    assert messages(Source("net.toml", SMALL), {"numbers": {"decimals": 2, "significant": 3}}) == [
        "net.toml: numbers.significant: --significant is set beside decimals; "
        "expected only one of decimals and significant"
    ]


def test_override_of_what_is_no_table() -> None:
    assert messages(Source("net.toml", "numbers = 3\n" + SMALL), {"numbers": {"decimals": 2}}) == [
        "net.toml:1: numbers: a number, 3; expected a table, [numbers]"
    ]


# --- what check gives beside its faults ---------------------------------------------------------------------------


def test_file_is_usable_in_spite_of_other_faults() -> None:
    text = (
        "tittle = 1\ntitle = 2\n"
        + SMALL
        + "slop = 1\n[document]\nauthor = 3\ndate = 'today'\n[published]\nz0 = '1'\nz1 = true\n"
    )
    file, faults, _ = check(Source("net.toml", text))
    assert len(faults) == 5
    assert file is not None
    assert file.network == parse(Source("net.toml", SMALL)).network
    assert (file.title, file.document.author, file.document.date) == ("", "", "today")
    assert file.published == {"z0": "1"}


@pytest.mark.parametrize(
    "text",
    [
        SMALL.replace("[2]", "[2, 3]"),
        SMALL.replace("sigmoid", "sigmod"),
        SMALL + "[notation]\ncost = 3\n",
        SMALL + "[numbers]\ndecimals = 3\nsignificant = 3\n",
        SMALL + "[update]\n",
        "[network",
    ],
)
def test_file_is_not_usable(text: str) -> None:
    file, faults, _ = check(Source("net.toml", text))
    assert file is None
    assert faults


# --- limits -------------------------------------------------------------------------------------------------------


def test_too_many_layers() -> None:
    text = SMALL + '\n[[network.layers]]\nactivation = "relu"\nweights = [[1]]\n' * 100
    assert messages(Source("net.toml", text)) == ["net.toml:6: network.layers: 101 layers; expected at most 100 layers"]
    parse(Source("net.toml", text.replace('\n[[network.layers]]\nactivation = "relu"\nweights = [[1]]\n', "", 1)))


@pytest.mark.parametrize(("columns", "over"), [(1000, False), (1001, True)])
def test_too_many_weights(columns: int, over: bool) -> None:
    rows = ((Decimal(1),) * columns,) * 1000
    network = NetworkSettings(inputs=rows[0], targets=(Decimal(1),) * 1000, cost="huber", layers=(Layer(rows, "relu"),))
    faults = walk.Faults()
    assert shapes.check_shapes(network, 0, faults) == [1000]
    expected = [Fault(("network", "layers"), "1,001,000 weights in all", "at most 1,000,000 weights")]
    assert faults.found == (expected if over else [])


def test_too_many_faults() -> None:
    source = small(inputs=f"[{'nan, ' * 1500}]")
    *told, last = messages(source)
    assert len(told) == walk.MAX_FAULTS
    assert last == "net.toml: 501 more faults, which are not listed"


def test_too_many_claims() -> None:
    claims = "".join(f"z{index} = 1\n" for index in range(10_001))
    assert messages(Source("net.toml", SMALL + "[published]\n" + claims)) == [
        "net.toml:9: published: 10,001 claims; expected at most 10,000 claims"
    ]


def test_integer_of_5000_digits() -> None:
    text = SMALL.replace("[2]", "[\n  1, # 1\n  " + "1" * 5000 + "]").replace("sigmoid", "9" * 5000)
    assert messages(Source("net.toml", text)) == [
        "net.toml:4: a number of over 4,000 digits; expected at most 50 digits and an exponent between -100 and 100"
    ]


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("0." + "1" * 100_000, "a number of over 2,020 characters"),
        ("0x" + "f" * 100_000, "a number of more than 50 digits"),
        ("1e" + "9" * 1000, "a number with an exponent of more than 9 digits"),
    ],
)
def test_enormous_numbers(number: str, found: str) -> None:
    assert messages(small(inputs=f"[{number}]")) == [
        f"net.toml:2: network.inputs[0]: {found}; expected at most 50 digits and an exponent between -100 and 100"
    ]
    assert messages(small(cost=number)) == [
        "net.toml:4: network.cost: a number; expected the name of a cost, or a formula in y and O, in quotes"
    ]


@pytest.mark.parametrize("opening", ["[", "{a=", "[{a="])
def test_deep_nesting(opening: str) -> None:
    text = "# [[[[\na = '[[['\nb = " + opening * 100_000
    assert messages(Source("net.toml", text)) == [
        "net.toml:3: lists or tables nested more than 50 deep; expected at most 4 levels"
    ]


def test_brackets_in_text_are_no_nesting() -> None:
    brackets = "[{" * 100
    text = (
        f'title = "\\"{brackets}" # {brackets}\n' + SMALL + f"[published]\nz0 = '{brackets}'\nz1 = '''{brackets}'''\n"
    )
    assert parse(Source("net.toml", text)).title == f'"{brackets}'


def test_nesting_with_little_stack_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def overflow(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr("derive.spec.reading.syntax.tomllib.loads", overflow)
    assert messages(Source("net.toml", "a = [[]]")) == ["net.toml: lists or tables nested too deep"]


def test_long_key_takes_no_time() -> None:
    (message,) = messages(Source("net.toml", "a" + ' . "a"' * 300_000 + " = 1"))
    assert message == "net.toml:1: a key of more than 20 parts; expected at most 3 parts"


# --- the rest -----------------------------------------------------------------------------------------------------


def test_message_is_safe_for_a_terminal() -> None:
    text = small(cost='"\\u001b]0;x\\u0007"').text + '\n["\\u009b31m"]\n[published]\n"\\u202e" = "\\u001b[2J"\n'
    with pytest.raises(InputError) as error:
        parse(Source("net.toml", text))
    assert str(error.value).replace("\n", "").isprintable()


def test_later_faults_are_located() -> None:
    source = read_source(GOOD)
    later = InputError("", [Fault(("update", "frozen", 1), "no such parameter"), Fault(("network", "inputs"), "bad")])
    located = source.locate(later)
    assert located.source == str(GOOD)
    assert [(fault.path, fault.line) for fault in located.faults] == [
        (("network", "inputs"), 11),
        (("update", "frozen", 1), 52),
    ]


def test_reading_needs_no_sympy() -> None:
    code = "import sys, derive.spec.reading.reader, derive.spec.schema; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
