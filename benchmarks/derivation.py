"""(c) The derivation against SymPy's derivative of the whole cost, weight by weight."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.measure import Result, forget, say, seconds, timed

#: The aim holds for the last.
_SHAPES = {(2, 3, 1): None, (4, 4, 4, 2): None, (4, 4, 4, 4, 2): 100.0}

#: SymPy is stopped after so many seconds; the rest is estimated from the weights it has done, drawn in random order.
_PATIENCE = 60.0


def derivation(*, quick: bool) -> Iterator[Result]:
    """Compare all steps and values with SymPy's derivatives, which are not even given a value."""
    say("(c) the derivation against sympy.diff …")
    shapes = dict(list(_SHAPES.items())[:2]) if quick else _SHAPES
    for sizes, aim in shapes.items():
        yield _compared(sizes, aim, quick=quick)


def _compared(sizes: Sequence[int], aim: float | None, *, quick: bool) -> Result:
    import sympy

    import derive
    from derive.calculus.solution import solve
    from derive.calculus.steps import Derivation
    from derive.expression.symbolic import symbol, to_sympy
    from derive.spec.starter import starter

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.toml"
        file.write_text(starter("A network", sizes), encoding="utf-8")
        network = derive.load(file)

    whole: dict[str, sympy.Expr] = {}
    for definition in network.model.graph.definitions.values():
        whole[definition.name] = to_sympy(definition.expr, whole)
    cost = whole[network.model.graph.result]
    weights = list(network.model.network.weights)
    random.Random(0).shuffle(weights)  # noqa: S311 - an order, not a secret

    turns = 3 if quick else 9
    ours = [timed(lambda: solve(network.file, network.model)) for _ in range(turns)]
    forget()
    done = 0
    start = time.perf_counter()
    for weight in weights:
        sympy.diff(cost, symbol(weight))
        done += 1
        if time.perf_counter() - start > _PATIENCE:
            break
    theirs = (time.perf_counter() - start) * len(weights) / done
    ours += [timed(lambda: solve(network.file, network.model)) for _ in range(turns)]
    steps = median(timed(Derivation(network.model, network.model.graph.result).steps) for _ in range(turns))

    name = "-".join(map(str, sizes))
    done_by_sympy = f"all {done} weights" if done == len(weights) else f"{done} of {len(weights)} weights, scaled"
    return Result(
        "c",
        f"sympy.diff of the whole cost : derive's steps and values, {name}",
        theirs / median(ours),
        aim,
        True,
        f"{seconds(theirs)} ({done_by_sympy}) : {seconds(median(ours))} (least {seconds(min(ours))}, "
        f"the steps alone {seconds(steps)})",
    )
