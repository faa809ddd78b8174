"""The JSON Schema says what the reader does."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.spec.reading.reader import check, text_source
from derive.spec.schema import json_schema
from derive.spec.settings import NetworkFile

SCHEMA = json_schema()


def parts(part: Any) -> Iterator[dict[str, Any]]:
    """Every object of the schema."""
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from parts(value)
    elif isinstance(part, list):
        for value in part:
            yield from parts(value)


def test_head() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["title"]
    assert SCHEMA["description"]
    assert "$id" not in SCHEMA
    assert SCHEMA["oneOf"] == [{"required": ["network"]}, {"required": ["model"]}]
    assert "required" not in SCHEMA


def test_the_same_each_time() -> None:
    assert json.dumps(json_schema()) == json.dumps(SCHEMA)


def test_tables_take_no_other_keys() -> None:
    tables = [SCHEMA, *SCHEMA["$defs"].values()]
    assert len(tables) == 9
    assert all(table["additionalProperties"] is False for table in tables)


def test_every_key_is_described() -> None:
    for name, table in [("file", SCHEMA), *SCHEMA["$defs"].items()]:
        assert table["description"], name
        for key, value in table["properties"].items():
            described = SCHEMA["$defs"][value["$ref"].rsplit("/", 1)[1]] if "$ref" in value else value
            assert described["description"].endswith("."), (name, key)
            assert "\n" not in described["description"]


def test_keys_are_those_of_the_structs() -> None:
    assert list(SCHEMA["properties"]) == list(NetworkFile.__struct_fields__)
    for name, table in SCHEMA["$defs"].items():
        assert table["properties"], name


def test_references_resolve() -> None:
    for part in parts(SCHEMA):
        if "$ref" in part:
            assert part["$ref"].removeprefix("#/$defs/") in SCHEMA["$defs"]


def test_numbers_are_numbers_and_nothing_is_null() -> None:
    assert all(part.get("format") != "decimal" and part.get("type") != "null" for part in parts(SCHEMA))
    assert all(part.get("default", "") is not None for part in parts(SCHEMA))
    row = {"type": "array", "minItems": 1, "items": {"type": "number"}}
    inputs = SCHEMA["$defs"]["NetworkSettings"]["properties"]["inputs"]
    assert sorted(inputs["items"]["anyOf"], key=str) == sorted([{"type": "number"}, row], key=str)
    assert SCHEMA["$defs"]["Update"]["properties"]["learning_rate"]["type"] == "number"


def test_names_are_offered() -> None:
    activation = SCHEMA["$defs"]["Layer"]["properties"]["activation"]
    cost = SCHEMA["$defs"]["NetworkSettings"]["properties"]["cost"]
    assert activation["anyOf"][0] == {"enum": [*ACTIVATIONS, "softmax"]}
    assert cost["anyOf"][0] == {"enum": list(COSTS)}
    assert activation["anyOf"][1]["type"] == cost["anyOf"][1]["type"] == "string"


def test_decimals_exclude_significant() -> None:
    assert SCHEMA["$defs"]["Numbers"]["not"] == {"required": ["decimals", "significant"]}


def test_against_a_validator() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    good = tomllib.loads(Path(__file__).with_name("good.toml").read_text(encoding="utf-8"))
    assert not list(validator.iter_errors(good))
    bad = good | {"tittle": "x", "numbers": {"decimals": 1, "significant": 2}}
    assert len(list(validator.iter_errors(bad))) == 2


@pytest.mark.parametrize(
    ("refused", "taken"),
    [
        ("[given]\nx = [1, [2]]", "[given]\nx = [[1], [2]]"),
        ("[given]\n1x = 1", "[given]\nx1 = 1"),
        ("[parameters]\n'h[a]' = 1", "[parameters]\n'h[ 0, -1 ]' = 1"),
        ("[given]\nx = [[[[[1]]]]]", "[given]\nx = [[[[1]]]]"),
        ("[given]\nx = []", "[given]\nx = [0.5]"),
        ("[index]\nt = '1-3'", "[index]\nt = ' -1 .. 3'"),
        ("[index]\n't[1]' = '1..3'", "[index]\nt1 = '1..3'"),
        ("[update]\nlearning_rate = 1\nbatch = 2", "[update]\nlearning_rate = 1\nsteps = 2"),
        ("[update]\nlearning_rate = 1\nepochs = 2", "[update]\nlearning_rate = 1\nweight_decay = 2"),
        ("[update]\nlearning_rate = 1\nbeta1 = 0", "[update]\nlearning_rate = 1\nbeta1 = 0\noptimizer = 'adam'"),
        ("[update]\nlearning_rate = 1\nalpha = 0\noptimizer = 'adam'", "[update]\nlearning_rate = 1"),
        ("[notation]\npreset = 'layered'", "[notation]\npreset = 'flat'"),
        ("[notation]\nweight = 'v'", "[notation]\nabove = ['t']"),
    ],
)
def test_of_equations_it_says_what_the_reader_does(refused: str, taken: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for tables, right in ((refused, False), (taken, True)):
        text = f"[model]\nequations = 'C = 2*pi'\n{tables}\n"
        assert (not list(validator.iter_errors(tomllib.loads(text)))) == right, text
        assert (not check(text_source(text)).faults) == right, text


def test_a_network_has_no_tables_of_equations() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    good = tomllib.loads(Path(__file__).with_name("good.toml").read_text(encoding="utf-8"))
    errors = jsonschema.Draft202012Validator(SCHEMA).iter_errors(good | {"given": {"x": 1}})
    assert [list(error.path) for error in errors] == [["given"]]


def test_plain_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(SCHEMA)) == SCHEMA
