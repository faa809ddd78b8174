"""Banks of questions for the quizzes of Moodle, Canvas and of what reads QTI."""

from __future__ import annotations

from collections.abc import Mapping

from derive.document.bank import Bank


def as_moodle(bank: Bank, stem: str) -> bytes:
    """One bank as Moodle's XML."""
    from derive.render.banks.moodle import moodle as written

    return written(bank, stem)


def as_moodle_together(banks: Mapping[str, Bank], title: str) -> bytes:
    """The banks of several variants, by their names, as Moodle's XML."""
    from derive.render.banks.moodle import moodle_of_variants

    return moodle_of_variants(banks, title)


def as_qti(bank: Bank, stem: str) -> bytes:
    """One bank as a package of QTI."""
    from derive.render.banks.qti import qti as written

    return written(bank, stem)


def as_qti_together(banks: Mapping[str, Bank], title: str) -> bytes:
    """The banks of several variants, by their names, as a package of QTI."""
    from derive.render.banks.qti import qti_of_variants

    return qti_of_variants(banks, title)


def as_canvas(bank: Bank, stem: str) -> bytes:
    """One bank as a package of QTI for Canvas."""
    from derive.render.banks.canvas import canvas as written

    return written(bank, stem)


def as_canvas_together(banks: Mapping[str, Bank], title: str) -> bytes:
    """The banks of several variants, by their names, as a package of QTI for Canvas."""
    from derive.render.banks.canvas import canvas_of_variants

    return canvas_of_variants(banks, title)
