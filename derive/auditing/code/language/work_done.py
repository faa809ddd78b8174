"""How much is worked out for a script: counted, and not timed, so that the same script always gives the same."""

from __future__ import annotations

from typing import Final

#: What it counts to understand an assignment, also of a new name, and a change, beside the parts of their formulas.
ASSIGNMENT: Final = 300
NEW_NAME: Final = 700
CHANGE: Final = 20
#: What it counts to work a part of a formula out in many digits.
EXACTLY: Final = 15
#: So much is worked out in looking for what a script may mean, in parts of expressions and formulas.
SOUGHT: Final = 6_000_000
#: So much where the script comes to the true new values, so that nothing on the way to them is a mistake.
SOUGHT_IF_RIGHT: Final = 600_000
#: So much in looking for mistakes by the script's own numbers, where it does not come to these.
SOUGHT_BY_NUMBERS: Final = 20_000_000
#: So much in showing lines to be right that lead to the true new values.
SHOWN_RIGHT: Final = 15_000_000
#: So much at most in reading it.
READ: Final = 9_000_000


class WorkDone:
    """What has been worked out for a script, through all of its readings."""

    def __init__(self) -> None:
        self.spent = 0
        self.sought = SOUGHT

    @property
    def is_much(self) -> bool:
        """Whether no more is looked for than is found already."""
        return self.spent > self.sought

    @property
    def is_too_much(self) -> bool:
        """Whether no more is read."""
        return self.spent > READ
