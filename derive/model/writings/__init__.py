"""Ways of writing a model: each is a function from a file to the graph of its definitions."""

from __future__ import annotations

from derive.model.writings.dense import build
from derive.model.writings.dense_naming import name_network
from derive.model.writings.written import WrittenModel
from derive.spec.settings import NetworkFile


def write(file: NetworkFile, *, start: int = 1, lost: frozenset[str] = frozenset(), whole: bool = True) -> WrittenModel:
    """The model of a file, in whichever way it is written, or what is wrong with it.

    Args:
        file: the file; what is bad in it is left out.
        start: the line of the file on which the text of its equations begins.
        lost: names in its tables whose values are at fault.
        whole: whether all else in the file is right; where it is not, no more is looked at than its names.
    """
    if file.model is not None:
        from derive.model.writings.equations.writing import write_equations  # a dense network needs none of it

        return write_equations(file, start=start, lost=lost)
    names = name_network(file)
    return WrittenModel(None, names.faults) if names.faults or not whole else WrittenModel(build(file, names), ())
