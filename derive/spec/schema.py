"""The JSON Schema of the network file, for editors that complete and check TOML."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from derive.catalogue.activations import ACTIVATIONS, LAYER_FUNCTIONS
from derive.catalogue.costs import COSTS
from derive.catalogue.optimizers import CONSTANTS, OPTIMIZERS
from derive.spec.equations import MEMBER, NAME, RANGE
from derive.spec.settings import MAX_CLAIM, OF_NETWORKS, WAYS, NetworkFile

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_ROOT: Final = NetworkFile.__name__
#: A name of a number or an array, or of a member of a family.
_ENTRY_NAME: Final = f"^({NAME}|{MEMBER})$"
#: What every optimizer has.
_OF_ALL: Final = ("eta", "weight_decay")
#: The tables of a model of equations, which stand beside no network.
_BESIDE_NETWORK: Final = {table: {"maxProperties": 0} for table in ("given", "parameters", "index")}
#: Defaults that say no more than that the key may be left out.
_IDLE_DEFAULTS: Final[tuple[object, ...]] = (None, {}, [], ())


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the network file, the same at every call."""
    plain: dict[str, Any] = _adapted(msgspec.json.schema(NetworkFile))
    tables = plain["$defs"]
    root = tables.pop(_ROOT)
    _name_choices(tables["Layer"]["properties"]["activation"], {**ACTIVATIONS, **LAYER_FUNCTIONS})
    _name_choices(tables["NetworkSettings"]["properties"]["cost"], COSTS)
    tables["NetworkSettings"]["oneOf"] = [{"required": ["targets"]}, {"required": ["classes"]}]
    tables["Update"]["not"] = {"required": ["steps", "epochs"]}
    tables["Numbers"]["not"] = {"required": ["decimals", "significant"]}
    del root["required"]  # which is empty: one of several tables is
    root["oneOf"] = [{"required": [way]} for way in WAYS]
    claim = [{"type": "string", "minLength": 1, "maxLength": MAX_CLAIM}, {"type": "number"}]
    row = {"type": "array", "minItems": 1, "items": {"anyOf": claim}}
    root["properties"]["published"]["additionalProperties"] = {
        "anyOf": [*claim, {"type": "array", "minItems": 1, "items": {"anyOf": [*claim, row]}}]
    }
    for table in ("given", "parameters"):
        root["properties"][table] |= {"propertyNames": {"pattern": _ENTRY_NAME}, "additionalProperties": _numeric(4)}
    ranges = root["properties"]["index"]
    ranges["propertyNames"] = {"pattern": f"^{NAME}$"}
    ranges["additionalProperties"]["pattern"] = f"^{RANGE}$"
    tables["Update"]["allOf"] = [_constant(name) for name in CONSTANTS if name not in _OF_ALL]
    root |= {
        "if": {"required": ["model"]},
        "then": {"properties": _beside_model()},
        "else": {"properties": _BESIDE_NETWORK},
    }
    return {"$schema": _DIALECT, **root, "title": "derive network file", "$defs": tables}


def _numeric(depth: int) -> dict[str, Any]:
    """A number, or a list of numbers or of lists, so many deep."""
    return {"anyOf": [{"type": "number"}, _list(depth)]}


def _list(depth: int) -> dict[str, Any]:
    items: list[dict[str, Any]] = [{"type": "number"}]
    if depth > 1:
        items.append(_list(depth - 1))
    return {"type": "array", "minItems": 1, "anyOf": [{"items": item} for item in items]}


def _constant(name: str) -> dict[str, Any]:
    """That only some optimizers have a constant; without a name of one, it is the first."""
    having = [key for key, row in OPTIMIZERS.items() if name in row.constants]
    return {
        "if": {"required": [name]},
        "then": {"required": ["optimizer"], "properties": {"optimizer": {"enum": having}}},
    }


def _beside_model() -> dict[str, Any]:
    """What the tables beside a model of equations cannot hold."""
    notation: dict[str, Any] = {**dict.fromkeys(OF_NETWORKS, False), "preset": {"const": "flat"}}
    return {"update": {"properties": {"batch": False, "epochs": False}}, "notation": {"properties": notation}}


def schema_text() -> str:
    """The JSON Schema as the text of a file."""
    return json.dumps(json_schema(), indent=2) + "\n"


def _adapted(part: Any) -> Any:
    """A part of msgspec's schema, as TOML has it: decimal numbers, no null, and one line of description."""
    if isinstance(part, list):
        return [_adapted(item) for item in part if item != {"type": "null"}]
    if not isinstance(part, Mapping):
        return part
    adapted = {key: _adapted(value) for key, value in part.items() if key != "default" or value not in _IDLE_DEFAULTS}
    if adapted.get("format") == "decimal":
        del adapted["format"]
        adapted["type"] = "number"  # msgspec would have it in a string
    options = adapted.get("anyOf", ())
    if len(options) == 1:  # what is left of an optional field
        del adapted["anyOf"]
        adapted |= options[0]
    if isinstance(adapted.get("description"), str):
        # A table's docstring goes on with its attributes, which the schema describes one by one.
        adapted["description"] = adapted["description"].split("\n")[0]
    return adapted


def _name_choices(field: dict[str, Any], names: Mapping[str, object]) -> None:
    """Offer the names of the catalogue, and allow a formula."""
    del field["type"]
    field["anyOf"] = [{"enum": list(names)}, {"type": "string", "description": "A formula."}]
