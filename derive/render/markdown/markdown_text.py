"""Words in Markdown: what of them a reader would take for more than characters, and how it is written instead."""

from __future__ import annotations

import re

from derive.catalogue.flavours import Flavour

#: What Markdown, or a reader after it, would see as more than characters. Each group is one way of escaping; ALSO
#: stands for what a flavour adds.
_SPECIAL = r"""
    (?= [^\w\s] | _ )               # most characters are letters and spaces: they are passed over at once
    (?:
      (?P<less> < )
      | (?P<entity> & (?=\#?\w+;) )
      | (?P<mark> [\\`*\[\]~|ALSO]
        | (?<![^\W_])_ | _(?![^\W_])      # within a word it is only an underscore
        | (?: (?<=\s) | ^ ) \# (?!\d)     # a heading, which may also end with #
        | (?<=\{)[{%\#] )                 # Liquid's and Jinja's tags
      | (?P<break> @ (?=\w) | \# (?=\d) | (?<=\bGH)- (?=\d)     # mentions and issues
        | : (?=[\w+-]+:)                                         # emoji
        | (?<=https):(?=//) | (?<=http):(?=//) | (?<=ftp):(?=//) | (?<=\bwww)\. )     # addresses
    )
    """

#: What at the start of a line begins a list, a quotation, a rule or a block of some program's own, up to the character
#: that is escaped.
_START = re.compile(
    r"""\(? (?: \d{1,9} | [ivxlcdm]+ | [a-z] | [#@] ) (?= [.)] (?: \s | $ ))
    | (?= > | [-+](?:\s|$) | -[\s-]*$ | =+\s*$ | % | :(?:\s|::) | \^\s*$ | \+\+\+ | !!! | \?\?\? | \([^)]*\)=\s*$ )""",
    re.VERBOSE | re.IGNORECASE,
)


class Words:
    """Writes words for one flavour of Markdown.

    Args:
        flavour: whose readers they are for.
    """

    def __init__(self, flavour: Flavour) -> None:
        self.flavour = flavour
        also = re.escape(flavour.also + "".join(flavour.signs))
        self._special = re.compile(_SPECIAL.replace("ALSO", also), re.VERBOSE | re.IGNORECASE)

    def escape(self, text: str) -> str:
        """Words, made safe wherever in a line they stand."""
        return self._special.sub(self._escaped, text)

    def start(self, line: str) -> str:
        """A line that is written already, made safe at its start."""
        found = _START.match(line)
        if not found or line[(at := found.end())] in "\\&":  # what is written otherwise is safe there as well
            return line
        return f"{line[:at]}{self._literal(line[at])}{line[at + 1 :]}"

    def _escaped(self, match: re.Match[str]) -> str:
        found = match[0]
        match match.lastgroup:
            case "less":
                return "&lt;"
            case "entity":
                return "&amp;"
            case "break":
                return found + self.flavour.nothing
            case _:
                return self._literal(found)

    def _literal(self, sign: str) -> str:
        """A character that is only shown."""
        row = self.flavour
        return row.signs.get(sign) or (f"\\{sign}" if sign in row.escapable else f"&#{ord(sign)};")
