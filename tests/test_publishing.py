"""Pages for sites: what a site needs is told, a post has its date, figures go where they are found."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from derive.cli import main
from tests.publish.tools import program

BLOG = Path(__file__).parents[1] / "examples" / "blog-2-3-1.toml"


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["render", str(BLOG), *arguments])
    return int(stopped.value.code or 0)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def lines_told(said: str, flavour: str) -> str:
    """The lines to be pasted."""
    head, _, lines = said.partition(":\n")
    assert head.startswith(f"derive: {flavour} needs these lines once, in ")
    return lines


def test_what_a_site_needs_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    """As the programs document it: gohugo.io, "Mathematics in Markdown"; kramdown's math_engine; arithmatex."""
    assert run("--to", "markdown", "--flavour", "hugo", "-o", "page.md") == 0
    markup = tomllib.loads(lines_told(capfd.readouterr().err, "hugo"))["markup"]["goldmark"]["extensions"]
    assert markup["passthrough"]["enable"] is True
    assert markup["passthrough"]["delimiters"]["inline"] == [[r"\(", r"\)"]]
    assert markup["passthrough"]["delimiters"]["block"] == [[r"\[", r"\]"], ["$$", "$$"]]
    assert run("--to", "markdown", "--flavour", "mkdocs", "-o", "page.md") == 0
    extensions = yaml.safe_load(lines_told(capfd.readouterr().err, "mkdocs"))["markdown_extensions"]
    assert extensions == ["attr_list", "admonition", {"pymdownx.arithmatex": {"generic": True}}]
    assert run("--to", "markdown", "--flavour", "jekyll", "-o", "2024-05-01-page.md") == 0
    config = yaml.safe_load(lines_told(capfd.readouterr().err, "jekyll"))
    assert config == {"markdown": "kramdown", "kramdown": {"input": "GFM", "math_engine": "mathjax"}}
    assert run("--to", "markdown", "-o", "page.md") == 0
    assert capfd.readouterr().err == ""


def test_jekyll_finds_a_post_and_its_figures(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    jekyll = program("jekyll")
    site = tmp_path / "site"
    (site / "_layouts").mkdir(parents=True)
    (site / "_layouts" / "post.html").write_text("<main>{{ content }}</main>")
    (site / "_config.yml").write_text('title: S\nbaseurl: "/notes"\n')
    assert run("--to", "markdown", "--flavour", "jekyll", "--date", "2024-05-01", "-o", "site/_posts/") == 0
    written = capfd.readouterr().out.splitlines()
    assert written[0] == "site/_posts/2024-05-01-blog-2-3-1.md"
    assert {str(Path(path).parent) for path in written[1:]} == {"site/assets"}
    build = [jekyll, "build", "--disable-disk-cache", "--source", site, "--destination", site / "out"]
    subprocess.run(build, check=True, capture_output=True, cwd=tmp_path)
    page = (site / "out" / "2024" / "05" / "01" / "blog-2-3-1.html").read_text(encoding="utf-8")
    shown = re.findall(r'<img src="([^"]+)"', page)
    assert len(shown) == len(written) - 1
    for address in shown:
        assert address.startswith("/notes/")
        assert (site / "out" / unquote(address.removeprefix("/notes/"))).is_file()


@pytest.mark.parametrize("date", ["", "May 2024", "2024-02-30"])
def test_a_post_without_a_date_is_told(date: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--to", "markdown", "--flavour", "jekyll", "--date", date, "-o", "posts/") == 0
    said = capfd.readouterr()
    assert "Jekyll takes no post without its date" in said.err
    assert said.out.splitlines()[0] == "posts/blog-2-3-1.md"


def test_a_name_that_is_chosen_stays(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--to", "markdown", "--flavour", "jekyll", "--date", "2024-05-01", "-o", "mine.md") == 0
    assert capfd.readouterr().out.splitlines()[0] == "mine.md"


@pytest.mark.parametrize(
    ("flavour", "page", "figures", "address"),
    [
        ("github", "out/page.md", "pictures of it", "../pictures%20of%20it/"),
        ("github", "page.md", ".", ""),
        ("hugo", "content/page.md", "static/img", "/img/"),
        ("images", "page.md", "pics", "pics/"),
    ],
)
def test_figures_go_where_they_are_wanted(
    flavour: str, page: str, figures: str, address: str, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run("--to", "markdown", "--flavour", flavour, "--figures", figures, "-o", page) == 0
    path, *beside = capfd.readouterr().out.splitlines()
    assert path == page
    assert beside
    assert all((tmp_path / each).is_relative_to(tmp_path / figures) and Path(each).is_file() for each in beside)
    text = Path(page).read_text(encoding="utf-8")
    shown = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    assert shown
    assert all(each.startswith(address) for each in shown)
    root = tmp_path / "static" if address.startswith("/") else (tmp_path / page).parent
    assert all((root / unquote(each).lstrip("/")).is_file() for each in shown)


def test_figures_within_a_page_have_no_folder(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--to", "html,pdf", "--figures", "pics", "-o", "out/") == 2
    assert "the figures of html and pdf stand in the page itself" in capfd.readouterr().err
    assert not Path("out").exists()


def test_another_language_is_that_of_title_and_author_alone(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--to", "html,latex,markdown", "--language", "de-AT", "--author", "Ä. Ö.", "-o", "out/") == 0
    said = capfd.readouterr().err
    assert said == "derive: the text of a page is English; de-AT is told of its title and author alone\n"
    html = Path("out/blog-2-3-1.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in html
    assert html.count('lang="de-AT"') == 3  # the title, in the head too, and who wrote it
    assert '<p class="byline" lang="de-AT">' in html
    assert "pdflang={en}" in Path("out/blog-2-3-1.tex").read_text(encoding="utf-8")
    assert run("--to", "html", "--language", "en-GB", "-o", "out/") == 0
    assert capfd.readouterr().err == ""
    assert '<html lang="en-GB">' in Path("out/blog-2-3-1.html").read_text(encoding="utf-8")
