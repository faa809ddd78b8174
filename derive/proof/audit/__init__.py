"""Other people's numbers and formulas, held against the truth: what is wrong, and what was done to get it.

:func:`derive.proof.audit.judge.audit` judges the claims;
:mod:`derive.proof.audit.data` is what it finds, as data;
:mod:`derive.proof.audit.mistakes` is the table of what people do.
"""
