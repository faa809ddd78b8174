"""Files of claims: what good ones hold, and the exact message that each bad one gets."""

from __future__ import annotations

import io
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derive.errors import InputError
from derive.spec.claim_files import read_claims
from derive.spec.claims import Claim
from derive.spec.reading.reader import Source, check
from derive.spec.reading.source import MAX_BYTES
from tests.timing import grows_linearly

BAD = Path(__file__).parent / "bad_claims"
SUFFIXES = (".toml", ".csv", ".tsv", ".md", ".markdown", ".json", ".txt")


@pytest.mark.parametrize(
    "file", sorted(file for file in BAD.iterdir() if file.suffix != ".expected"), ids=lambda file: file.name
)
def test_message(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is refused with its faults, or read but for what cannot be."""
    monkeypatch.chdir(BAD)
    assert complaints(file.name) == Path(f"{file}.expected").read_text(encoding="utf-8").rstrip("\n").split("\n")


def complaints(name: str) -> list[str]:
    try:
        paper = read_claims(name)
    except InputError as error:
        assert error.exit_code == 2
        return str(error).split("\n")
    return [paper.fault(claim.name, claim.fault).sentence(name) for claim in paper.claims if claim.fault is not None]


def written(folder: Path, name: str, data: bytes | str) -> Path:
    file = folder / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def read(folder: Path, name: str, data: bytes | str) -> list[tuple[str, str, int | None]]:
    file = written(folder, name, data)
    claims = read_claims(file)
    assert not any(claim.fault for claim in claims.claims)
    assert claims.name == str(file)
    return [(claim.name, claim.text, claim.line) for claim in claims.claims]


# What is printed has digits that count: none may be lost, and none added.
TOML = """\
title = "Anna's solution"

[published]
z0 = 2.870
"dCost/dw6" = "-0.0597"
O0 = 0.0090
tiny = 1e-10
big = 12
"dCost/db1" = "dCost/dO1"
"""
TOML_CLAIMS = [
    ("z0", "2.870", 4),
    ("dCost/dw6", "-0.0597", 5),
    ("O0", "0.0090", 6),
    ("tiny", "1e-10", 7),
    ("big", "12", 8),
    ("dCost/db1", "dCost/dO1", 9),
]


def test_toml(tmp_path: Path) -> None:
    assert read(tmp_path, "anna.toml", TOML) == TOML_CLAIMS


def test_toml_with_names_at_the_top(tmp_path: Path) -> None:
    assert read(tmp_path, "anna.TOML", 'z0 = 0.0090\n"w6+" = "0.5"\n') == [("z0", "0.0090", 1), ("w6+", "0.5", 2)]


def test_standard_input_is_toml(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(b"z0 = 0.0090\n")

    monkeypatch.setattr(sys, "stdin", Stdin())
    claims = read_claims("-")
    assert (claims.name, claims.claims) == ("<stdin>", (Claim("z0", "0.0090", 1),))


CSV = [
    ("plain", "z0,2.870\nO0,0.0090\n", [("z0", "2.870", 1), ("O0", "0.0090", 2)]),
    ("head", "name,value\nz0,2.870\n", [("z0", "2.870", 2)]),
    ("head with other columns", "Step,Quantity,Published,\n1,z0,2.87\n2,O0,0.9463,\n", [
        ("z0", "2.87", 2), ("O0", "0.9463", 3)]),
    ("columns the other way", "value,name\n2.87,z0\n", [("z0", "2.87", 2)]),
    ("byte order mark", b"\xef\xbb\xbfz0,2.87\r\nz1,8.7\r\n", [("z0", "2.87", 1), ("z1", "8.7", 2)]),
    ("quotes", '"dCost/dw6","-0.0597"\nb,"max(z0, 0)"\nc,"1,234.5"\n"d ""e""",1\n', [
        ("dCost/dw6", "-0.0597", 1), ("b", "max(z0, 0)", 2), ("c", "1,234.5", 3), ('d "e"', "1", 4)]),
    ("spaces, blank lines, remarks", "# Anna\n\n z0 , 2.87 \n,\nz1,\t8.7,,\n", [("z0", "2.87", 3), ("z1", "8.7", 5)]),
    ("semicolons", "z0;2.87\nb;max(z0, 0)\n", [("z0", "2.87", 1), ("b", "max(z0, 0)", 2)]),
    ("decimal commas", "name;value\nz0;2,870\nw;-0,0597\nv;−,5\nu;64,45%\nt;1,5e-3\n", [
        ("z0", "2.870", 2), ("w", "-0.0597", 3), ("v", "−.5", 4), ("u", "64.45%", 5), ("t", "1.5e-3", 6)]),
    ("commas between thousands", 'z0,2.87\nz1,"12,345"\n', [("z0", "2.87", 1), ("z1", "12345", 2)]),
    ("a line break in a cell that is passed over", 'name,value,remark\nz0,2.87,"well\ndone"\nz1,8.7,\n', [
        ("z0", "2.87", 2), ("z1", "8.7", 4)]),
    ("several columns", "parameter,value,gradient,new value\nw6,0.9,-0.0597,0.93\n", [
        ("w6", "0.9", 2), ("w6", "-0.0597", 2), ("w6", "0.93", 2)]),
    ("an equation in a cell", "z0,z0 = 2.87\nz1,= 8.7\n", [("z0", "2.87", 1), ("z1", "8.7", 2)]),
    ("tabs", "name\tvalue\nz0\t2.87\n", [("z0", "2.87", 2)]),
    ("said separator", "sep=;\nz0;2.87\n", [("z0", "2.87", 2)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "claims"), [row[1:] for row in CSV], ids=[row[0] for row in CSV])
def test_csv(tmp_path: Path, text: str | bytes, claims: list[tuple[str, str, int]]) -> None:
    assert read(tmp_path, "anna.csv", text) == claims


MARKDOWN = """\
# My solution

| step | note |
|------|------|
| 1 | we begin |

```
| quantity | value |
|---|---|
| not | 1 |
```

| Quantity | Value | |
|:---|---:|---|
| $`z_0`$ | 2.870 | exact |
| `dCost/dw6` | &minus;0.0597 |
 O<sub>0</sub> | **0.9463**
| $\\frac{\\partial C}{\\partial w_6}$ | $-0.0597$ |
| w\\_6 | 64.45 \\% |
| b | `dCost/dO1` |
| c | `a\\|b` |

Then the other half:

quantity | value
-- | --
z1 | 8.7

> | Derivative (by hand) | printed value |
> |---|---|
> | dO3/dz3 | 0.2291 |

| quantity | printed | quantity | printed |
|---|---|---|---|
| z2 | 0.15 | O1 | 0.9998 |
| O2 | 0.5374 | | |

```math
\\begin{aligned}
z_3 &= 0.8517 - 0.4999 \\\\
    &\\approx 0.5948
\\end{aligned}
```

$$
O_3 = \\frac{1}{1 + e^{-z_3}} = 0.6445.
$$

$$ \\sigma(z) = \\frac{1}{1 + e^{-z}} $$
"""


def test_markdown(tmp_path: Path) -> None:
    """Every table counts, whatever its head, and what displayed formulas end in."""
    assert read(tmp_path, "anna.md", MARKDOWN) == [
        ("z_0", "2.870", 15),
        ("dCost/dw6", "−0.0597", 16),
        ("O_{0}", "0.9463", 17),
        ("\\frac{\\partial C}{\\partial w_6}", "-0.0597", 18),
        ("w_6", "64.45 %", 19),
        ("b", "dCost/dO1", 20),
        ("c", "a|b", 21),
        ("z1", "8.7", 27),
        ("dO3/dz3", "0.2291", 31),
        ("z2", "0.15", 35),
        ("O1", "0.9998", 35),
        ("O2", "0.5374", 36),
        ("z_3", "0.5948", 41),
        ("O_3", "0.6445", 46),
    ]


def test_a_markdown_table_without_heads(tmp_path: Path) -> None:
    text = "| | |\n|-|-|\n|z0|2.87|\n|z1|8.7|\n"
    assert read(tmp_path, "anna.markdown", text) == [("z0", "2.87", 3), ("z1", "8.7", 4)]


TEXT = """\
# Anna, 7 May

My answers:
z0 = 2.87
- z1: 8.7
2) z2 ≈ 0.15
O0\t0.9463
$O_1$ = 0.9998
dCost/db1 = dCost/dO1.
O3  0.6445
w6 0.9
"""


def test_plain_text(tmp_path: Path) -> None:
    assert read(tmp_path, "anna.txt", TEXT) == [
        ("z0", "2.87", 4),
        ("z1", "8.7", 5),
        ("z2", "0.15", 6),
        ("O0", "0.9463", 7),
        ("O_1", "0.9998", 8),
        ("dCost/db1", "dCost/dO1", 9),
        ("O3", "0.6445", 10),
        ("w6", "0.9", 11),
    ]


def test_plain_text_with_a_table_is_a_page_of_markdown(tmp_path: Path) -> None:
    assert read(tmp_path, "anna.txt", "We find\n\n|name|value|\n|-|-|\n|z0|2.87|\n") == [("z0", "2.87", 5)]


# A quantity that is stated twice: one statement where it is the same, each where a page differs from itself; where
# there is a row for each quantity, the second row is not read.
def test_what_is_stated_twice(tmp_path: Path) -> None:
    page = "|name|value|\n|-|-|\n|z0|2.87|\n|z0|2.87|\n|z0|2.9|\n"
    assert read(tmp_path, "anna.md", page) == [("z0", "2.87", 3), ("z0", "2.9", 5)]
    claims = read_claims(written(tmp_path, "anna.csv", "z0,2.87\nz0,2.9\n")).claims
    assert [claim.fault is None for claim in claims] == [True, False]


JSON = [
    ('{"z0": 2.870,\n "O0": "0.0090",\n\n "x": 1E-5}', [("z0", "2.870", 1), ("O0", "0.0090", 2), ("x", "1E-5", 4)]),
    ('{"title": "x", "published": {"z0": 2.870}}', [("z0", "2.870", 1)]),
    ('[{"name": "z0",\n"value": 0.0090},\n {"value": "1", "points": [1], "name": "z1"}]',
     [("z0", "0.0090", 2), ("z1", "1", 3)]),
    ('{"format": "derive.audit/1", "claims": [\n{"name": "z0", "published": "2.87", "verdict": "agrees"}], "wrong": 0}',
     [("z0", "2.87", 2)]),
    ('{"format": "derive.solution/1",\n "values": {\n"z0": {"shown": "2.87", "exact": "2.87"}}}', [("z0", "2.87", 3)]),
    ('{"a\\"\\u0062": "{[,:\\"", "b": 1}', [('a"b', '{[,:"', 1), ("b", "1", 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "claims"), JSON)
def test_json(tmp_path: Path, text: str, claims: list[tuple[str, str, int]]) -> None:
    assert read(tmp_path, "anna.json", text) == claims


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_size(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"anna{suffix}"
    with open(file, "wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(InputError, match=r"a file of 16\.0 MB; expected at most 16 MB"):
        read_claims(file)


MANY = {
    ".toml": ("", "n{} = 1\n"),
    ".csv": ("", "n{},1\n"),
    ".md": ("name|value\n-|-\n", "n{}|1\n"),
    ".json": ("[", '{{"name": "n{}", "value": 1}},'),
}


@pytest.mark.parametrize("suffix", MANY)
def test_the_most_claims(tmp_path: Path, suffix: str) -> None:
    start, unit = MANY[suffix]

    def text(count: int) -> str:
        body = start + "".join(unit.format(number) for number in range(count))
        return body.rstrip(",") + "]" if suffix == ".json" else body

    assert len(read(tmp_path, f"anna{suffix}", text(10_000))) == 10_000
    with pytest.raises(InputError, match=r"10,001 claims; expected at most 10,000 claims"):
        read(tmp_path, f"anna{suffix}", text(10_001))


#: What may go wrong with much of the same, by the suffix of the file: what stands before it, and behind it.
CELL = ("|name|value|\n|-|-|\n|z0|", "|\n")
REPEATED = [
    *((".csv", ("", ""), unit) for unit in ('"', "a,", ",\n", "x\n", '"a""', "#\n", "a,1\n", "z0;1,5\n")),
    *((".csv", ("name,value\nz0,", "\n"), unit) for unit in ("=", "(", "a = 1, ", "1,", "\\approx")),
    (".csv", ("name,value\nz0,a = 1", "b\n"), " "),
    (".md", ("$$\nz = 1 \\\\ b", "c\n$$\n"), " "),
    *((".md", ("", ""), unit) for unit in ("|", "`", "a|1\n-|-\n", "|-|-|\n", "```\n", "a|" + "`" * 9 + "\n", "\\")),
    *((".md", ("", ""), unit) for unit in ("<sub>", "> ", "- ", "\\[\n", "$$\n", "<!--", "[a]: b\n", "|1|2|\n")),
    (".md", ("|name|value|\n|---", "|---|\n|z0|1|\n"), " "),
    *(
        (".md", CELL, unit)
        for unit in ("<sub>", "</sub>", "<", "$", "$`", "\\(", "*", "&", "{% katex %}", "x = 1, ", "{")
    ),
    *((".md", ("$$\nz = ", "\n$$\n"), unit) for unit in ("\\begin{cases}", "\\\\", "&", "= ", "(")),
    *((".json", ("", ""), unit) for unit in ('"', "[", "{", '{"a":', "1,", "\\", '"a":1,', "[],", '"\\')),
    *((".json", ("{", '"b": 1}'), unit) for unit in ('"a": 1,', '"a": {},')),
    *((".txt", ("", ""), unit) for unit in ("z0 = 1\n", "=", "- ", "\t", "a: ", "|")),
    *((".toml", ("", ""), unit) for unit in ("x\n", "[[a]]\n", "a=1\n", '"')),
]


@pytest.mark.parametrize(("suffix", "around", "unit"), REPEATED)
def test_time_is_linear(tmp_path: Path, suffix: str, around: tuple[str, str], unit: str) -> None:
    file = tmp_path / f"long{suffix}"

    def read_or_refuse(size: int) -> None:
        file.write_text(around[0] + unit * (size // len(unit)) + around[1])
        complaints(str(file))

    assert grows_linearly(read_or_refuse, 5_000)


def tried(file: Path) -> None:
    """A file is read, or each of its faults can be printed."""
    try:
        claims = read_claims(file).claims
    except InputError as error:
        assert error.faults
        for fault in error.faults:
            sentence = fault.sentence("x")
            assert "Decimal(" not in sentence
            assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in sentence)
        return
    assert claims
    assert all((claim.name and claim.text) or claim.fault for claim in claims)
    told = "".join(f"{claim.name}{claim.text}" for claim in claims)
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in told)


PIECES = [
    *(
        '{"z0": 1}',
        "z0",
        "2.87",
        ",",
        ";",
        "\t",
        "\n",
        "|",
        "-|-",
        "\r\n",
        '"',
        "'",
        "[",
        "]",
        "{",
        "}",
        ":",
        "=",
        "\\",
    ),
    *("name", "value", "`", "$", "```", "*", "<sub>", "&amp;", "\0", "\x1b", "\u2028", "\ud7ff", "é", "nan", "1e999"),
    *('"name":', '"value":', '"published":', '"format": "derive.audit/1"', '"claims":', "null", "#", "sep=", "1_0"),
]


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(suffix=st.sampled_from(SUFFIXES), text=st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_pieces(tmp_path: Path, suffix: str, text: str) -> None:
    file = tmp_path / f"x{suffix}"
    file.write_text(text, encoding="utf-8")
    tried(file)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(suffix=st.sampled_from(SUFFIXES), data=st.binary(max_size=100))
def test_bytes(tmp_path: Path, suffix: str, data: bytes) -> None:
    file = tmp_path / f"x{suffix}"
    file.write_bytes(data)
    tried(file)


def test_the_network_file_itself_may_be_read_for_its_claims(tmp_path: Path) -> None:
    network = '[network]\ninputs = "x"\n[published]\nz0 = 2.87\n'
    assert read(tmp_path, "net.toml", network) == [("z0", "2.87", 4)]


def test_a_number_over_the_limits_in_quotes_is_told_in_a_network_file_too() -> None:
    _, faults, _ = check(Source("net.toml", '[published]\nz0 = "1e9999999999"\nz1 = "1e-9 %"\n'))
    (fault,) = [fault for fault in faults if fault.path[0] == "published"]
    assert fault.sentence("net.toml") == (
        "net.toml:2: published.z0: a number with an exponent of more than 9 digits; "
        "expected at most 2,000 digits, and 9 of the exponent"
    )
