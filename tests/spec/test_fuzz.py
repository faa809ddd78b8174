"""Whatever stands in a file, the reader gives a network file or an InputError with sentences."""

import tomllib
import unicodedata
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from derive.errors import InputError
from derive.spec.reading.lines import line_numbers
from derive.spec.reading.reader import Source, check, parse, read_source
from derive.spec.settings import NetworkFile

GOOD = Path(__file__).with_name("good.toml").read_text(encoding="utf-8")
#: Scraps of TOML and of our format, and what neither allows.
PIECES = [
    *("[", "]", "{", "}", "[[", "]]", '"', '"""', "'", "'''", "=", ",", ".", "#", "\n", "\\", "\r", "\r\n"),
    *("\\u0000", "\0", "\x1b", "\u202e", "é", "true", "nan", "-inf", "-", "0", "0x10", "1979-05-27", "07:32:00"),
    *("1e999999999", "1e99999999999999999999", "9" * 60, "[[1, 2], [3]]", "{ a = 1 }", "a.b.c = 1", '"z**z"', "z"),
    *("network", "layers", "weights", "[network]", "[[network.layers]]", "[numbers]", "inputs = [[1]]", "decimals = 3"),
]
BIDI = ("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI")


def tried(text: str) -> None:
    source = Source("net.toml", text)
    try:
        file = parse(source)
    except InputError as error:
        faults = error.faults
    else:
        assert isinstance(file, NetworkFile)
        return
    assert faults
    for fault in faults:
        sentence = fault.sentence("net.toml")
        assert "Decimal(" not in sentence
        assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in sentence)
        assert not any(unicodedata.bidirectional(character) in BIDI for character in sentence)
        assert fault.line is None or 1 <= fault.line <= text.count("\n") + 1


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_bytes(data: bytes) -> None:
    tried(data.decode("utf-8", "surrogateescape"))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
@example(data=b"\xff\xfe")
def test_files(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "net.toml"
    file.write_bytes(data)
    try:
        source = read_source(file)
    except InputError:
        return
    tried(source.text)


@settings(deadline=None, max_examples=400)
@given(
    st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 30), st.sampled_from(PIECES)), min_size=1, max_size=3)
)
def test_mutations_of_a_good_file(changes: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for start, length, piece in changes:
        text = text[:start] + piece + text[start + length :]
    tried(text)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_pieces(text: str) -> None:
    tried(text)
    line_numbers(text, [("network", "layers", 0, "weights"), ("a", "b", "c"), ("network",)])


VALUES = st.recursive(
    st.sampled_from(
        ["1", "-0.0", "0.10", "true", "nan", '"z"', '"x"', "''", "2026-11-24", "[]", "{}", "1e60", '"relu"']
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(inner, max_size=2).map(
            lambda items: "{" + ", ".join(f"k{i} = {item}" for i, item in enumerate(items)) + "}"
        )
    ),
    max_leaves=6,
)
KEYS = [
    *("title", "document", "document.detail", "document.author", "numbers", "numbers.round", "numbers.decimals"),
    *("numbers.significant", "network.inputs", "network.targets", "network.cost", "network.delta", "network.layers"),
    *("notation.preset", "notation.cost", "notation.first_index", "notation.neurons", "update.learning_rate"),
    *("update.steps", "update.frozen", "published.z0", "published.k"),
]


@settings(deadline=None, max_examples=300)
@given(
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6), st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=3)
)
def test_values_of_every_kind(settings_: dict[str, str], layers: list[tuple[str, str, str]]) -> None:
    text = "".join(f"{key} = {value}\n" for key, value in settings_.items())
    if "network.layers" not in settings_:
        rows = (f"{{ activation = {a}, weights = {w}, biases = {b} }}" for a, w, b in layers)
        text += f"network.layers = [{', '.join(rows)}]\n"
    tried(text)
    file, faults, _ = check(Source("net.toml", text))
    assert file is not None or faults


@settings(deadline=None)
@given(st.text(max_size=40))
def test_titles(title: str) -> None:
    """A title is taken as it is, or refused by name; what is shown of it can be printed."""
    literal = "".join(f"\\U{ord(character):08x}" for character in title)
    text = f'title = "{literal}"\n' + GOOD.split("\n", 2)[2]
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    _, faults, _ = check(Source("net.toml", text))
    assert [fault.path for fault in faults] in ([], [("title",)])
    if title.isprintable():
        assert not faults
