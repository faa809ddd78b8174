"""Kernels of convolutions that are turned by 180°, or flipped, where they should not be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from derive.auditing.reckoning.kinship import bare, terms_of
from derive.auditing.rewriting.rewriting import Origin, Rewriting
from derive.expression.tree import Expr, Name, Product
from derive.model.references import array_of, index_of

CODE: Final = "kernel-turned"


def turned(origin: Origin) -> Iterator[Rewriting]:
    """Each kernel turned on the way forward, on the way back, and in the derivatives by itself."""
    for entries in origin.equations:
        for array, dimensions in _kernels(origin, entries):
            for flipped in _flips(dimensions):
                instead = _flipped(origin, array, flipped)
                to = {name: Name(other) for name, other in instead.items()}
                what = array if all(flipped) else f"{array}, along {'its rows' if flipped[0] else 'its columns'} alone"
                yield from origin.redefined(CODE, what, origin.substituted(entries, to))
                back = {
                    name: expr
                    for variable in origin.gradients
                    for name, expr in origin.substituted(origin.derivatives(variable), to).items()
                }
                own = origin.exchanged(array, instead)
                result = origin.graph.result
                if back:
                    yield Rewriting(CODE, f"{what}, on the way back alone", back)
                if own:
                    yield Rewriting(CODE, f"d{result}/d{what}", own)
                    yield Rewriting(CODE, f"d{result}/d{what}", own, listed=True)
                if back and own:
                    yield Rewriting(CODE, f"{what}, on the way back alone", {**back, **own})


def _flips(dimensions: int) -> Iterator[tuple[bool, ...]]:
    """Which of its dimensions a kernel may be flipped along: all of them first."""
    return (flipped for flipped in product((True, False), repeat=dimensions) if any(flipped))


def _flipped(origin: Origin, array: str, flipped: Sequence[bool]) -> Mapping[str, str]:
    """By entry, the one that stands in its place where the kernels of an array are flipped."""
    found: dict[str, str] = {}
    for window in origin.parts(array, len(flipped)):
        ends = [(min(places), max(places)) for places in zip(*window, strict=True)]
        for index, name in window.items():
            at = zip(index, ends, flipped, strict=True)
            other = tuple(low + high - place if flip else place for place, (low, high), flip in at)
            if other != index:
                found[name] = window[other]
    return found


def _kernels(origin: Origin, entries: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The arrays that go over another in an equation, and in how many dimensions.

    What is multiplied with the entries of a kernel lies as far from them in each term, and further on from one number
    that the equation defines to the next.
    """
    pairs = [list(_pairs(origin.formulas[name])) for name in entries]
    arrays = dict.fromkeys((array_of(kernel), array_of(other)) for found in pairs for kernel, other in found)
    for kernel, other in arrays:
        own = [[pair for pair in found if (array_of(pair[0]), array_of(pair[1])) == (kernel, other)] for found in pairs]
        for dimensions in (2, 1):
            if _goes_over(own, dimensions):
                yield kernel, dimensions
                break


def _goes_over(pairs: Sequence[Sequence[tuple[str, str]]], dimensions: int) -> bool:
    starts: set[tuple[int, ...]] = set()
    for found in pairs:
        indices = [(index_of(kernel)[-dimensions:], index_of(other)[-dimensions:]) for kernel, other in found]
        if any(len(index) < dimensions for pair in indices for index in pair):
            return False
        # Every dimension of the window is gone through, or it is a row of a matrix that is multiplied.
        if found and any(len(set(places)) < 2 for places in zip(*(kernel for kernel, _ in indices), strict=True)):
            return False
        for sign in (1, -1):
            off = {tuple(b - sign * a for a, b in zip(*pair, strict=True)) for pair in indices}
            if len(off) == 1:
                break
        else:
            if found:
                return False
            continue
        starts |= off
    return len(starts) > 1


def _pairs(expr: Expr) -> Iterator[tuple[str, str]]:
    """The products of two entries in a sum, either of which may be that of a kernel."""
    for term in map(bare, terms_of(expr)):
        factors = term.factors if isinstance(term, Product) else ()
        if len(factors) == 2 and all(isinstance(factor, Name) and index_of(factor.name) for factor in factors):
            one, other = (factor.name for factor in factors if isinstance(factor, Name))
            yield one, other
            yield other, one
