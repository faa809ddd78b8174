"""``python -m derive``, and the program ``derive``."""

from __future__ import annotations

import os

from derive.stopping import stop_cleanly

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command line, once a stop is heard and no file can be taken for standard output."""
    stop_cleanly()
    _occupy_closed_streams()

    from derive.cli import main as run  # takes a while, in which somebody may change their mind

    run()


def _occupy_closed_streams() -> None:
    """Open nothing in the place of each standard stream that is closed, which the next file would have otherwise."""
    while (opened := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(opened)


if __name__ == "__main__":
    main()
