"""Words that mean something to a language that a page is written in, or that hardly any font has."""

from __future__ import annotations

import random
import unicodedata

_PIECES = (
    "A plain title",
    "",
    "#panic(1) $x$ *b* _i_ `r` <label> @ref // c /* c */ [ ] { } \\u{41}",
    "\\input{x} \\end{document} % & ~ ^ $ # \\write18{ls} --- `` ''",
    "</script><img src=x onerror=alert(1)> &amp; <!-- ]]>",
    "{{ document }} {% include 'x' %} {# c #}",
    '"); import os; os.abort() # \'\'\' """ \\',
    "| a | b | **x** [l](u) ![i](u) <b> --- ~~~ ```",
    "--- : {a: b} & *c !d %e",
    "\u200f\u200eright to left\u061c",
    "\U0001f469\u200d\U0001f4bb \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1e9\U0001f1ea \u2764\ufe0f 1\ufe0f\u20e3",
    "中文 日本語 한국어 ﷽ עברית العربية हिन्दी ไทย ខ្មែរ བོད་",
    "e\u0301a\u0323\u0304 Z\u0351\u036b\u0343 \u0f71 \u0903 \u0e33 \u0301 alone",
    "\ue000\uf8ff\U000f0000\U0010ffff \ufffd \ufeff \u00ad\u200b\u2060",
    "𝔘𝕟𝕚 𝒞 ① ½ ﬁ ſt Ǆ ㎏ ℵ ∑ ∫ ≈ − · × ′ ∂",
    "\U000e0041\U000e007f \u3164\u115f\u180e\u2800",
)


def words(chance: random.Random, longest: int = 200) -> str:
    """Some of the pieces, or signs of any kind."""
    if chance.random() < 0.2:  # none that a file may not hold: those that cannot be printed
        planes = (
            (0x20, 0x7F),
            (0xA0, 0x2027),
            (0x2030, 0x2065),
            (0x206A, 0x2FFF),
            (0x3000, 0xD7FF),
            (0xE000, 0xFDCF),
            (0xFDF0, 0x1FAFF),
            (0x20000, 0x10FFFF),
        )
        signs = (chr(chance.randint(*chance.choice(planes))) for _ in range(chance.randint(1, 20)))
        return "".join(sign for sign in signs if unicodedata.category(sign) not in ("Cn", "Cc", "Zl", "Zp"))
    return " ".join(chance.choice(_PIECES) for _ in range(chance.randint(1, 3)))[:longest]


def quoted(text: str) -> str:
    """A string of TOML's that holds the words."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"'
        + "".join(sign if " " <= sign < "\x7f" or sign >= "\xa0" else f"\\u{ord(sign):04X}" for sign in escaped)
        + '"'
    )
