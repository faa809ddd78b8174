"""Every flavour of Markdown in the program that it is for: each page is built, opened in a browser and looked at.

All words of a page are there, in their order, with each formula typeset in its place from the TeX that was meant; each
link leads to its heading; each picture is shown and has words; and nothing else has come in.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import derive
from derive.catalogue.flavours import FLAVOURS
from derive.document.blocks import Document
from derive.render.formats import Options, render
from tests.gallery import ROOT, WHOLE
from tests.publish.expected import bare, kinds, seen, squeezed
from tests.publish.hostile import hostile_pages
from tests.publish.sites import READERS
from tests.publish.tools import HANGING

EXAMPLES = WHOLE
MORE = sorted((Path(__file__).parent / "pages").glob("*.toml"))

#: Names the folder that a picture of each page is kept in.
_KEPT = "DERIVE_ARTEFACTS"


_SCRIPT = Path(__file__).with_name("reading.js").read_text(encoding="utf-8")


@cache
def document(path: Path) -> Document:
    """The page of a network file."""
    return derive.solve(derive.load(path)).document


def look(documents: Mapping[str, Document], flavour: str, browser: Any, folder: Path) -> list[str]:
    """Publishes pages and looks at each; returns what is wrong with them."""
    reader = READERS[flavour]
    pages = {
        stem: render(document, "markdown", Options(stem=stem, flavour=flavour)) for stem, document in documents.items()
    }
    site = reader.build(folder, pages)
    context = browser.new_context(viewport={"width": 1000, "height": 1200})
    context.set_default_timeout(HANGING)
    # One tab for all: a page of the same program finds its scripts compiled.
    tab = context.new_page()
    wrong: list[str] = []
    said: list[str] = []
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    tab.on("request", lambda request: request.url.startswith("http") and said.append(request.url))
    for stem, path in site.items():
        tab.goto(path.as_uri())
        tab.wait_for_function(reader.ready)
        found = tab.evaluate(_SCRIPT, [reader.scope, reader.apart])
        if _KEPT in os.environ and not stem.startswith("title-"):
            target = Path(os.environ[_KEPT]) / flavour / f"{stem}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            tab.screenshot(path=target, full_page=True)
        wrong += [f"{stem}: {complaint}" for complaint in (*_complaints(found, documents[stem], flavour), *said)]
        said.clear()
    context.close()
    return wrong


def _complaints(found: dict[str, Any], document: Document, flavour: str) -> list[str]:
    meant = seen(document, flavour)
    pairs = {
        "title": (squeezed(found["title"]), meant.title),
        "words": (squeezed(found["words"]), meant.words),
        "formulas": (list(map(bare, found["formulas"])), list(map(bare, meant.formulas))),
        "links": (list(map(squeezed, found["links"])), meant.links),
        "errors": (found["errors"], []),
        "pictures": (found["pictures"], []),
        "scripts": (found["scripts"], 0),
    }
    return [f"{what}: {_difference(is_, should)}" for what, (is_, should) in pairs.items() if is_ != should]


def _difference(found: Any, meant: Any) -> str:
    if not isinstance(found, str | list):
        return repr(found)
    at = next((at for at, (a, b) in enumerate(zip(found, meant, strict=False)) if a != b), min(len(found), len(meant)))
    before, after = (30, 60) if isinstance(found, str) else (1, 1)
    near = slice(max(0, at - before), at + after)
    return f"{found[near]!r} for {meant[near]!r} ({len(found)} for {len(meant)})"


def test_every_flavour_has_its_reader() -> None:
    """Notebooks are tested where they are made."""
    assert set(READERS) == set(FLAVOURS) - {"jupyter"}


@cache
def covering() -> tuple[Path, ...]:
    """Pages that have between them all that any page has of which a program may make something of its own."""
    left = {path: kinds(document(path)) for path in (*EXAMPLES, *MORE)}
    chosen: list[Path] = []
    while any(left.values()):
        richest = max(left, key=lambda path: len(left[path]))
        chosen.append(richest)
        left = {path: found - left[richest] for path, found in left.items()}
    return tuple(chosen)


@pytest.mark.parametrize("flavour", READERS)
def test_every_page_looks_right(flavour: str, browser: Any, tmp_path: Path) -> None:
    """Pages of all kinds in every flavour; each page that has nothing of its own in one of them, which takes turns."""
    others = [path for path in (*EXAMPLES, *MORE) if path not in covering()]
    turn = others[list(READERS).index(flavour) :: len(READERS)]
    wrong = look({path.stem: document(path) for path in (*covering(), *turn)}, flavour, browser, tmp_path)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("flavour", READERS)
def test_hostile_words_come_out_as_they_went_in(flavour: str, browser: Any, tmp_path: Path) -> None:
    wrong = look(hostile_pages(), flavour, browser, tmp_path)
    assert not wrong, "\n".join(wrong)


def test_wide_formulas_stay_in_the_column_of_a_site(browser: Any, tmp_path: Path) -> None:
    """With what we tell to paste; the theme by itself lets them stand out."""
    wide = ROOT / "examples" / "conv-pool-dense.toml"
    page = render(document(wide), "markdown", Options(stem=wide.stem, flavour="mkdocs"))
    path = READERS["mkdocs"].build(tmp_path, {wide.stem: page})[wide.stem]
    tab = browser.new_page(viewport={"width": 700, "height": 900})
    tab.goto(path.as_uri())
    tab.wait_for_function(READERS["mkdocs"].ready)
    outside, scrolling = tab.evaluate("""() => {
      const column = document.querySelector("div[role=main]").getBoundingClientRect().right;
      const formulas = [...document.querySelectorAll("div.arithmatex")];
      const isWide = (formula) => formula.scrollWidth > formula.clientWidth;
      const scrolls = (formula) => isWide(formula) && getComputedStyle(formula).overflowX === "auto";
      const isOutside = (formula) => formula.getBoundingClientRect().right > column + 1;
      const outside = formulas.filter((formula) => isOutside(formula) || (isWide(formula) && !scrolls(formula)));
      return [outside.length, formulas.filter(scrolls).length];
    }""")
    tab.close()
    assert (outside, scrolling > 0) == (0, True)


#: What GitHub refuses by name ("The following macros are not allowed"), belongs to parts of MathJax that it leaves out,
#: or is reported to be shown wrongly there (github/markup, issue 1688; nschloe/github-math-bugs).
REFUSED = (
    "operatorname DeclareMathOperator DeclarePairedDelimiter mbox hbox phantom hphantom vphantom rlap llap "
    "mathchoice unicode mmlToken Newextarrow newtagform renewtagform colorbox fcolorbox definecolor "
    "columncolor rowcolor cellcolor newcommand renewcommand newenvironment def gdef edef let require "
    "bbox href url class cssId style data mathtip texttip toggle "
    "includegraphics label ref eqref tag footnotesize multicolumn"
).split()


@pytest.mark.parametrize("path", [*EXAMPLES, *MORE], ids=lambda path: path.stem)
def test_no_formula_has_a_macro_that_github_refuses(path: Path) -> None:
    formulas = seen(document(path), "github").formulas
    page = render(document(path), "markdown", Options(flavour="github")).content.decode()
    macros = set(re.findall(r"\\([A-Za-z]+)", page))
    assert len(formulas) > 10
    assert {"frac", "cdot"} <= macros
    assert macros.isdisjoint(REFUSED)


@pytest.mark.parametrize("path", [*EXAMPLES, *MORE], ids=lambda path: path.stem)
def test_no_page_has_more_formulas_than_github_typesets(path: Path) -> None:
    """Its script adds them up, and the opening braces in them: up to 2,000 on a page, and up to 100 in a formula."""
    page = render(document(path), "markdown", Options(flavour="github")).content.decode()
    displayed, within = re.findall(r"```math\n(.*?)\n```", page, re.DOTALL), re.findall(r"\$`(.*?)`\$", page)
    counts = [1 + tex.count("{") for tex in displayed + within]
    assert len(displayed) > 10
    assert sum(counts) <= 2000
    assert max(counts) <= 100
