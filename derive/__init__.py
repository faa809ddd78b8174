"""Worked backpropagation examples from a network file.

::

    import derive

    solution = derive.solve("examples/blog-2-3-1.toml")
    solution.steps[0].symbolic          # 'O3 - y'
    solution.values["z0"].shown         # '2.87'
    solution.save("page.pdf")
    derive.audit(solution, {"O3": "0.6454"}).claims[0].verdict      # 'wrong'

:func:`load` reads a file and :func:`loads` a text or a dict, :func:`solve` works it out, :func:`audit` judges what
somebody printed. What goes wrong is a :class:`DeriveError`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # the module that has it is not loaded: the command line is to start at once
if TYPE_CHECKING:
    from derive.api import Network, Solution, audit, load, loads, solve
    from derive.errors import DeriveError, FormulaError, InputError, ToolError, UsageError

__version__ = "0.1.0"

__all__ = [
    "DeriveError",
    "FormulaError",
    "InputError",
    "Network",
    "Solution",
    "ToolError",
    "UsageError",
    "audit",
    "load",
    "loads",
    "solve",
]


if not TYPE_CHECKING:  # a type checker would believe that every name is there

    def __getattr__(name: str) -> object:
        # Loaded when asked for: `derive --help` needs none of it.
        if name in __all__:
            from derive import api, errors

            return getattr(errors if name.endswith("Error") else api, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__", "__doc__", "__file__", "__name__", "__path__"]
