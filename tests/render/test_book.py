"""Books: what EPUB asks of their files, read by a parser of XML and by EPUBCheck."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

import derive
from derive.render.formats import Options, render
from tests.publish.tools import program, run
from tests.render.pages import page

ROOT = Path(__file__).parents[2]
OPF = "{http://www.idpf.org/2007/opf}"
XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
SVG = "{http://www.w3.org/2000/svg}"
DC = "{http://purl.org/dc/elements/1.1/}"


def hostile() -> bytes:
    """A book of every kind of block, with words that mean something to XML."""
    title = 'a < b & "c" <script>x</script> ]]> \x02 \x08'
    return render(msgspec.structs.replace(page(), title=title, author="<&>", date="2024-05-01"), "epub").content


def example(name: str, **options: str) -> bytes:
    content = derive.solve(ROOT / "examples" / f"{name}.toml").render("epub", **options)
    assert isinstance(content, bytes)
    return content


#: What a leaf cuts off, as no reader scrolls it sideways; and how much there is that could be.
_CUT_OFF = """() => {
  const found = [...document.querySelectorAll('.drawing, .table, .derivation')]
  const cut = found.filter((each) => each.scrollWidth > each.clientWidth + 1)
  return [...cut.map((each) => each.textContent.slice(0, 40)), found.length]
}"""

BOOKS = {
    "every block": hostile,
    "a network": lambda: example("blog-2-3-1"),
    "arrays": lambda: example("attention-head"),
    "a worksheet": lambda: example("course/exercise", part="worksheet"),
}


@pytest.fixture(scope="module", params=BOOKS, ids=lambda name: name.replace(" ", "-"))
def book(request: pytest.FixtureRequest) -> bytes:
    return BOOKS[request.param]()


def files(book: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def pages(book: bytes) -> Iterator[tuple[str, ElementTree.Element]]:
    for name, content in files(book).items():
        if name.endswith(".xhtml"):
            yield name, ElementTree.fromstring(content)  # noqa: S314 - it is ours


@pytest.mark.parametrize("name", ["blog-2-3-1", "lstm-adam", "attention-head"])
def test_nothing_is_wider_than_a_leaf(browser: Any, name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(example(name))) as archive:
        archive.extractall(tmp_path)
    tab = browser.new_page(viewport={"width": 600, "height": 800})
    wide = 0
    for leaf in (tmp_path / "book").glob("section-*.xhtml"):
        tab.goto(leaf.as_uri())
        found = tab.evaluate(_CUT_OFF)
        wide += found.pop()
        assert found == [], leaf.name
    tab.close()
    assert wide > 2


def test_contents_name_quantities_by_their_signs() -> None:
    contents = dict(pages(example("blog-2-3-1")))["book/nav.xhtml"]
    titles = ["".join(link.itertext()) for link in contents.iter(f"{XHTML}a")]
    assert "Step 2. How the output O₃ changes with the net input z₃" in titles


def test_its_kind_stands_first_and_as_it_is(book: bytes) -> None:
    # OCF 3.3, 4.2.3: a reader finds the kind at these bytes.
    assert book[30:38] == b"mimetype"
    assert book[38:58] == b"application/epub+zip"


def test_the_package_names_every_file(book: bytes) -> None:
    held = files(book)
    package = ElementTree.fromstring(held["book/package.opf"])  # noqa: S314
    items = {item.get("id"): item for item in package.iter(f"{OPF}item")}
    named = {posixpath.join("book", item.get("href", "")) for item in items.values()}
    assert named | {"mimetype", "META-INF/container.xml", "book/package.opf"} == set(held)
    read = [items[entry.get("idref")].get("href") for entry in package.iter(f"{OPF}itemref")]
    assert read == [name.removeprefix("book/") for name in held if "section-" in name]
    for item in items.values():
        held_there = held[posixpath.join("book", item.get("href", ""))]
        properties = (item.get("properties") or "").split()
        assert ("mathml" in properties, "svg" in properties) == (b"<math" in held_there, b"<svg" in held_there)
    assert package.find(f".//{DC}identifier") is not None
    assert package.find(f".//{DC}language").text == "en"  # type: ignore[union-attr]
    assert re.search(rb'"dcterms:modified">20\d\d-\d\d-\d\dT00:00:00Z<', held["book/package.opf"])


def test_every_link_leads_somewhere(book: bytes) -> None:
    trees = dict(pages(book))
    places = {name: {element.get("id") for element in tree.iter()} for name, tree in trees.items()}
    links = 0
    for name, tree in trees.items():
        for link in tree.iter(f"{XHTML}a"):
            file, _, place = link.get("href", "").partition("#")
            target = posixpath.join("book", file) if file else name
            assert target in trees
            assert not place or place in places[target]
            links += 1
        found = [element.get("id") for element in tree.iter() if element.get("id")]
        assert len(found) == len(set(found))
    assert links


def test_formulas_and_drawings_are_said(book: bytes) -> None:
    trees = [tree for _, tree in pages(book)]
    formulas = [element for tree in trees for element in tree.iter(f"{MATHML}math")]
    assert formulas
    # A formula that may end its lines is said as a whole by the element around its parts.
    groups = [each for tree in trees for each in tree.iter(f"{XHTML}span") if each.get("role") == "group"]
    wholes = [each for each in groups if each.get("aria-label") and "long" in each.get("class", "")]
    in_parts = {id(part) for whole in wholes for part in whole.iter(f"{MATHML}math")}
    said = [element for element in formulas if element.get("alttext") or id(element) in in_parts]
    assert len(said) > len(formulas) / 3
    # What is not said is a sign alone, which says itself.
    assert {"mi", "mn", "msub", "msup", "msubsup", "mrow", "mo", "mtext"} >= {
        element.tag.removeprefix(MATHML)
        for formula in formulas
        if not formula.get("alttext") and id(formula) not in in_parts
        for element in formula.iter()
    } - {"math"}
    drawings = [element for _, tree in pages(book) for element in tree.iter(f"{SVG}svg")]
    assert all(drawing.get("aria-label") or drawing.find(f"{SVG}title") is not None for drawing in drawings)


def test_it_runs_nothing(book: bytes) -> None:
    for _, tree in pages(book):
        tags = {element.tag for element in tree.iter()}
        assert not tags & {f"{XHTML}{tag}" for tag in ("script", "input", "button", "form", "iframe")}


def test_the_same_page_gives_the_same_book() -> None:
    assert example("blog-2-3-1") == example("blog-2-3-1")
    assert render(page(), "epub", Options(stem="a")) == render(page(), "epub", Options(stem="b"))


@pytest.mark.parametrize("name", BOOKS)
def test_epubcheck_finds_nothing(name: str, tmp_path: Path) -> None:
    checker = program("epubcheck")
    (tmp_path / "page.epub").write_bytes(BOOKS[name]())
    # The better of Java's two compilers is for programs that run longer: with it this takes twice as long.
    java = [program("java"), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", checker]
    command = java if Path(checker).read_bytes()[:2] == b"PK" else [checker]
    assert "No errors or warnings detected" in run(*command, "--failonwarnings", "page.epub", cwd=tmp_path)
