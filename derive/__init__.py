"""Worked backpropagation examples from a network file.

::

    import derive

    network = derive.load("examples/blog-2-3-1.toml")
    solution = derive.solve(network)
    solution.steps[0].symbolic          # 'O3 - y'
    solution.values["z0"].shown         # '2.87'
    solution.save("page.pdf")
    derive.audit(network, {"O3": "0.6454"}).claims[0].verdict      # 'wrong'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.api import Network, Solution, audit, load, solve

__version__ = "0.1.0"

__all__ = ["Network", "Solution", "audit", "load", "solve"]


def __getattr__(name: str) -> Any:
    # Loaded when asked for: `derive --help` needs none of it.
    if name in __all__:
        from derive import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
