"""Every bad file gets exactly the message that stands beside it."""

from pathlib import Path

import pytest

from derive.errors import InputError
from derive.spec.reading.reader import Source, parse, read_source

BAD = Path(__file__).parent / "bad"


@pytest.mark.parametrize("file", sorted(BAD.glob("*.toml")), ids=lambda file: file.stem)
def test_message(file: Path) -> None:
    source = Source(file.name, read_source(file).text)
    with pytest.raises(InputError) as error:
        parse(source)
    assert str(error.value) == file.with_suffix(".expected").read_text(encoding="utf-8").rstrip("\n")
    assert error.value.exit_code == 2
