"""What somebody printed: claims, the numbers in them, and the readers of the files that they stand in.

Each reader gives entries, one for each thing that its file says of a quantity, and faults;
:mod:`derive.spec.claim_files` checks them and makes claims of them.
"""

from derive.spec.claims.claim import Claim
from derive.spec.claims.numbers import PrintedNumber, printed_number

__all__ = ["Claim", "PrintedNumber", "printed_number"]
