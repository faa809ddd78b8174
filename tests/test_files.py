"""Where files are written: what stands in the place already, and is no plain file."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from derive.files import temporary_folder, write_files
from tests.publish.tools import HANGING


def test_a_pipe_gets_the_bytes_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_files({pipe: b"page", tmp_path / "beside.md": b"text"})
    assert stat.S_ISFIFO(pipe.lstat().st_mode)
    reader.join(timeout=HANGING / 1000)
    assert read == [b"page"]
    assert (tmp_path / "beside.md").read_bytes() == b"text"


def test_a_link_stays_a_link_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    real, link = tmp_path / "elsewhere" / "real.md", tmp_path / "link.md"
    real.parent.mkdir()
    real.write_bytes(b"old")
    link.symlink_to(real)
    write_files({link: b"new"})
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert os.listdir(real.parent) == ["real.md"]


def test_a_temporary_folder_is_ours_alone_and_gone_at_the_end() -> None:
    with temporary_folder() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "below").mkdir()
        (folder / "below/file").write_text("x")
    assert not folder.exists()


def test_what_fails_in_a_temporary_folder_names_it() -> None:
    with pytest.raises(OSError, match="No space left") as caught, temporary_folder() as folder:
        raise OSError(28, "No space left on device")
    assert caught.value.filename == str(folder)
    assert not folder.exists()
