"""Asks the engine of the living page, under node, and says where its answers differ from the solution itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from derive.calculus.kinks import Kink
from derive.calculus.solution import Worked, solve
from derive.calculus.values import Value, exact_text
from derive.calculus.working import Working, work_out
from derive.document.array_lines import ArrayLines
from derive.document.live import LiveWire, live_data, to_json, tree_of
from derive.document.words.phrasing import value_sign
from derive.document.words.precision import full_precision_text
from derive.model.graph import Graph
from derive.render.html.engine import engine_source

DRIVER = Path(__file__).parent / "engine" / "driver.js"

Answer = Any
Ask = Callable[[Sequence[Mapping[str, Any]]], list[Answer]]


def asker(node: str, folder: Path) -> Ask:
    """What sends requests to the engine and gives its answers."""
    script = folder / "engine.js"
    script.write_text("'use strict';\n" + engine_source() + DRIVER.read_text(encoding="utf-8"), encoding="utf-8")

    def ask(requests: Sequence[Mapping[str, Any]]) -> list[Answer]:
        lines = "\n".join(map(json.dumps, requests))
        run = subprocess.run([node, str(script)], input=lines, capture_output=True, text=True, check=True)
        assert run.stderr == ""
        answers = [json.loads(line) for line in run.stdout.splitlines()]
        assert len(answers) == len(requests)
        for request, answer in zip(requests, answers, strict=True):
            assert not (isinstance(answer, dict) and "thrown" in answer), (request, answer["thrown"])
        return answers

    return ask


def request(
    solution: Worked,
    given: Mapping[str, str] | None = None,
    wires: tuple[LiveWire, ...] = (),
    arrays: Sequence[ArrayLines] = (),
) -> dict[str, Any]:
    """What asks for a solution, with numbers of its own."""
    return {"ask": "solve", "data": json.loads(to_json(live_data(solution, wires, arrays))), "given": dict(given or {})}


def changed(solution: Worked, given: Mapping[str, str]) -> Worked:
    """The same network with other numbers, worked out by the package."""
    model = solution.model
    numbers = {name: Decimal(given.get(name, str(value))) for name, value in model.graph.given.items()}
    graph = Graph(numbers, tuple(model.graph.definitions.values()), model.graph.results)
    file = solution.file
    if file.update is not None:
        constants = {"learning_rate": model.learning_rate, **model.constants}
        chosen = {key: numbers[name] for key, name in constants.items()}
        file = msgspec.structs.replace(file, update=msgspec.structs.replace(file.update, **chosen))
    return solve(file, msgspec.structs.replace(model, graph=graph))


def differences(solution: Worked, answer: Answer) -> list[str]:
    """Where an answer is not what the package says."""
    if "error" in answer:
        return [f"refused: {answer['error']}"]
    return [
        f"{what}: {there!r} instead of {here!r}"
        for what, here, there in _pairs(solution, answer)
        if json.loads(json.dumps(here)) != there
    ]


def _pairs(solution: Worked, answer: Answer) -> Iterator[tuple[str, Any, Any]]:
    yield "the names", sorted(solution.values), sorted(answer["values"])
    for name, value in solution.values.items():
        yield name, _value(value, solution), {k: v for k, v in answer["values"].get(name, {}).items() if k != "digits"}
    for name, working in _workings(solution):
        yield f"the working of {name}", _working(working), answer["workings"].get(name)
    yield "the kinks", [_kink(kink) for kink in solution.kinks], answer["kinks"]
    costs = solution.training.costs if solution.training else ()
    first = next(iter(solution.model.graph.given))
    yield "products", [solution.product(step.target, first).shown for step in solution.steps], answer["products"]
    curve = solution.training.curve if solution.training else ()
    yield "the curve", [[done, value.shown] for done, value in curve], answer["curve"]
    yield "the costs", [[done, value.shown] for done, value in costs], answer["costs"]


def _value(value: Value, solution: Worked) -> dict[str, Any]:
    exact = value.exact.value
    return {
        "shown": value.shown,
        "exact": exact_text(value.exact),
        "full": full_precision_text(value, solution.policy) if exact else "0",
        "sign": value_sign(value),
        "loss": value.loss,
        "direction": value.exact.sign,
    }


def _workings(solution: Worked) -> Iterator[tuple[str, Working]]:
    for name in solution.model.graph.definitions:
        yield name, solution.forward(name)
    for step in solution.steps:
        yield step.target, solution.working(step)
    training, values = solution.training, solution.values
    written_out = [formula for formulas in training.written_out for formula in formulas] if training else []
    for formula in (*training.formulas, *training.forward, *written_out) if training else ():
        yield formula.name, work_out(formula.expr, values, values[formula.name], solution.policy, formula.stable)


def _working(working: Working) -> dict[str, Any]:
    return {
        "substituted": tree_of(working.substituted),
        "lines": [[sign, tree_of(expr)] for sign, expr in working.lines],
        "direct": working.direct,
        "instead": None if working.instead is None else tree_of(working.instead),
    }


def _kink(kink: Kink) -> dict[str, Any]:
    def text(number: Decimal) -> str:
        if number.is_infinite():
            return str(number)
        rounded = format(number, ".6f").rstrip("0").rstrip(".")
        return "0" if rounded == "-0" else rounded

    return {
        "name": kink.name,
        "argument": kink.argument,
        "below": text(kink.below),
        "above": text(kink.above),
        "taken": text(kink.taken),
        "exact": kink.exact,
        "jump": kink.jump and [text(number) for number in kink.jump],
        "tied": kink.tied,
    }
