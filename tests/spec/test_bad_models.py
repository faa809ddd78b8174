"""Every bad model of equations gets exactly the messages that stand beside it, all of a file at once."""

from pathlib import Path

import pytest

import derive
from derive.errors import InputError

BAD = Path(__file__).parent / "bad_models"
FILES = sorted(BAD.glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_messages(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)
    with pytest.raises(InputError) as error:
        derive.solve(file.name)
    assert str(error.value) == file.with_suffix(".expected").read_text(encoding="utf-8").rstrip("\n")
    assert error.value.exit_code == 2
