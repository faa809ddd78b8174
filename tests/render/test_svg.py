from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typst

import derive
from derive.document.blocks import Figure
from derive.document.figures.drawing import (
    Circle,
    Drawable,
    Drawing,
    Label,
    LabelContent,
    Line,
    LinearFormula,
    Polyline,
    Rectangle,
)
from derive.document.figures.network_figure import network_alt, network_figure
from derive.expression.tree import Expr, Name, Number, Power
from derive.model.symbols import AnySymbol, DerivativeSymbol, Symbol
from derive.render.svg import svg
from tests.document.networks import SHAPES

SYMBOLS: dict[str, AnySymbol] = {
    "z0": Symbol("z", "0"),
    "net_h1": Symbol("net", "h1"),
    "w1_3_12": Symbol("w", "3,12", "(1)"),
    "x": Symbol("x"),
    "b1": Symbol("b", "", "(1)"),
    "w6+": Symbol("w", "6", "", 1),
    "w6+20": Symbol("w", "6", "", 20),
    "alpha1": Symbol("alpha", "1"),
    "lambda": Symbol("lambda"),
    "dCost/dz0": DerivativeSymbol(Symbol("Cost"), Symbol("z", "0"), partial=False),
    "dC/dz0": DerivativeSymbol(Symbol("C"), Symbol("z", "0"), partial=True),
}

EXAMPLES = Path(__file__).parents[2] / "examples"

SVG = "{http://www.w3.org/2000/svg}"


def written(*shapes: Drawable, alt: str = "A drawing.") -> ElementTree.Element:
    return ElementTree.fromstring(svg(Drawing(100, 50, shapes), SYMBOLS, alt))  # noqa: S314 (our own XML)


def label_of(content: str | Expr | tuple[Expr, str, Expr]) -> list[ElementTree.Element]:
    return list(written(Label(50, 25, content, 10)).iter(f"{SVG}text"))


def runs(text: ElementTree.Element) -> list[tuple[str, str]]:
    """The runs of a text: letters, and before them their class, after ``_`` or ``^`` where they are scripts."""
    found = [("", text.text)] if text.text else []
    level = 0.0
    for span in text:
        level = round(level + float(span.get("dy", 0)), 3)
        script = "" if level == 0 else "_" if level > 0 else "^"
        found.append((script + span.get("class", ""), span.text or ""))
        found += [(script, span.tail)] if span.tail else []
    return found


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("layer 1", [("", "layer 1")]),
        (Name("z0"), [("i", "z"), ("_", "0")]),
        (Name("net_h1"), [("i", "net"), ("_i", "h"), ("_", "1")]),
        (Name("x"), [("i", "x")]),
        (Name("b1"), [("i", "b"), ("^", "(1)")]),
        (Name("w1_3_12"), [("i", "w"), ("^", "(1)"), ("_", "3,12")]),
        (Name("w6+"), [("i", "w"), ("_", "6"), ("^", "+")]),
        (Name("w6+20"), [("i", "w"), ("_", "6"), ("^", "(+20)")]),
        (Name("alpha1"), [("g", "α"), ("_", "1")]),
        (Name("lambda"), [("g", "λ")]),
        (Name("dCost/dz0"), [("i", "d"), ("i", "Cost"), ("", "/"), ("i", "d"), ("i", "z"), ("_", "0")]),
        (Number("-0.50"), [("", "−0.50")]),
        (Number("-1.23e-5"), [("", "−1.23\u2009×\u200910"), ("^", "−5")]),
        (Power(Number("10"), Number("-3")), [("", "10"), ("^", "−3")]),
        (Power(Name("x"), Number("-3")), [("", "x**(−3)")]),
    ],
)
def test_how_quantities_are_set(content: str | Expr, expected: list[tuple[str, str]]) -> None:
    (text,) = label_of(content)
    assert runs(text) == expected


def test_a_script_over_another_starts_about_where_it_does() -> None:
    """A little further right, since letters lean, and so far off that a bracket above touches no index."""
    (text,) = label_of(Name("w1_3_12"))
    above, below = list(text)[1:]
    assert 0 < float(above.get("dx", 0)) < 0.1 * float(text.get("font-size", 0))
    assert float(below.get("dx", 0)) < 0
    assert float(above.get("dy", 0)) + float(below.get("dy", 0)) > 0.2 * float(text.get("font-size", 0))


def test_a_pair_has_its_sign_between_both_sides() -> None:
    name, sign, number = label_of((Name("z0"), "≈", Number("2.87")))
    assert [runs(text) for text in (name, sign, number)] == [
        [("i", "z"), ("_", "0")],
        [("m", "≈")],
        [("", "2.87")],
    ]
    assert [text.get("text-anchor") for text in (name, sign, number)] == ["end", "middle", None]
    assert float(name.get("x", 0)) < float(sign.get("x", 0)) < float(number.get("x", 0))


def test_a_partial_derivative_is_in_one_text_for_each_sign() -> None:
    texts = label_of(Name("dC/dz0"))
    assert [runs(text) for text in texts] == [
        [("m", "∂")],
        [("i", "C"), ("", "/")],
        [("m", "∂")],
        [("i", "z"), ("_", "0")],
    ]
    assert [text.get("text-anchor") for text in texts] == [None, "middle", None, None]
    places = [float(text.get("x", 0)) for text in texts]
    assert places == sorted(places)


def test_a_number_is_as_wide_as_was_planned_for() -> None:
    (text,) = label_of(Number("-0.25"))
    assert float(text.get("textLength", 0)) == pytest.approx(25.6, abs=0.1)
    (text,) = label_of(Number("-1e-5"))
    assert text.get("textLength") is None


def test_shapes() -> None:
    drawing = written(
        Line(0, 0, 10, 20, "edge"),
        Line(50, 0, 50, 20, "bias", arrow=True),
        Circle(30.123, 20, 7.5, "target"),
        Label(5, 5, "words", 8, "end", backed=True),
    )
    line, arrow = drawing.iter(f"{SVG}line")
    assert line.attrib == {"class": "edge", "x1": "0", "y1": "0", "x2": "10", "y2": "20"}
    assert arrow.get("y2") == "16"
    (head,) = drawing.iter(f"{SVG}polygon")
    assert head.get("points") == "50,20 48.4,16 51.6,16"
    (circle,) = drawing.iter(f"{SVG}circle")
    assert circle.attrib == {"class": "target", "cx": "30.12", "cy": "20", "r": "7.5"}
    (text,) = drawing.iter(f"{SVG}text")
    assert text.get("text-anchor") == "end"
    frame, ground = drawing.iter(f"{SVG}rect")
    assert (frame.get("class"), frame.get("width"), frame.get("height")) == ("ground", "100", "50")
    assert (ground.get("class"), ground.get("y"), ground.get("height")) == ("ground", "1", "8")
    assert float(ground.get("x", 0)) + float(ground.get("width", 0)) == pytest.approx(5 + 1.5)


def test_lines_from_point_to_point_end_where_their_head_begins() -> None:
    drawing = written(
        Polyline(((0, 0), (10, 0), (10, 20)), "curve"),
        Polyline(((0, 0), (30, 0), (30, 40)), "flow", arrow=True),
    )
    plain_one, headed = (line.get("points") for line in drawing.iter(f"{SVG}polyline"))
    assert plain_one == "0,0 10,0 10,20"
    (head,) = drawing.iter(f"{SVG}polygon")
    tip, left, right = [tuple(map(float, point.split(","))) for point in str(head.get("points")).split()]
    assert tip == (30, 40)
    assert str(headed).startswith("0,0 30,0 30,")
    end = float(str(headed).rpartition(",")[2])
    assert left[1] == right[1] == end < 40
    assert (left[0] + right[0]) / 2 == 30


def test_a_rectangle() -> None:
    _, sharp, rounded = written(Rectangle(1, 2, 30, 4, "neuron"), Rectangle(0, 0, 5, 5, "faint", 2)).iter(f"{SVG}rect")
    assert sharp.attrib == {"class": "neuron", "x": "1", "y": "2", "width": "30", "height": "4"}
    assert rounded.get("rx") == "2"


def test_writing_has_its_tone() -> None:
    said, name = written(Label(5, 5, "a", 8, tone="derivative"), Label(5, 5, Name("x"), 8)).iter(f"{SVG}text")
    assert said.get("class") == "derivative"
    assert name.get("class") is None


def test_the_frame_and_the_description() -> None:
    drawing = written(alt="Two words. And 0.5 more. And more.")
    assert drawing.get("viewBox") == "0 0 100 50"
    assert (drawing.get("width"), drawing.get("height"), drawing.get("role")) == ("100pt", "50pt", "img")
    assert drawing.findtext(f"{SVG}title") == "Two words."
    assert drawing.findtext(f"{SVG}desc") == "And 0.5 more. And more."
    assert written(alt="One sentence.").find(f"{SVG}desc") is None


@pytest.mark.parametrize(
    "hostile", ["</text><script>alert(1)</script>", "<b>&amp;]]>", '" onload="x', "\x00\x0b\ud800 bell\x07"]
)
def test_words_are_escaped(hostile: str) -> None:
    kept = re.sub("[\x00-\x08\x0b\ud800]", "", hostile)
    drawing = written(Label(1, 1, hostile, 8), alt=hostile)
    assert drawing.findtext(f"{SVG}title") == kept
    assert drawing.findtext(f"{SVG}text") == kept
    assert {element.tag.removeprefix(SVG) for element in drawing.iter()} == {"svg", "title", "style", "rect", "text"}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_network_stands_alone(shape: str) -> None:
    names, shown = SHAPES[shape]()
    drawing = network_figure(names.network, shown)[0]
    alt = network_alt(names.network, shown)
    text = svg(drawing, names.symbols, alt)
    assert text == svg(drawing, names.symbols, alt)
    root = ElementTree.fromstring(text)  # noqa: S314
    allowed = {"svg", "title", "desc", "style", "rect", "line", "polygon", "circle", "text", "tspan"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
    # Nothing refers to anything: neither to other files nor to identifiers, which would clash on a page of several.
    assert not re.search(r"href|url\(|@import|\bid=|<\?|<!", text)
    assert f"{root.findtext(f'{SVG}title')} {root.findtext(f'{SVG}desc')}" == alt


def test_both_grounds_have_their_colours() -> None:
    style = written().findtext(f"{SVG}style") or ""
    light, _, dark = style.partition("@media (prefers-color-scheme:dark)")
    for selector in (".ground", " text", ".edge", ".input", ".neuron"):
        assert f"{selector}{{" in light
        assert f"{selector}{{" in dark


#: Okabe and Ito's colours, which colour-blind readers can tell apart (jfly.uni-koeln.de/color).
OKABE_ITO = {"#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"}

#: Selectors of what is read, and of what is seen and means something.
READ = (" text", " text.derivative", " text.faint")
SEEN = (".edge", ".input", ".neuron", ".output", ".target", ".bias", ".flow", ".known", ".curve", ".dot", ".ink")


def paints(rules: str) -> dict[str, dict[str, str]]:
    """The colours of each selector: ``fill`` and ``stroke``."""
    found: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(r"^(\.derive[^{]*)\{([^}]*)\}", rules, re.MULTILINE):
        for selector in selectors.split(","):
            colours = re.findall(r"(?:^|;)(fill|stroke):(#\w+)", body)
            found.setdefault(selector.removeprefix(".derive-drawing"), {}).update(colours)
    return {selector.removeprefix(" ") if " ." in selector else selector: paint for selector, paint in found.items()}


def luminance(colour: str) -> float:
    """Relative luminance, by WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_colours_can_be_read_and_told_apart(dark: bool) -> None:
    light_rules, _, dark_rules = (written().findtext(f"{SVG}style") or "").partition("@media")
    colours = paints(light_rules)
    for selector, paint in paints(dark_rules).items() if dark else ():
        colours[selector] = colours.get(selector, {}) | paint
    ground = colours[".ground"]["fill"]
    assert {
        selector: contrast(colours[selector]["fill"], ground)
        for selector in READ
        if contrast(colours[selector]["fill"], ground) < 4.5
    } == {}
    assert {
        selector: contrast(colours[selector]["stroke"], ground)
        for selector in SEEN
        if contrast(colours[selector]["stroke"], ground) < 3
    } == {}
    for selector, paint in colours.items():
        for colour in paint.values():
            red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5)) if len(colour) == 7 else (0, 0, 0)
            is_grey = max(red, green, blue) - min(red, green, blue) < 30
            assert is_grey or colour in OKABE_ITO, selector


@pytest.mark.parametrize("example", ["blog-2-3-1", "cross-entropy-2-2-1", "layered-3-4-3-2", "rectifier-2-4-1"])
def test_every_figure_of_a_page_stands_alone(example: str) -> None:
    page = derive.solve(derive.load(EXAMPLES / f"{example}.toml")).document
    figures = [block for block in page.blocks if isinstance(block, Figure)]
    assert len({figure.name for figure in figures}) == len(figures) >= 3
    for figure in figures:
        text = svg(figure.drawing, page.symbols, figure.alt)
        root = ElementTree.fromstring(text)  # noqa: S314
        assert not re.search(r"href|url\(|@import|\bid=|<\?|<!|script|on\w+=", text)
        assert root.get("role") == "img"
        assert f"{root.findtext(f'{SVG}title')} {root.findtext(f'{SVG}desc')}" == figure.alt


def test_typst_shows_the_other_figures_in_the_faces_of_the_page() -> None:
    page = derive.solve(derive.load(EXAMPLES / "mazur-2-2-2.toml")).document
    faces = {"NewCM10-Italic", "NewCM10-Regular", "NewCMMath-Regular", "LibertinusSerif-Italic"}
    for figure in page.blocks:
        if isinstance(figure, Figure):
            assert faces_of(figure.drawing, page.symbols) <= faces, figure.name


def faces_of(drawing: Drawing, symbols: Mapping[str, AnySymbol]) -> set[str]:
    """The faces that Typst sets a drawing in."""
    image = svg(drawing, symbols, "A drawing.")
    source = b"#image(bytes(sys.inputs.image))"
    page = typst.compile(source, format="pdf", ignore_system_fonts=True, sys_inputs={"image": image})
    assert isinstance(page, bytes)
    return {face.decode() for face in re.findall(rb"/FontName ?/[A-Z]{6}\+([\w-]+)", page)}


@pytest.mark.parametrize(
    ("content", "faces"),
    [
        ((Name("net_h1"), "≈", Number("-1e-5")), {"NewCM10-Italic", "NewCM10-Regular", "NewCMMath-Regular"}),
        (Name("w1_3_12"), {"NewCM10-Italic", "NewCM10-Regular"}),
        (Name("alpha1"), {"LibertinusSerif-Italic", "NewCM10-Regular"}),
        (Name("dC/dz0"), {"NewCMMath-Regular", "NewCM10-Italic", "NewCM10-Regular"}),
        (
            LinearFormula((Name("net_h1"), " ⊙ ", Name("net_h1"))),
            {"NewCMMath-Regular", "NewCM10-Italic", "NewCM10-Regular"},
        ),
    ],
)
def test_typst_keeps_to_the_faces(content: LabelContent, faces: set[str]) -> None:
    # Where a face lacks a letter, Typst takes another one for all of the text, and a slanted name comes out upright.
    assert faces_of(Drawing(200, 50, (Label(100, 25, content, 10),)), SYMBOLS) == faces


def test_typst_shows_a_network() -> None:
    names, shown = SHAPES["8-8-8-4 layered"]()
    drawing = network_figure(names.network, shown)[0]
    assert faces_of(drawing, names.symbols) == {"NewCM10-Italic", "NewCM10-Regular"}
