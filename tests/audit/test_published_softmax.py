"""A published softmax step, two tokens looked up and averaged, and what the audit says once lines of it are damaged."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import derive

FILE = Path(__file__).parent / "workshop-softmax.toml"


def test_a_published_softmax_step_agrees() -> None:
    claims = derive.audit(FILE).claims
    assert [(claim.name, claim.verdict) for claim in claims if claim.verdict != "agrees"] == []
    assert len(claims) == 53


# By hand, from the page's own numbers: −ln 0.2773 / ln 10 = 0.5571; 0.1682 − 1 = −0.8318; 0.2773 − 0 for token 3.
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"p[2]": "0.2737"}, "digits-transposed"),
        ({"L": "0.5571"}, "log10"),
        ({"dL/dz[1]": "0.0000"}, "softmax-diagonal"),
        ({"dL/dz[1]": "0.0000", "dL/dz[2]": "0.0000", "dL/dz[3]": "0.0000"}, "softmax-diagonal"),
        ({"dL/dz[4]": "0.2773"}, "other-target"),
        ({"dL/dz[1]": "-0.8318"}, "other-target"),
        ({"dL/dh[1]": "0.1932"}, "sign"),
        ({"dL/de[1,1]": "-0.1932"}, "factor-2"),
        ({"dL/dW_unembed[2,4]": "0.1386"}, "swapped-index"),
    ],
)
def test_what_is_damaged_in_it_is_wrong_and_named(changed: dict[str, str], code: str) -> None:
    text = tomllib.loads(FILE.read_text(encoding="utf-8"))
    published = text.pop("published")
    claims = derive.solve(derive.loads(text)).audit(published | changed).claims
    assert {claim.name for claim in claims if claim.verdict == "wrong"} == set(changed)
    assert {claim.verdict for claim in claims if claim.name not in changed} == {"agrees"}
    for claim in claims:
        if claim.name in changed:
            assert claim.diagnosis[0].code == code
