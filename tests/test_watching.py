"""``derive watch``: pages that follow their file, on disk and in a browser."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOG = (ROOT / "examples/blog-2-3-1.toml").read_text()
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to catch")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("net.toml").write_text(BLOG)
    return tmp_path


class Watching:
    """A command that runs, the lines that it says, and what its server serves."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        assert process.stderr is not None
        self.out, self.err = process.stdout, process.stderr
        self.port = 0

    def serves(self) -> str:
        """The path of the page that it names at first."""
        found = re.fullmatch(r"derive: http://127\.0\.0\.1:(\d+)(/\S*)\n", self.err.readline())
        assert found
        self.port = int(found[1])
        return found[2]

    def get(self, path: str, host: str = "127.0.0.1") -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", path, headers={"Host": f"{host}:{self.port}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def changes(self) -> Iterator[dict[str, int]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", "/_changes")
        for line in connection.getresponse():
            if line.startswith(b"data: "):
                yield json.loads(line[6:])


@contextmanager
def watching(*arguments: str) -> Iterator[Watching]:
    command = [sys.executable, "-m", "derive", "watch", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Watching(process)
        finally:
            process.kill()


def write(name: str, text: str) -> None:
    """As an editor saves: a new file in the place of the old one."""
    Path(f"{name}.new").write_text(text)
    os.replace(f"{name}.new", name)


def test_a_page_is_written_again_when_its_file_changes(folder: Path) -> None:
    with watching("net.toml", "--to", "json") as run:
        assert run.out.readline() == "output/net.json\n"
        write("net.toml", BLOG.replace("[2, 9]", "[3, 9]"))
        assert run.out.readline() == "output/net.json\n"
        assert (
            json.loads(Path("output/net.json").read_text())["values"]["z0"]["exact"] == "3.02"
        )  # 3·0.15 + 9·0.23 + 0.5


def test_a_browser_is_told_of_changes_and_faults_stand_above_the_last_good_page(folder: Path) -> None:
    with watching("net.toml", "--to", "html") as run:
        page = run.serves()
        assert page == "/net.html"
        assert run.out.readline() == "output/net.html\n"
        told = run.changes()
        first = next(change for change in told if page in change)[page]
        assert "2.87" in run.get(page)[1]
        write("net.toml", BLOG.replace("[2, 9]", "[3, 9]"))
        second = next(change for change in told if change.get(page) != first)[page]
        assert "3.02" in run.get(page)[1]
        write("net.toml", BLOG.replace("activation", "activatoin", 1))
        third = next(change for change in told if change.get(page) != second)[page]
        status, text = run.get(page)
        assert status == 200
        assert "net.toml" in run.err.readline()
        assert re.search(r'role="alert"[^>]*>net\.toml:\d+: ', text)
        assert "3.02" in text
        write("net.toml", BLOG)
        next(change for change in told if change.get(page) != third)
        assert 'role="alert"' not in run.get(page)[1].split("<script", 1)[0].split("<main", 1)[0]


def test_only_this_machine_under_its_own_name_is_answered(folder: Path) -> None:
    with watching("net.toml", "--to", "html") as run:
        page = run.serves()
        run.out.readline()
        assert run.get(page, host="elsewhere.example")[0] == 403
        assert run.get("/../net.toml")[0] == 404
        assert run.get("/net.toml")[0] == 404


def test_files_of_a_folder_come_and_go(folder: Path) -> None:
    with watching(".", "--to", "html", "-o", "pages") as run:
        assert run.serves() == "/"
        assert run.out.readline() == "pages/net.html\n"
        told = run.changes()
        next(change for change in told if "/net.html" in change)
        write("second.toml", BLOG)
        assert run.out.readline() == "pages/second.html\n"
        next(change for change in told if "/second.html" in change)
        assert 'href="/second.html"' in run.get("/")[1]
        Path("second.toml").unlink()
        next(change for change in told if "/second.html" not in change)
        assert run.get("/second.html")[0] == 404


def test_told_to_stop_it_leaves_nothing_behind_but_the_page(folder: Path) -> None:
    with watching("net.toml", "--to", "json") as run:
        run.out.readline()
        run.process.send_signal(signal.SIGTERM)
        assert run.process.wait() == 128 + signal.SIGTERM
        assert run.err.read() == "derive: stopped\n"
        assert sorted(str(path) for path in Path().rglob("*")) == ["net.toml", "output", "output/net.json"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("-", "--to", "html"), "standard input does not change"),
        (("net.toml", "--to", "html", "-o", "-"), "needs a file"),
        (("nothing", "--to", "wrd"), "no format is called"),
    ],
)
def test_what_cannot_be_watched(folder: Path, arguments: tuple[str, ...], says: str) -> None:
    with watching(*arguments) as run:
        assert run.process.wait() == 2
        assert says in run.err.read()
