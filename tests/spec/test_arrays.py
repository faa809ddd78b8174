"""Claims on whole layers: lists and matrices, in files and as text, are one claim for each entry."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from derive.errors import FormulaError, InputError
from derive.spec.arrays import ArrayPlace, unfolded
from derive.spec.claim_files import read_claims
from derive.spec.reading.reader import Source, parse


def entries(value: object) -> list[tuple[tuple[int, ...], tuple[int, ...], object]]:
    return [(place.at, place.shape, item) for place, item in unfolded(value) if place is not None]


MATRIX = [
    ((0, 0), (2, 2), "0.15"),
    ((0, 1), (2, 2), "0.20"),
    ((1, 0), (2, 2), "0.25"),
    ((1, 1), (2, 2), "0.30"),
]


@pytest.mark.parametrize(
    "value",
    [
        [["0.15", "0.20"], ["0.25", "0.30"]],
        "[[0.15, 0.20], [0.25, 0.30]]",
        "[[0.15 0.20] [0.25 0.30]]",  # as NumPy prints it
        "[[0.15 0.20]\n [0.25 0.30]]",
        "[0.15 0.20; 0.25 0.30]",  # as MATLAB has it
        "[0.15, 0.20; 0.25, 0.30;]",
    ],
)
def test_a_matrix_is_its_entries_row_by_row(value: object) -> None:
    assert entries(value) == MATRIX


def test_a_list_is_its_entries() -> None:
    right = [((0,), (3,), "1"), ((1,), (3,), "2"), ((2,), (3,), "3")]
    assert entries("[1, 2, 3]") == entries(["1", "2", "3"]) == entries("[1 2 3]") == right


@pytest.mark.parametrize("value", ["0.5", "dCost/dO3 * O0", "[a][b", 5, None, "[[1], 2]]"])
def test_what_is_no_list_stays_as_it_is(value: object) -> None:
    assert list(unfolded(value)) == [(None, value)]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([], "an empty list"),
        ([[]], "an empty list"),
        ([["1", "2"], ["3"]], "rows of different length: 2 in the first, 1 in row 2"),
        ([["1"], "2"], "a list of which some are lists and some are not"),
        ([[["1"]]], "a list nested more than two deep"),
    ],
)
def test_what_is_no_matrix(value: object, found: str) -> None:
    with pytest.raises(FormulaError) as error:
        unfolded(value)
    assert error.value.found == found


def test_the_name_of_an_entry_counts_as_the_network_does() -> None:
    entry = ArrayPlace((0, 1), (2, 2))
    assert [entry.written("W1", first) for first in (0, 1)] == ["W1[0,1]", "W1[1,2]"]


FILES = {
    "claims.toml": '[published]\n"W1" = [["0.15", 0.20], [0.25, "0.30"]]\n',
    "claims.json": '{"W1": [[0.15, 0.20], [0.25, 0.30]]}',
    "claims.csv": 'name,value\nW1,"[[0.15, 0.20], [0.25, 0.30]]"\n',
    "claims.md": "| name | value |\n| --- | --- |\n| W1 | [[0.15, 0.20], [0.25, 0.30]] |\n",
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FILES[name])
    claims = read_claims(tmp_path / name).claims
    assert [(claim.name, claim.entry and claim.entry.at, claim.text) for claim in claims] == [
        ("W1", at, text) for at, _, text in MATRIX
    ]


def test_a_matrix_in_the_network_file_and_from_python(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    file.write_text(NETWORK + '[published]\n"W1" = [["0.15", 0.20], [0.25, "0.30"]]\nz0 = 1\n')
    network = derive.load(file)
    claims = network.published.claims
    assert [(claim.name, claim.text) for claim in claims] == [
        *(("W1", text) for _, _, text in MATRIX),
        ("z0", "1"),
    ]
    assert {claim.line for claim in claims[:4]} == {9}
    found = derive.audit(network, {"W1": [[0.15, 0.2], [0.25, 0.3]]})
    assert [claim.name for claim in found.claims] == ["w0", "w1", "w2", "w3"]


def test_one_entry_is_not_claimed_twice(tmp_path: Path) -> None:
    file = tmp_path / "claims.csv"
    file.write_text('"b1","[1, 2]"\n"b1",3\n"b1","[4, 5]"\n')
    faults = [None if claim.fault is None else claim.fault.found for claim in read_claims(file).claims]
    assert faults == [None, None, None, *["set a second time; line 1 sets it already"] * 2]


def test_every_trouble_of_a_list_is_told() -> None:
    text = NETWORK + '[published]\n"W1" = [[1, true], [3, 4]]\n"b1" = [1, nan]\n"a1" = []\n"W2" = [[1], [2, 3]]\n'
    with pytest.raises(InputError) as error:
        parse(Source("net.toml", text))
    assert [(fault.path, fault.line) for fault in error.value.faults] == [
        (("published", "W1", 0, 1), 9),
        (("published", "b1", 1), 10),
        (("published", "a1"), 11),
        (("published", "W2"), 12),
    ]


NETWORK = """[network]
inputs = [1, 2]
targets = [1, 0]
cost = "squared_error"
[[network.layers]]
activation = "tanh"
weights = [[0.15, 0.20], [0.25, 0.30]]
"""
