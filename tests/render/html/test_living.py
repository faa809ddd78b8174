"""The page that lives, driven in a browser: what it says after a change is what derive says of a file so changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import derive
from derive.model.writings.dense import build
from derive.model.writings.dense_naming import name_network
from tests.render.html.driving import DRAWN, EXAMPLES, ROOT
from tests.render.html.networks import NETWORKS, network
from tests.render.html.numbers import example, page_of, random_numbers, with_numbers
from tests.render.html.test_page import STRAIGHT

Open = Callable[..., Any]

#: All that is said, shown or hidden, but for fields and figures, which are looked at by themselves. How many digits of
#: a numeric derivative agree is a matter of the arithmetic; both must have at least 15.
#: Of the page there, or of one whose text is given: starting the script changes nothing of what is said.
SAID = """text => {
  const page = text ? new DOMParser().parseFromString(text, 'text/html') : document
  const main = page.querySelector('main').cloneNode(true)
  main.querySelectorAll('svg, figcaption, .controls, .field').forEach(e => e.remove())
  main.querySelectorAll('[data-live=difference]').forEach(e => {
    const said = e.textContent, power = Number(said.split('10−')[1] ?? 0)
    if (said === 'all' || said === '0' || Number(said) >= 15 || power >= 15) e.textContent = 'close'
  })
  main.querySelectorAll('[data-live="worst difference"]').forEach(e => {
    if (!e.hidden) e.textContent = 'close'
  })
  main.querySelectorAll('[data-live="other numbers"]').forEach(e => e.parentElement.remove())
  main.querySelectorAll(':is(td, th)[style]').forEach(e => e.removeAttribute('style')) // where points stand
  return main.innerHTML.split(/(?=<(?:h[1-6]|p|div|tr|figcaption)\\b)/)
}"""

LABELS = """() => [...document.querySelectorAll('#network g[data-label]')].map(g => [g.dataset.q, g.textContent])"""

#: But for the mark in the contents, which goes by how far the page is scrolled, as does what stands below points.
WHOLE = r"""document.documentElement.outerHTML
  .replaceAll(' aria-current="location"', '').replaceAll(/ style="--free[^"]*"/g, '')"""


def whole(tab: Any) -> str:
    """All that the page is, with the pointer over none of its symbols, of which it would light up the sources."""
    tab.mouse.move(0, 0)
    return str(tab.evaluate(WHOLE))


def agree(one: list[str], other: list[str]) -> None:
    """Assert that two pages say the same where they follow their numbers.

    How much of its arrays a formula shows, and how many lines a sum over them has, is chosen once, by the numbers of
    the file; that it follows otherwise is shown with numbers of the same width.
    """
    left, right = following(one), following(other)
    assert len(left) == len(right)
    for first, second in zip(left, right, strict=True):
        chosen = "data-arrays=" in first[:80] or first.count("<mtr") != second.count("<mtr")
        assert first == second or (chosen and first[:50] == second[:50])


def following(said: list[str]) -> list[str]:
    """What is said in the parts of the page that follow its numbers: not the audit.

    How large a picture is chosen once, by the numbers of the file.
    """
    kept, skipped = [], False
    for part in said:
        heading = re.match(r'<h2[^>]* id="([\w-]+)"', part)
        if heading:
            skipped = heading[1] in ("audit", "computation-graph")
        if not skipped:
            kept.append(part)
    return kept


def put(tab: Any, name: str, text: str) -> None:
    field = tab.locator(f'[id="_field-{name}"]')
    field.fill(text)
    field.press("Tab")


SILENT = "document.getElementById('_status').textContent = ''"


#: What says which entry an index takes: other numbers would make other equations.
INDICES = {"softmax-3-samples-adam": ("label[1]", "label[2]", "label[3]")}


def settled(tab: Any) -> None:
    """Wait until a page, which does long work bit by bit, has said what comes of its updates and its proof."""
    said = "document.getElementById('_status').textContent"
    tab.wait_for_function(f"{said} !== '' && !{said}.endsWith(' updates')")
    tab.wait_for_function("![...document.querySelectorAll('[data-live=proof]')].some(e => e.textContent.endsWith('…'))")


@pytest.fixture(scope="module", params=EXAMPLES)
def stem(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def blog() -> str:
    return page_of("blog-2-3-1")


def test_starting_the_script_changes_nothing(stem: str, opened: Open) -> None:
    text = page_of(stem)
    tab = opened(text)
    unread = tab.evaluate("text => new DOMParser().parseFromString(text, 'text/html').documentElement.outerHTML", text)
    assert whole(tab) == re.sub(r' style="--free[^"]*"', "", unread)  # but for where points stand


def test_all_that_is_said_follows_the_numbers(stem: str, opened: Open) -> None:
    """On the page, and of its drawings to who cannot see them."""
    network = example(stem)
    numbers = random_numbers(network, 0)
    tab = opened(page_of(stem))
    before, drawn = tab.evaluate(SAID), tab.evaluate(DRAWN)
    for name, text in numbers.items():
        tab.locator(f'[id="_field-{name}"]').evaluate("(field, text) => { field.value = text }", text)
    # All at once, as a link does it: on the way from one number to the next there may be no solution.
    tab.evaluate("hash => { location.hash = hash }", "&".join(f"{name}={text}" for name, text in numbers.items()))
    settled(tab)
    there = str(derive.solve(with_numbers(network, numbers)).render("html"))
    after, expected = tab.evaluate(SAID), tab.evaluate(SAID, there)
    assert after != before
    agree(after, expected)
    after, expected = tab.evaluate(DRAWN), tab.evaluate(DRAWN, there)
    if "network" in drawn:
        assert after["network"] != drawn["network"]
        assert after["network"] == expected["network"]
    for name in after.keys() & expected.keys():  # how much of a computation graph is drawn, the file's numbers decide
        assert after[name] == expected[name]


@pytest.mark.parametrize("name", NETWORKS)
def test_also_in_networks_of_other_kinds(name: str, opened: Open, tmp_path: Path) -> None:
    here = network(name, tmp_path)
    numbers = random_numbers(here, 11)
    there = with_numbers(here, numbers)
    pages = [str(derive.solve(each).render("html")) for each in (here, there)]
    back = {of: str(here.model.graph.given[of]) for of in numbers}
    # From the one to the other and the other way round: the numbers of the file may be special ones, as at a kink.
    for (first, second), to in ((pages, numbers), (pages[::-1], back)):
        tab = opened(first, hash="#" + "&".join(f"{of}={text}" for of, text in to.items()))
        settled(tab)
        assert tab.locator("#_reset").is_enabled()
        agree(tab.evaluate(SAID), tab.evaluate(SAID, second))


#: By the file, numbers of the same width, with which the same lines have room.
ARRAYS = {
    "attention": {"X[1,2]": "0.5", "X[2,2]": "-2.0", "W_Q[1,1]": "0.7", "W_K[2,2]": "-0.3", "Y[3,1]": "0.9"},
    # at a kink, and with derivatives that rounding erases
    "at a kink": {"W[2,2]": "-5", "v[1]": "0.76", "v[2]": "0.01"},
}
SMALL = """
[given]
x = [2, 1]
[parameters]
W = [[1, 2], [3, -1]]
v = [0.5, 2]
c = 3
[model]
equations = '''
z = W @ x
a = max(z, 2*z - 1)
C = (v @ a - c)**2/100
'''
[numbers]
decimals = 2
round = "each-step"
"""


@pytest.mark.parametrize("view", ["both", "matrix"])
@pytest.mark.parametrize("name", ARRAYS)
def test_lines_of_arrays_follow_the_numbers(name: str, view: str, opened: Open) -> None:
    path = ROOT / "tests" / "models" / f"{name}.toml"
    text = SMALL if name == "at a kink" else path.read_text(encoding="utf-8")
    here = derive.loads(text, {"document": {"view": view}})
    tab = opened(str(derive.solve(here).render("html")))
    before = whole(tab)
    for of, number in ARRAYS[name].items():
        put(tab, of, number)
        settled(tab)
    there = with_numbers(here, ARRAYS[name])
    assert following(tab.evaluate(SAID)) == following(tab.evaluate(SAID, str(derive.solve(there).render("html"))))
    tab.locator("#_reset").click()
    tab.evaluate(SILENT)
    assert whole(tab) == before


def test_many_updates_do_not_hold_the_page(opened: Open, tmp_path: Path) -> None:
    here = network("several updates", tmp_path)
    long = msgspec.structs.replace(here.file.update, steps=300)
    file = msgspec.structs.replace(here.file, update=long)
    page = derive.Network(file, build(file, name_network(file)), here.source)
    tab = opened(str(derive.solve(page).render("html")))
    put(tab, "x0", "1.5")
    settled(tab)
    there = with_numbers(page, {"x0": "1.5"})
    assert following(tab.evaluate(SAID)) == following(tab.evaluate(SAID, str(derive.solve(there).render("html"))))


def test_what_is_changed_while_the_page_is_at_work_is_kept(opened: Open, tmp_path: Path) -> None:
    """One field after the other, though the first is still followed through many updates; or back to what it was."""
    here = network("several updates", tmp_path)
    file = msgspec.structs.replace(here.file, update=msgspec.structs.replace(here.file.update, steps=300))
    page = derive.Network(file, build(file, name_network(file)), here.source)
    tab = opened(str(derive.solve(page).render("html")))
    tab.evaluate(
        """texts => {
          for (const [name, text] of texts) {
            const field = document.getElementById(`_field-${name}`)
            field.value = text
            field.dispatchEvent(new Event('change'))
          }
        }""",
        [["x0", "1.5"], ["w0", "0.35"], ["x1", "7"], ["x1", str(page.model.graph.given["x1"])]],
    )
    settled(tab)
    there = with_numbers(page, {"x0": "1.5", "w0": "0.35"})
    assert following(tab.evaluate(SAID)) == following(tab.evaluate(SAID, str(derive.solve(there).render("html"))))
    assert tab.locator("#_field-x0").input_value() == "1.5"


def test_going_there_and_back_prints_the_same(stem: str, opened: Open) -> None:
    network = example(stem)
    tab = opened(page_of(stem))
    before = whole(tab)
    name, first = next((name, str(value)) for name, value in network.model.graph.given.items() if name[0] in "wW")
    put(tab, name, "0.777")
    settled(tab)
    assert whole(tab) != before
    tab.evaluate(SILENT)
    put(tab, name, first)
    settled(tab)
    tab.evaluate(SILENT)
    assert whole(tab) == before


def test_reset_brings_the_first_page_back(stem: str, opened: Open) -> None:
    tab = opened(page_of(stem))
    before = whole(tab)
    tab.locator("#_update").click()
    assert whole(tab) != before
    tab.locator("#_reset").click()
    assert tab.locator("#_status").inner_text() == "All numbers are those of the file again."
    tab.evaluate(SILENT)
    assert whole(tab) == before


def test_an_update_step_goes_down_by_the_gradient(opened: Open, blog: str) -> None:
    tab = opened(blog)
    tab.locator("#_rate").fill("0.5")
    tab.locator("#_update").click()
    # By hand: 0.9 - 0.5 · (-0.0597) = 0.92985, rounded to four decimals with the tie to even.
    assert tab.locator("#_field-w6").input_value() == "0.9298"
    # 0.2 - 0.5 · (-0.0631) = 0.23155.
    assert tab.locator("#_field-b3").input_value() == "0.2316"
    assert tab.locator("#_field-x0").input_value() == "2"


def test_what_is_no_number_is_told_beside_the_field_and_the_page_stays(opened: Open, blog: str) -> None:
    tab = opened(blog)
    before = tab.evaluate(SAID)
    for text, told in [
        ("abc", "This is not a number."),
        ("", "This is not a number."),
        ("1e999", "This is a number with too large an exponent."),
        ("<b>1</b>", "This is not a number."),
        ("0x10", "This is not a number."),
        ("1_0", "This is not a number."),
    ]:
        put(tab, "w6", text)
        assert tab.locator("#_fault-w6").inner_text() == told
        assert tab.locator("#_field-w6").get_attribute("aria-invalid") == "true"
        assert tab.evaluate(SAID) == before
    put(tab, "w6", "0.8")
    assert tab.locator("#_fault-w6").inner_text() == ""
    assert tab.locator("#_field-w6").get_attribute("aria-invalid") is None
    assert tab.evaluate(SAID) != before


def test_numbers_without_a_solution_are_told_and_the_page_stays(opened: Open) -> None:
    tab = opened(page_of("cross-entropy-2-2-1"))
    before = tab.evaluate(SAID)
    name = tab.locator(".field input").last.get_attribute("name")
    target = next(n for n in example("cross-entropy-2-2-1").model.graph.given if n.startswith(("y", "target")))
    assert name
    put(tab, target, "1.5")
    assert tab.locator(f'[id="_fault-{target}"]').inner_text() == "This is a number above 1."
    assert tab.evaluate(SAID) == before


def test_a_link_restores_the_numbers(opened: Open, blog: str) -> None:
    tab = opened(blog)
    put(tab, "w6", "0.75")
    put(tab, "x0", "3.10")
    href = tab.locator("#_state").get_attribute("href")
    assert href == "#x0=3.10&w6=0.75"
    again = opened(blog, hash=href)
    assert again.locator("#_field-x0").input_value() == "3.10"
    assert again.evaluate(SAID) == tab.evaluate(SAID)


@pytest.mark.parametrize(
    "address",
    [
        "#=",
        "#w6=",
        "#w6=abc&nope=1",
        "#w6=%zz",
        "#__proto__=1",
        "#constructor=2&w6=1e9999",
        "#w6=<img src=x>",
        "#given",
    ],
)
def test_a_bad_link_does_nothing(address: str, opened: Open, blog: str) -> None:
    tab = opened(blog)
    before = tab.evaluate(SAID)
    again = opened(blog, hash=address)
    assert again.evaluate(SAID) == before
    assert again.locator("#_field-w6").input_value() == "0.9"


def test_labels_of_the_figure_follow(opened: Open) -> None:
    network = example("mazur-2-2-2")
    tab = opened(page_of("mazur-2-2-2"))
    put(tab, "w1", "12.5")
    there = opened(str(derive.solve(with_numbers(network, {"w1": "12.5"})).render("html")))
    assert tab.evaluate(LABELS) == there.evaluate(LABELS)


def walk_to(tab: Any, heading: str) -> None:
    """Press the button until the walk is at a heading."""
    for _ in range(40):
        tab.locator("#_next").click()
        if tab.evaluate("document.querySelector('[data-current]').id") == heading:
            return
    raise AssertionError(heading)


def test_steps_are_walked_with_keys_and_buttons(opened: Open, blog: str) -> None:
    tab = opened(blog, viewport={"width": 1300, "height": 800})
    before = whole(tab)
    walk_to(tab, "step-1")
    assert re.match(r"Step\s1\.", tab.locator("#_step").inner_text())
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("document.querySelector('h4[data-current]').id") == "step-3"
    assert tab.evaluate("document.querySelectorAll('.derivation[data-current]').length") == 1
    tab.keyboard.press("ArrowLeft")
    tab.locator("#_previous").click()
    assert tab.evaluate("document.querySelector('h4[data-current]').id") == "step-1"
    tab.keyboard.press("Escape")
    assert whole(tab) == before


def test_keys_in_a_field_are_the_fields(opened: Open, blog: str) -> None:
    tab = opened(blog)
    tab.locator("#_field-w6").focus()
    tab.keyboard.press("ArrowRight")
    assert tab.locator("[data-current]").count() == 0


def test_the_figure_shows_the_path_of_the_step(opened: Open, blog: str) -> None:
    tab = opened(blog, viewport={"width": 1300, "height": 800})
    on_path = (
        "[...new Set([...document.querySelectorAll('#network [data-path]')]"
        ".flatMap(g => g.dataset.q.split(' ')))].sort()"
    )
    walk_to(tab, "step-10")
    # Step 10 is dCost/dw0: from w0 into neuron 0, and from there along w6 into neuron 3.
    assert tab.evaluate("document.querySelector('h4[data-current]').id") == "step-10"
    assert tab.evaluate(on_path) == ["O0", "O3", "w0", "w6", "z0", "z3"]
    assert tab.locator("#_picture svg").count() == 1
    assert tab.evaluate("getComputedStyle(document.querySelector('#network g[data-path] line')).strokeWidth") == "2.2px"


def test_a_symbol_shows_its_value_and_where_it_belongs(opened: Open, blog: str) -> None:
    tab = opened(blog, viewport={"width": 1300, "height": 800})
    before = whole(tab)
    tab.locator("#step-3 ~ .derivation [data-q='dCost/dz3']").first.hover()
    assert tab.locator("#_hint").inner_text().split("·")[0].replace("\n", "").strip().endswith("=−0.0631")
    lit = tab.evaluate(
        "kind => [...new Set([...document.querySelectorAll(`math [data-lit=${kind}]`)].map(e => e.dataset.q))].sort()",
        "from",
    )
    assert lit == ["dCost/dO3", "dO3/dz3"]
    tab.mouse.move(2, 2)
    assert whole(tab) == before


def test_a_touched_symbol_shows_its_value_until_another_place_is_touched(opened: Open, blog: str) -> None:
    tab = opened(blog, viewport={"width": 375, "height": 700}, has_touch=True, is_mobile=True)
    for _ in range(2):
        tab.locator("#step-3 ~ .derivation [data-q='dCost/dz3']").first.tap()
        assert tab.locator("#_hint math").first.text_content().endswith("=−0.0631")
        tab.locator("#step-3").tap(position={"x": 2, "y": 2})
        assert not tab.locator("#_hint").is_visible()


def test_symbols_are_reached_by_keys(opened: Open, blog: str) -> None:
    tab = opened(blog)
    tab.locator(".derivation[data-about=z0]").first.focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    assert tab.locator("#_status").inner_text() == "w zero equals 0.15"
    assert tab.locator("#_hint").is_visible()
    tab.keyboard.press("Escape")
    assert not tab.locator("#_hint").is_visible()


def test_keys_go_on_from_symbol_to_symbol_through_the_words(opened: Open, blog: str) -> None:
    tab = opened(blog)
    before = whole(tab)
    known = derive.solve(example("blog-2-3-1")).values
    shapes = tab.evaluate("""() => {
      const spoken = JSON.parse(document.getElementById('_data').textContent).symbols
      const shapes = [...document.querySelectorAll('main :is(math, svg) [data-q]')]
        .filter(e => e.getClientRects().length)
      const box = document.querySelector('#step-1 ~ .derivation')
      return shapes.slice(shapes.findIndex(e => box.contains(e)))
        .map(e => e.dataset.q.split(' ')[0]).map(name => [name, spoken[name]?.s])
    }""")
    # What is neither given nor worked out, as the derivative of a net input by a weight, has no value to tell.
    spoken = [said for name, said in shapes if name in known]
    tab.locator("#step-1 ~ .derivation").first.focus()
    places = set()
    heard = []
    for _ in range(120):
        tab.keyboard.press("ArrowRight")
        heard.append(tab.locator("#_status").inner_text())
        places.add(tab.evaluate("document.activeElement.tagName"))
    # Numbers and slopes are told in between.
    told = iter(heard)
    assert all(any(words.startswith(f"{said} ") for words in told) for said in spoken[:60])
    assert places >= {"DIV", "P", "H4"}
    tab.keyboard.press("ArrowLeft")
    assert tab.locator("#_status").inner_text() == heard[-2]
    assert tab.locator("[data-current]").count() == 0  # the steps are not walked meanwhile
    tab.keyboard.press("Escape")
    tab.evaluate("document.activeElement.blur()")
    tab.evaluate(SILENT)
    assert whole(tab) == before


def test_the_checker_of_accessibility_finds_nothing_at_work(opened: Open, blog: str, axe: str) -> None:
    # In another light the colours alone are others.
    for scheme, rules in (("light", "{}"), ("dark", "{runOnly: ['color-contrast']}")):
        tab = opened(blog, viewport={"width": 1300, "height": 800}, color_scheme=scheme)
        put(tab, "w6", "x")
        put(tab, "w0", "0.4")
        tab.locator("#_next").click()
        tab.locator(".derivation[data-about=z0]").first.focus()
        tab.keyboard.press("ArrowRight")
        tab.evaluate(axe)
        found = tab.evaluate(f"axe.run({rules}).then(found => found.violations.map(v => [v.id, v.nodes[0].html]))")
        assert found == []


def test_every_given_number_has_a_field_with_a_name_that_is_spoken(stem: str, opened: Open) -> None:
    given, fixed = example(stem).model.graph.given, INDICES.get(stem, ())
    tab = opened(page_of(stem))
    fields = tab.evaluate("[...document.querySelectorAll('.field input')].map(e => [e.name, e.value])")
    assert dict(fields) == {name: str(value).lower() for name, value in given.items() if name not in fixed}
    nameless = "[...document.querySelectorAll('.field input')].filter(e => !e.labels[0].textContent.trim()).length"
    assert tab.evaluate(nameless) == 0


def test_the_data_cannot_end_its_script(blog: str) -> None:
    start = blog.index('id="_data"')
    data = blog[start : blog.index("<script>", start)]
    assert data.count("<") == 1  # the one that ends it
    assert data.rstrip().endswith("</script>")


def test_no_title_becomes_a_part_of_the_page(opened: Open) -> None:
    network = example("blog-2-3-1")
    title = "</script><script>document.title='taken'</script>{{ title }}<!--"
    file = msgspec.structs.replace(network.file, title=title)
    tab = opened(str(derive.solve(derive.Network(file, network.model, network.source)).render("html")))
    assert tab.title() == title
    put(tab, "w6", "0.8")
    assert tab.locator("h1").inner_text().translate(STRAIGHT) == title
    assert tab.locator("script").count() == 2


#: A neuron with the inputs 2 and 9, as in a worked example: its net input is 2.87, its output 0.94633…
NEURON = """
[network]
inputs = [2, 9]
targets = [0.92]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.15, 0.23]]
biases = [0.5]
[notation]
target = "TARGET"
"""
#: What objects and their prototypes have already. A file may not hold the last ones: there, the page is changed.
MEMBERS = ("constructor", "toString", "valueOf", "hasOwnProperty", "prototype", "__proto__", "__defineGetter__")


@pytest.mark.parametrize("name", MEMBERS)
def test_a_quantity_may_be_called_like_a_member_of_an_object(name: str, opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    path.write_text(NEURON.replace("TARGET", name if name[0] != "_" else "placeholder"))
    tab = opened(str(derive.solve(derive.load(path)).render("html")).replace("placeholder", name))
    before = tab.evaluate(SAID)
    put(tab, name, "0.5")
    settled(tab)
    # ½ · (0.92 − 1/(1 + e^−2.87))² = 0.00034698…, with 0.5 it is 0.099610…
    assert tab.locator("#_status").text_content() == "Cost 0.0003470 → 0.09961"
    assert tab.locator("#_state").get_attribute("href") == f"#{name}=0.5"
    tab.locator(f'main [data-q="{name}"]').first.hover()
    assert "0.5" in tab.locator("#_hint").inner_text()
    tab.locator("#_reset").click()
    assert tab.evaluate(SAID) == before


def test_a_link_with_a_million_digits_is_not_read(opened: Open, blog: str) -> None:
    tab = opened(blog)
    before = tab.evaluate(SAID)
    for text in ("9" * 1_500_000, "0." + "3" * 1_500_000, "1e" + "9" * 1_500_000):
        tab.evaluate("hash => { location.hash = hash }", f"#x0={text}")
        assert tab.locator("#_field-x0").input_value() == "2"
        assert tab.evaluate(SAID) == before
    tab.evaluate("hash => { location.hash = hash }", "#x0=3.10")
    settled(tab)
    assert tab.locator("#_field-x0").input_value() == "3.10"


def test_numbers_that_a_file_may_not_hold_as_printed_are_kept(opened: Open, tmp_path: Path) -> None:
    """With decimals, 6e92 is printed with 93 digits; another field can be changed nevertheless."""
    path = tmp_path / "net.toml"
    path.write_text(NEURON.replace("[2, 9]", "[6e92, 9]").replace("0.15", "0") + "[numbers]\ndecimals = 2\n")
    tab = opened(str(derive.solve(derive.load(path)).render("html")))
    put(tab, "TARGET", "0.5")
    settled(tab)
    # The weight of the first input is 0: ½ · (0.92 − 1/(1 + e^−2.57))² = 0.0000397…, with 0.5 it is 0.0920…
    assert tab.locator("#_status").text_content() == "Cost 0.00 → 0.09"
