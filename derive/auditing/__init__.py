"""Other people's numbers and formulas, held against the truth: what is wrong, and what was done to get it.

:func:`derive.auditing.judge.audit` judges the claims;
:mod:`derive.auditing.data` is what it finds, as data;
:mod:`derive.auditing.mistakes.table` is the table of what people do.
"""
