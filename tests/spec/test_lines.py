"""The line of a path, in every way that TOML can write it."""

import tomllib
from collections.abc import Iterator

import pytest

from derive.errors import Path as KeyPath
from derive.spec.reading.lines import line_numbers, statements
from derive.spec.reading.reader import Source
from tests.timing import grows_linearly

TEXT = r'''# a comment
top = 1
"quoted \u006bey" = 2
a . "b.c" . d = 3
text = """
[not.a.table]
not = "a key" \"""
"""
literal = """"quoted""""" # "
list = [ # [
  1,

  [2, 3], [ 4,
    5 ],
  { x = 6, y = [ 7,
     8] },
  "]", ']', # ]
  9
]

[[network.layers]]   # opens network too
weights = [
  [1, 2],
  [3,
   4],
]

[[ network . layers ]]
activation = 'x'
[network.layers.extra]
deep = true

[network]
cost = "c"
[ "other" ]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("quoted key",), 3),
        (("a",), 4),
        (("a", "b.c", "d"), 4),
        (("text",), 5),
        (("literal",), 9),
        (("list",), 10),
        (("list", 0), 11),
        (("list", 1), 13),
        (("list", 1, 1), 13),
        (("list", 2, 0), 13),
        (("list", 2, 1), 14),
        (("list", 3), 15),
        (("list", 3, "x"), 15),
        (("list", 3, "y", 1), 16),
        (("list", 5), 17),
        (("list", 6), 18),
        (("network",), 31),
        (("network", "layers"), 21),
        (("network", "layers", 0), 21),
        (("network", "layers", 0, "weights"), 22),
        (("network", "layers", 0, "weights", 0, 1), 23),
        (("network", "layers", 0, "weights", 1, 1), 25),
        (("network", "layers", 1), 28),
        (("network", "layers", 1, "activation"), 29),
        (("network", "layers", 1, "extra", "deep"), 31),
        (("network", "cost"), 34),
        (("other",), 35),
        # What is missing is told at what is around it.
        (("network", "inputs"), 33),
        (("network", "layers", 0, "activation"), 21),
        (("network", "layers", 0, "weights", 2), 22),
        (("network", "layers", 1, "weights"), 28),
        (("network", "layers", 2), 21),
        (("list", 7, 3), 10),
        (("other", "key"), 35),
        (("missing",), None),
        (("missing", 0, "x"), None),
        ((), None),
        (("top",) + ("x",) * 100_000, 2),
    ],
)
def test_line(path: KeyPath, line: int | None) -> None:
    expected = 33 if path == ("network",) else line
    assert Source("net.toml", TEXT).find_line(path) == expected


def test_text_is_toml() -> None:
    assert tomllib.loads(TEXT)["network"]["layers"][1]["extra"] == {"deep": True}


# Every number in this text is the number of the line that it stands on.
NUMBERED = r"""one = 1
"2 #" = 2 # = 3
'3"' = [ 3, "[", [3], # ]
4, [
5
] , 6, { a = 6, "b" = [6,
7], "c d" = '''x ]
8 ''', e.f = 8 }, 8]
a.b . 'c' = 9
[ a.d ] # [9]
e = {f = [11, 11], g.h = 11}
[[a.list]]
[a.list.sub]
x = 14
[[a.list]]
y = [
17,

19 , # 18,
20,
]
[[a.list.list]]
z = 23
[[a.list.list]]
z = 25
[[a.list]]
list = [{z = 27}, {z = 27}]
"""


def test_every_number_is_its_own_line() -> None:
    def numbers(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, int]]:
        if isinstance(value, dict | list):
            for part, item in value.items() if isinstance(value, dict) else enumerate(value):
                yield from numbers(item, (*path, part))
        elif isinstance(value, int):
            yield path, value

    expected = dict(numbers(tomllib.loads(NUMBERED), ()))
    assert len(expected) == 24
    assert line_numbers(NUMBERED, expected) == expected
    assert {path: Source("net.toml", NUMBERED).find_line(path) for path in expected} == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "[", "[[", "[[a", "[[a]", "a", "a =", "a.", '"', "'", '"""', "a = [", "a = [1", "a = {", "a = {b"),
        *("a = {b=", "=", "]", "\\", "a = ]", "[a]]\nb = [}{]"),
    ],
)
def test_what_is_no_toml_is_passed_over(text: str) -> None:
    for path in (("a",), ("a", 0), ("a", "b"), ("b", 0, 0)):
        line_numbers(text, [path])
    assert line_numbers(text + "\n]]]\nlast = 1", [("last",)]) in ({("last",): text.count("\n") + 3}, {})


def test_statements() -> None:
    assert [(statement.kind, statement.names) for statement in statements('a.b = 1\n[c]\n[["d"]]\n')] == [
        ("key", ("a", "b")),
        ("table", ("c",)),
        ("list", ("d",)),
    ]


@pytest.mark.parametrize(
    "unit",
    [
        *("a = [1, 2, 3]\n", "[[a]]\n", "# c\n", '"', '"""\\', "'", "[", "a = [", "{", "a.", "a = {b = 1, ", " ", "\n"),
        *("[a", "a=1\n"),
    ],
)
def test_time_is_linear(unit: str) -> None:
    paths: list[KeyPath] = [("a",), ("a", 0, "b"), ("z", 3), ("a", 2, "a", 1)]
    assert grows_linearly(lambda size: line_numbers(unit * (size // len(unit)), paths), 40_000)
