"""Equations, as on a blackboard: from their text to a model.

::

    text ──▶ script (lines, comments) ──▶ grammar (what may stand in a formula)
         ──▶ scope (what each name is) ──▶ members (which member needs which) ──▶ formulas (each entry, written out)
         ──▶ writing (sheet, sections, symbols)

Nothing is executed: Python's parser reads each equation, and its nodes are written out as expressions over scalars.
"""
