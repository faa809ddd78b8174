"""Items of QTI 3 in a player that others use: what is right scores there, and a turned sign is told."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from derive import solve
from tests.course.test_banks import EXAMPLES, TRUTH, content
from tests.publish.tools import HANGING, program

_PLAYER = "@citolab/qti-components@7.27.4"
_ORIGIN = "http://player.test"

#: A page that holds one item, and a function that gives it an answer: what that scores, and what is told of it.
_PAGE = """<!doctype html><meta charset="utf-8"><script type="module" src="player.js"></script>
<qti-item><item-container item-url="items/{name}"></item-container></qti-item>"""
_ANSWER = """(answer) => {
  const container = document.querySelector('item-container')
  const item = (container.shadowRoot ?? container).querySelector('qti-assessment-item')
  item.updateResponseVariable('RESPONSE', answer)
  item.processResponse()
  const shown = item.getOutcome('FEEDBACK').value
  const told = item.querySelector(`qti-modal-feedback[identifier="${shown}"]`).textContent
  return [Number(item.getOutcome('SCORE').value), told.trim()]
}"""
_READY = """() => {
  const container = document.querySelector('item-container')
  return (container?.shadowRoot ?? container)?.querySelector('qti-text-entry-interaction')?.shadowRoot
}"""


@pytest.fixture(scope="module")
def player(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The script of the player, fetched by npm without what it depends on: it is bundled."""
    folder = tmp_path_factory.mktemp("player")
    command = [program("npm"), "pack", "--silent", "--pack-destination", str(folder), _PLAYER]
    subprocess.run(command, check=True, capture_output=True)
    (packed,) = folder.glob("*.tgz")
    with tarfile.open(packed) as archive:
        script = archive.extractfile("package/cdn/index.js")
        assert script is not None
        return script.read()


def opened(browser: Any, files: Mapping[str, bytes], name: str) -> Any:
    """The page of an item; whatever else it asks for is not there."""

    def serve(route: Any) -> None:
        path = route.request.url.removeprefix(f"{_ORIGIN}/")
        if path not in files:
            route.fulfill(status=404)
            return
        kinds = {".js": "text/javascript", ".xml": "text/xml", ".svg": "image/svg+xml", ".html": "text/html"}
        route.fulfill(body=files[path], content_type=kinds[Path(path).suffix])

    tab = browser.new_page()
    tab.set_default_timeout(HANGING)
    tab.route("**/*", serve)
    tab.goto(f"{_ORIGIN}/{name}.html")
    tab.wait_for_function(_READY)
    return tab


@pytest.mark.parametrize("name", TRUTH)
def test_the_player_judges_as_the_bank_says(browser: Any, player: bytes, name: str) -> None:
    solution, truth = solve(EXAMPLES / f"{name}.toml"), TRUTH[name]()
    with ZipFile(BytesIO(content(solution, "qti"))) as package:
        files = {each: package.read(each) for each in package.namelist()} | {"player.js": player}
    items = [each.removeprefix("items/") for each in files if each.startswith("items/")]
    files |= {f"{each}.html": _PAGE.format(name=each).encode() for each in items}
    asked = {each: next(name for name in truth if f': {name}"'.encode() in files[f"items/{each}"]) for each in items}
    turned = 0
    for each in items[:4]:
        tab, quantity = opened(browser, files, each), asked[each]
        shown = solution.worked.values[quantity].shown
        assert tab.evaluate(_ANSWER, shown) == [1, "Right."]
        assert tab.evaluate(_ANSWER, f"{truth[quantity]:.12f}") == [1, "Right."]
        assert tab.evaluate(_ANSWER, "12345") == [0, "Not right."]
        if quantity.startswith("d") and float(shown):
            score, told = tab.evaluate(_ANSWER, f"{-float(shown):.12f}")
            assert (score, told) == (0, f"The sign of {quantity} is turned.")
            turned += 1
        tab.close()
    assert turned > 1
