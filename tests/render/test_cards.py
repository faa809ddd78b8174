"""The deck of cards, read back as a data base and imported by Anki's own library."""

from __future__ import annotations

import html
import io
import json
import re
import sqlite3
import sys
import zipfile
from pathlib import Path

import pytest

import derive
from derive.errors import ToolError
from tests.publish.tools import module, run

EXAMPLES = Path(__file__).parents[2] / "examples"

#: Imports a deck twice, then another of the same page, and prints how many notes there are after each.
_IMPORTS = """
import sys
from anki.collection import Collection
from anki.import_export_pb2 import ImportAnkiPackageRequest
collection = Collection("collection.anki2")
for deck in sys.argv[1:]:
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=deck))
    print(collection.note_count(), collection.card_count())
card = collection.get_card(collection.find_cards("")[0])
print(card.answer())
collection.close()
"""


def notes(deck: bytes, folder: Path) -> dict[str, list[str]]:
    """The fields of each note of a deck, by its id."""
    with zipfile.ZipFile(io.BytesIO(deck)) as archive:
        archive.extractall(folder)
    connection = sqlite3.connect(folder / "collection.anki2")
    try:
        return {guid: fields.split("\x1f") for guid, fields in connection.execute("select guid, flds from notes")}
    finally:
        connection.close()


def deck_of(name: str, **settings: object) -> bytes:
    solution = derive.solve(derive.load(EXAMPLES / f"{name}.toml", {"numbers": settings} if settings else None))
    content = solution.render("anki")
    assert isinstance(content, bytes)
    return content


def test_each_step_is_a_card(tmp_path: Path) -> None:
    found = {fields[0]: fields for fields in notes(deck_of("mazur-2-2-2"), tmp_path).values()}
    steps = derive.solve(EXAMPLES / "mazur-2-2-2.toml").steps
    assert list(found) == [step.target for step in steps]
    name, question, answer, reason, model, number = found["dE_total/dw5"]
    assert "The gradient of the weight" in question
    assert r"\frac{\partial E_{\mathit{total}}}{\partial w_5} = {?}" in html.unescape(question)
    assert "0.082167041" in answer  # Mazur, "A Step by Step Backpropagation Example"
    assert "0.082167041" not in question + reason
    assert reason.startswith("<p>")
    assert model == derive.solve(EXAMPLES / "mazur-2-2-2.toml").title
    assert number == str(next(step.number for step in steps if step.target == name))


@pytest.mark.parametrize("name", ["mazur-2-2-2", "attention-head", "layered-3-4-3-2"])
def test_marks_of_formulas_stand_in_pairs(name: str, tmp_path: Path) -> None:
    found = notes(deck_of(name), tmp_path)
    assert len(found) > 5
    for text in (field for fields in found.values() for field in fields[1:4]):
        marks = re.findall(r"\\[()\[\]](?!\d*(?:pt|em))", text.replace(r"\\", ""))
        assert marks == [mark for opening in marks[::2] for mark in (opening, {r"\(": r"\)", r"\[": r"\]"}[opening])]
        assert set(re.findall(r"</?(\w+)", text)) <= {"p", "b", "i"}
        assert text.count("\\begin{aligned}") == text.count("\\end{aligned}")
        assert ("&amp;=" in text) <= ("\\begin{" in text)


def test_a_reason_ends_as_a_sentence(tmp_path: Path) -> None:
    """On the page it leads to the formula; on a card nothing stands below it."""
    reasons = [fields[3] for fields in notes(deck_of("blog-2-3-1"), tmp_path).values()]
    assert len(reasons) == 21
    assert {reason[-5:] for reason in reasons} == {".</p>"}


def test_notes_are_known_by_title_and_quantity(tmp_path: Path) -> None:
    first, rounded = notes(deck_of("mazur-2-2-2"), tmp_path), notes(deck_of("mazur-2-2-2", decimals=3), tmp_path)
    assert set(first) == set(rounded)
    assert first != rounded
    assert not set(first) & set(notes(deck_of("blog-2-3-1"), tmp_path))


def test_words_of_the_file_stay_words(tmp_path: Path) -> None:
    title = r"a::b <script>x</script> \(x\) & y"
    layer = {"activation": "sigmoid", "weights": [[1]]}
    network = {"layers": [layer], "inputs": [1], "targets": [1], "cost": "half_squared_error"}
    content = derive.solve(derive.loads({"title": title, "network": network})).rendered("anki").content
    model = next(iter(notes(content, tmp_path).values()))[4]
    assert "<" not in model
    assert "\\(" not in model
    connection = sqlite3.connect(tmp_path / "collection.anki2")
    decks = json.loads(connection.execute("select decks from col").fetchone()[0])
    connection.close()
    assert [deck["name"] for deck in decks.values() if "::" in deck["name"]] == []


def test_the_same_page_gives_the_same_deck() -> None:
    assert deck_of("blog-2-3-1") == deck_of("blog-2-3-1")


def test_anki_imports_it_twice_without_duplicates(tmp_path: Path) -> None:
    module("anki")
    (tmp_path / "first.apkg").write_bytes(deck_of("mazur-2-2-2"))
    (tmp_path / "rounded.apkg").write_bytes(deck_of("mazur-2-2-2", decimals=3))
    decks = ("first.apkg", "first.apkg", "rounded.apkg")
    *counts, _ = (told := run(sys.executable, "-W", "ignore", "-c", _IMPORTS, *decks, cwd=tmp_path)).split("\n", 3)
    steps = len(derive.solve(EXAMPLES / "mazur-2-2-2.toml").steps)
    assert counts == [f"{steps} {steps}"] * 3
    assert '<hr id="answer">' in told


def test_a_missing_writer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genanki", None)
    with pytest.raises(ToolError, match="anki: what writes decks is not installed; pip install genanki"):
        derive.solve(EXAMPLES / "blog-2-3-1.toml").render("anki")
