"""Names that refer to quantities, derivatives, updates and entries: read as they are made."""

import pytest

from derive.model.references import Ref, array_of, entry_name, index_of, is_entry, read, split_updates

READ = {
    "w6": Ref("w6"),
    "w6+": Ref("w6", updates=1),
    "w6+3": Ref("w6", updates=3),
    "W[1,2]+": Ref("W[1,2]", updates=1),
    "dCost/dw6": Ref("Cost", "w6"),
    "dCost/dw6+3": Ref("Cost", "w6", 3),
    "dE/dW[1,2]": Ref("E", "W[1,2]"),
    "dE[1]/dh[2,1]+": Ref("E[1]", "h[2,1]", 1),
    "dq": Ref("dq"),  # a quantity that is called so
    "ddq/dd": Ref("dq", "d"),
}


@pytest.mark.parametrize("name", READ)
def test_a_name_is_read_as_it_is_made(name: str) -> None:
    assert read(name) == READ[name]
    assert READ[name].name == name


@pytest.mark.parametrize("name", ["w6+1", "w6+0", "w6+03", "w6++", "+", "w6+x", "w5+ - w5", f"w6+{'9' * 10}"])
def test_what_is_no_update_is_a_name_of_its_own(name: str) -> None:
    """One update is ``w6+``, and no number begins with 0."""
    assert split_updates(name) == (name, 0)


@pytest.mark.parametrize("name", ["d/dx", "dx/d", "a/b", "dE/dW/dx"])
def test_what_is_no_derivative_is_a_name_of_its_own(name: str) -> None:
    assert read(name) == Ref(name)


def test_entries() -> None:
    assert entry_name("W", 1, 2) == "W[1,2]"
    assert entry_name("h[2]", 1) == "h[2,1]"  # the first entry of a member of a family of vectors
    assert (array_of("h[2,1]"), index_of("h[2,1]")) == ("h", (2, 1))
    assert index_of("x[-1]") == (-1,)
    assert index_of("w11") == ()
    assert [is_entry(name) for name in ("W[1,2]", "W", "W[a]", "W[]", "dE/dW[1]")] == [True, False, False, False, False]
