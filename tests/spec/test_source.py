"""Files that cannot be read as text, and standard input."""

import io
import os
import sys
from pathlib import Path

import pytest

from derive.errors import InputError
from derive.spec.reading.reader import Source, read_source
from derive.spec.reading.source import MAX_BYTES


class _Stdin:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def message(path: str | os.PathLike[str]) -> str:
    with pytest.raises(InputError) as error:
        read_source(path)
    (fault,) = error.value.faults
    assert fault.path == ()
    return str(error.value)


def written(folder: Path, data: bytes) -> str:
    """The message for a file of these bytes, without the folder."""
    file = folder / "net.toml"
    file.write_bytes(data)
    return message(file).replace(str(file), "net.toml")


def test_text(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    file.write_bytes('title = "ü"\r\n'.encode())
    assert read_source(file) == Source(str(file), 'title = "ü"\r\n')
    assert read_source(str(file)).name == str(file)


def test_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    file.write_bytes(b"\xef\xbb\xbftitle = 1")
    assert read_source(file).text == "title = 1"


def test_name_as_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.toml").write_text("a = 1", encoding="utf-8")
    assert read_source("./net.toml").name == "./net.toml"
    assert message("missing.toml") == "missing.toml: no such file"
    assert message("evil\x1b[2J\udcff\n.toml") == "evil\\u001b[2J\\udcff\\u000a.toml: no such file"
    assert message("nul\0") == "nul\\u0000: no such file"
    assert message("") == '"": no such file'
    assert message("net.toml/x") == "net.toml/x: cannot be read (not a directory)"
    assert message("x" * 5000).endswith(": cannot be read (file name too long)")


def test_directory(tmp_path: Path) -> None:
    assert message(tmp_path) == f"{tmp_path}: a directory; expected a network file in TOML"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_no_permission(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    file.write_text("a = 1", encoding="utf-8")
    file.chmod(0)
    assert message(file) == f"{file}: no permission to read this file"


def test_permission_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("derive.spec.reading.source.os.stat", refuse)
    assert message("net.toml") == "net.toml: no permission to read this file"


def test_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "net.toml"
    with file.open("wb") as stream:
        stream.truncate(100 * 2**20)  # sparse: takes no room on the disk
    monkeypatch.setattr("builtins.open", lambda *_: pytest.fail("the file was opened"))
    assert message(file) == f"{file}: a file of 100.0 MB; expected at most 16 MB"


def test_largest_file(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    file.write_bytes(b"#" * MAX_BYTES)
    assert len(read_source(file).text) == MAX_BYTES


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
def test_endless_device() -> None:
    assert message("/dev/zero") == "/dev/zero: more than 16 MB; expected at most 16 MB"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            b"",
            "an empty file; expected a network file in TOML (derive new NAME --layers 2,3,1 writes one to start from)",
        ),
        (
            b"\xef\xbb\xbf \n",
            "an empty file; expected a network file in TOML (derive new NAME --layers 2,3,1 writes one to start from)",
        ),
        ("title = 'x'".encode("utf-16"), "text in UTF-16; expected text in UTF-8 (save the file as UTF-8)"),
        ("title = 'x'".encode("utf-16-le"), "text in UTF-16; expected text in UTF-8 (save the file as UTF-8)"),
        ("title = 'x'".encode("utf-16-be"), "text in UTF-16; expected text in UTF-8 (save the file as UTF-8)"),
        ("title = 'x'".encode("utf-32"), "text in UTF-32; expected text in UTF-8 (save the file as UTF-8)"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, expected: str) -> None:
    assert written(tmp_path, data) == f"net.toml: {expected}"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("a = 1\n\nb = 'é'".encode("latin-1"), "net.toml:3: the byte 0xe9, which is not UTF-8; expected text in UTF-8"),
        (b"a = 1\n'\xed\xa0\x80'", "net.toml:2: the byte 0xed, which is not UTF-8; expected text in UTF-8"),
        (b"\xef\xbb\xbfa\n\xff", "net.toml:2: the byte 0xff, which is not UTF-8; expected text in UTF-8"),
        (b"a = 1\nb = '\0'", "net.toml:2: a NUL byte; expected text in UTF-8"),
    ],
)
def test_bytes_that_are_no_text(tmp_path: Path, data: bytes, expected: str) -> None:
    assert written(tmp_path, data) == expected


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", _Stdin(b"a = 1"))
    assert read_source("-") == Source("<stdin>", "a = 1")


def test_standard_input_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = _Stdin(b"#" * (MAX_BYTES + 10))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert message("-") == "<stdin>: more than 16 MB; expected at most 16 MB"
    assert len(stdin.buffer.read()) == 9


def test_standard_input_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert message("-") == "<stdin>: standard input is closed; expected a network file in TOML"


def test_standard_input_not_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", _Stdin(b"a\n\xff"))
    assert message("-") == "<stdin>:2: the byte 0xff, which is not UTF-8; expected text in UTF-8"
