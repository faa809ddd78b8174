"""Attributes that are worked out when they are asked for, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functools import cached_property as kept  # what type checkers know
else:

    class kept(property):  # noqa: N801 - used like ``property``
        """As ``functools.cached_property``, and a property: Python's own completion works out everything else."""

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            """The value, from the instance if it has been worked out."""
            if instance is None:
                return self
            name = self.fget.__name__
            if name not in instance.__dict__:
                instance.__dict__[name] = super().__get__(instance, owner)
            return instance.__dict__[name]


__all__ = ["kept"]
