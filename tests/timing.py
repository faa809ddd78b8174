"""How time grows with the size of the work: as a ratio within one run, so that no machine is too slow for a test."""

import time
from collections.abc import Callable


def grows_linearly(work: Callable[[int], object], size: int) -> bool:
    """Whether ten times the work takes clearly less than the hundredfold time that quadratic growth would take.

    The best of three runs counts, since other programs only ever add to it.
    """

    def seconds(size: int) -> float:
        start = time.process_time()
        work(size)
        return time.process_time() - start

    # Work too short to be measured grows by the clock's own grain.
    short, long = (min(seconds(size) for _ in range(3)) for size in (size, 10 * size))
    return long < 40 * max(short, 1e-3)
