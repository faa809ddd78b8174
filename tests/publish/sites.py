"""Sites built from pages, each with the program that the flavour is for, or with the nearest one that runs here."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path

import msgspec

from derive.render.formats import Rendered
from tests.publish.tools import ROOT, module, node, program, run

Pages = Mapping[str, Rendered]


class Reader(msgspec.Struct, frozen=True):
    """How a flavour's pages are read.

    Attributes:
        build: makes a site in a folder and returns the HTML of each page.
        scope: the element that holds what stands below the title.
        apart: what the program itself adds there.
        ready: what tells in the browser that all formulas are typeset.
    """

    build: Callable[[Path, Pages], dict[str, Path]]
    scope: str = "main"
    apart: str = ""
    ready: str = "window.MathJax?.startup?.promise?.then(() => true)"


_STYLE = """
body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 sans-serif}
table{border-collapse:collapse}td,th{padding:.2rem .6rem;border:1px solid #ccc}
img{max-width:100%}blockquote,.markdown-alert{border-left:3px solid #99a;margin-left:0;padding-left:1rem}
"""

#: MathJax looks only where a server has marked a formula.
_MARKED = """<script>MathJax = {options: {ignoreHtmlClass: "page", processHtmlClass: "tex"}}</script>"""

#: MathJax as GitHub has it: nothing can be defined or loaded, and what it does not know is an error.
_RESTRICTED = """<script>
MathJax = {
  options: {ignoreHtmlClass: "page", processHtmlClass: "tex"},
  tex: {packages: {"[-]": ["newcommand", "configmacros", "require", "autoload", "noundefined"]}},
};
</script>"""

#: KaTeX as a server runs it: any fault is an error.
_KATEX = """<script>
for (const element of document.querySelectorAll(".tex")) {
  try {
    katex.render(element.textContent, element, {displayMode: element.matches("div"), throwOnError: true, maxSize: 20});
  } catch (error) {
    element.className = "katex-error";
    element.textContent = String(error);
  }
}
window.typeset = true;
</script>"""


def _mathjax(folder: Path) -> str:
    shutil.copy(node("mathjax") / "es5" / "tex-svg.js", folder / "mathjax.js")
    return "mathjax.js"


def _katex(folder: Path) -> str:
    shutil.copytree(node("katex") / "dist", folder / "katex", dirs_exist_ok=True)
    return '<link rel="stylesheet" href="katex/katex.min.css"><script src="katex/katex.min.js"></script>'


def _whole(body: str, head: str = "", foot: str = "", title: str = "") -> str:
    """A page around what a program made of the Markdown."""
    heading = f"<h1>{html.escape(title)}</h1>" if title else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><style>{_STYLE}</style>{head}</head>'
        f'<body class="page">{heading}<main>{body}</main>{foot}</body></html>'
    )


def _write(folder: Path, pages: Pages, suffix: str = ".md") -> dict[str, Path]:
    """The pages' files, each beside its companions."""
    written = {}
    for stem, page in pages.items():
        for name, content in {f"{stem}{suffix}": page.content, **page.companions}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        written[stem] = folder / f"{stem}{suffix}"
    return written


# GitHub, with markdown-it in the place of its own parser.


def _github(folder: Path, pages: Pages) -> dict[str, Path]:
    head = f'{_RESTRICTED}<script src="{_mathjax(folder)}"></script>'
    texts = json.dumps([path.read_text("utf-8") for path in _write(folder, pages).values()])
    script = ROOT / "tests" / "publish" / "github.cjs"
    bodies = json.loads(run(program("node"), script, node("markdown-it"), cwd=folder, text=texts))
    for stem, body in zip(pages, bodies, strict=True):
        (folder / f"{stem}.html").write_text(_with_title_apart(_whole(_for_mathjax(body), head)), "utf-8")
    return {stem: folder / f"{stem}.html" for stem in pages}


# CommonMark and what GitLab and Obsidian add to it, as comrak, GitLab's own parser, reads it.


def _comrak(text: str, *, dollars: bool) -> str:
    """HTML in which formulas are marked, with the first heading taken out."""
    comrak = module("comrak")
    options = comrak.ExtensionOptions()
    options.table = options.strikethrough = options.autolink = options.tasklist = options.footnotes = True
    options.alerts = options.math_code = True
    options.math_dollars = dollars
    options.front_matter_delimiter = "---" if text.startswith("---\n") else None
    rendering = comrak.RenderOptions()
    rendering.unsafe_ = True
    page: str = comrak.render_markdown(text, extension_options=options, render_options=rendering)
    page = re.sub(
        r'<pre><code class="language-math"[^>]*>(.*?)</code></pre>', r'<div class="tex">\1</div>', page, flags=re.S
    )
    page = re.sub(
        r'<(code|span) data-math-style="(\w+)">(.*?)</\1>',
        lambda found: f'<{_element(found[2])} class="tex">{found[3]}</{_element(found[2])}>',
        page,
        flags=re.S,
    )
    return page


def _element(style: str) -> str:
    return "div" if style == "display" else "span"


def _for_mathjax(page: str) -> str:
    page = re.sub(r'(<span class="tex">)(.*?)(</span>)', r"\1\(\2\)\3", page, flags=re.S)
    return re.sub(r'(<div class="tex">)(.*?)(</div>)', r"\1\\[\2\\]\3", page, flags=re.S)


def _with_title_apart(page: str) -> str:
    """The first heading before the part that is compared."""
    return re.sub(r"<main>\s*(<h1>.*?</h1>)", r"\1<main>", page, count=1, flags=re.S)


def _gitlab(folder: Path, pages: Pages) -> dict[str, Path]:
    """With what GitLab's sanitizer does to anchors, its limits, and its way of calling KaTeX."""
    head = _katex(folder)
    for path in _write(folder, pages).values():
        body = re.sub(r'(<a [^>]*?)id="[^"]*"', r"\1", _comrak(path.read_text("utf-8"), dollars=True))
        formulas = re.findall(r'class="tex">(.*?)</', body, flags=re.S)
        assert len(formulas) <= 1000, f"more formulas than GitLab shows: {len(formulas)}"
        for tex in formulas:
            assert len(html.unescape(tex)) <= 1000, f"longer than GitLab shows: {tex}"
        path.with_suffix(".html").write_text(_with_title_apart(_whole(body, head, _KATEX)), "utf-8")
    return {stem: folder / f"{stem}.html" for stem in pages}


def _obsidian(folder: Path, pages: Pages) -> dict[str, Path]:
    """With block identifiers as Obsidian takes them: at the end of a paragraph, or alone after another block."""
    head = f'{_MARKED}<script src="{_mathjax(folder)}"></script>'
    for path in _write(folder, pages).values():
        body = _for_mathjax(_comrak(path.read_text("utf-8"), dollars=True))
        body = re.sub(r"(?:(?<=>) )?\^([A-Za-z0-9-]+)</p>", r'<i data-after="1" id="^\1"></i></p>', body)
        body = re.sub(r" \^([A-Za-z0-9-]+)</p>", r'<i data-after="1" id="^\1"></i></p>', body)
        path.with_suffix(".html").write_text(_with_title_apart(_whole(body, head)), "utf-8")
    return {stem: folder / f"{stem}.html" for stem in pages}


def _images(folder: Path, pages: Pages) -> dict[str, Path]:
    for path in _write(folder, pages).values():
        body = _comrak(path.read_text("utf-8"), dollars=False)
        path.with_suffix(".html").write_text(_with_title_apart(_whole(body)), "utf-8")
    return {stem: folder / f"{stem}.html" for stem in pages}


# Site generators


def _jekyll(folder: Path, pages: Pages) -> dict[str, Path]:
    (folder / "_layouts").mkdir()
    (folder / "_config.yml").write_text("title: Site\nsecret: leaked\n")
    script = f'{_SITE_MATHJAX}<script src="{_mathjax(folder)}"></script>'
    page = _whole("{{ content }}", "{% if page.math %}" + script + "{% endif %}")
    title = '<h1 class="mathjax_ignore">{{ page.title | escape }}</h1>'
    page = page.replace("<main>", f"{title}<main>").replace('lang="en"', 'lang="{{ page.lang }}"')
    (folder / "_layouts" / "post.html").write_text(page)
    _write(folder, pages)
    run(
        program("jekyll"),
        "build",
        "--disable-disk-cache",
        "--source",
        folder,
        "--destination",
        folder / "site",
        cwd=folder,
    )
    return {stem: folder / "site" / f"{stem}.html" for stem in pages}


#: As the documentation of MathJax shows it for sites whose pages hold formulas in dollar signs as well.
_SITE_MATHJAX = r"""<script>
MathJax = {tex: {inlineMath: [["\\(", "\\)"]], displayMath: [["$$", "$$"], ["\\[", "\\]"]]}};
</script>"""

_HUGO = """\
baseURL = "https://example.org/"
disableKinds = ["taxonomy", "rss", "sitemap", "robotsTXT", "404", "home", "section"]
relativeURLs = true
[params]
secret = "leaked"
[markup.goldmark.extensions.passthrough]
enable = true
[markup.goldmark.extensions.passthrough.delimiters]
block = [['\\[', '\\]'], ['$$', '$$']]
inline = [['\\(', '\\)']]
"""


def _hugo(folder: Path, pages: Pages) -> dict[str, Path]:
    (folder / "hugo.toml").write_text(_HUGO)
    script = f'{_SITE_MATHJAX}<script src="../{_mathjax(_made(folder / "static"))}"></script>'
    page = _whole("{{ .Content }}", "{{ if .Params.math }}" + script + "{{ end }}")
    title = '<h1 class="mathjax_ignore">{{ .Title }}</h1>'
    (_made(folder / "layouts") / "single.html").write_text(page.replace("<main>", f"{title}<main>"))
    (_made(folder / "layouts" / "_default") / "single.html").write_text(page.replace("<main>", f"{title}<main>"))
    for stem, rendered in pages.items():
        bundle = _made(folder / "content" / stem)
        for name, content in {"index.md": rendered.content, **rendered.companions}.items():
            (bundle / name).write_bytes(content)
    run(program("hugo"), "--quiet", "--panicOnWarning", cwd=folder)
    return {stem: folder / "public" / stem / "index.html" for stem in pages}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _pandoc(folder: Path, pages: Pages) -> dict[str, Path]:
    pandoc = module("pypandoc").get_pandoc_path()
    script = _mathjax(folder)
    for path in _write(folder, pages).values():
        run(
            *(pandoc, "--from", "markdown", "--to", "html5", "--standalone", f"--mathjax={script}"),
            *("--fail-if-warnings", path, "--output", path.with_suffix(".html")),
            cwd=folder,
        )
    return {stem: folder / f"{stem}.html" for stem in pages}


_SPHINX = """\
project = "Site"
extensions = ["myst_parser"]
html_theme = "basic"
exclude_patterns = []
mathjax_path = "mathjax.js"
html_static_path = ["static"]
suppress_warnings = ["toc.not_included"]
"""


def _myst(folder: Path, pages: Pages) -> dict[str, Path]:
    module("myst_parser")
    (folder / "conf.py").write_text(_SPHINX)
    _mathjax(_made(folder / "static"))
    _write(folder, pages)
    (folder / "index.md").write_text("# Site\n")
    run(
        program("sphinx-build"), "-q", "-W", "--keep-going", "-d", folder / "trees", folder, folder / "site", cwd=folder
    )
    return {stem: folder / "site" / f"{stem}.html" for stem in pages}


_MKDOCS = """\
site_name: Site
use_directory_urls: false
theme:
  name: readthedocs
  highlightjs: false
plugins: []
markdown_extensions:
  - attr_list
  - admonition
  - pymdownx.arithmatex:
      generic: true
extra_javascript: [settings.js, mathjax.js]
extra_css: [wide.css]
"""
#: As the documentation of arithmatex says.
_ARITHMATEX = r"""
window.MathJax = {
  tex: {inlineMath: [["\\(", "\\)"]], displayMath: [["\\[", "\\]"]], processEscapes: true, processEnvironments: true},
  options: {ignoreHtmlClass: ".*|", processHtmlClass: "arithmatex"},
};
"""


def _mkdocs(folder: Path, pages: Pages) -> dict[str, Path]:
    module("pymdownx")
    (folder / "mkdocs.yml").write_text(_MKDOCS)
    docs = _made(folder / "docs")
    _mathjax(docs)
    (docs / "settings.js").write_text(_ARITHMATEX)
    (docs / "wide.css").write_text("div.arithmatex {overflow-x: auto}")  # as we tell
    (docs / "index.md").write_text("# Site\n")
    _write(docs, pages)
    run(program("mkdocs"), "build", "--quiet", "--strict", cwd=folder)
    return {stem: folder / "site" / f"{stem}.html" for stem in pages}


# Forem, the program of dev.to


class _Sanitizer(HTMLParser):
    """Keeps the elements and attributes that Forem's sanitizer keeps, and words as HTML writes them."""

    _ELEMENTS = frozenset(
        "a abbr b blockquote br cite code col del em h1 h2 h3 h4 h5 h6 hr i img li ol p pre q small source span strong "
        "sub sup table tbody td tfoot th thead tr u ul".split()
    )
    _ATTRIBUTES = frozenset("alt colspan href id name ref rel rowspan span src start title type value".split())

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.kept: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in self._ELEMENTS:
            kept = "".join(
                f' {name}="{html.escape(re.sub("{%|%}", "", value or ""))}"'
                for name, value in attributes
                if name in self._ATTRIBUTES
            )
            self.kept.append(f"<{tag}{kept}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._ELEMENTS:
            self.kept.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.kept.append(html.escape(data, quote=False))


def _forem(folder: Path, pages: Pages) -> dict[str, Path]:
    ruby, script = program("ruby"), ROOT / "tests" / "publish" / "forem.rb"
    head = _katex(folder)
    yaml = module("yaml")
    for path in _write(folder, pages).values():
        _, front, text = path.read_text("utf-8").split("---\n", 2)
        sanitizer = _Sanitizer()
        sanitizer.feed(run(ruby, script, "markdown", cwd=folder, text=text))
        sanitizer.close()
        body = run(ruby, script, "liquid", cwd=folder, text="".join(sanitizer.kept))
        page = _whole(body, head, _KATEX, yaml.safe_load(front)["title"])
        path.with_suffix(".html").write_text(page, "utf-8")
    return {stem: folder / f"{stem}.html" for stem in pages}


_TYPESET = "window.typeset === true"
_LOADED = "document.readyState === 'complete'"

READERS: Mapping[str, Reader] = {
    "github": Reader(_github),
    "gitlab": Reader(_gitlab, ready=_TYPESET),
    "jekyll": Reader(_jekyll),
    "hugo": Reader(_hugo),
    "pandoc": Reader(_pandoc, scope="body", apart="#title-block-header"),
    "quarto": Reader(_pandoc, scope="body", apart="#title-block-header"),
    "myst": Reader(_myst, scope="div.body", apart=".headerlink, h1"),
    "mkdocs": Reader(_mkdocs, scope="div[role=main]", apart="h1"),
    "obsidian": Reader(_obsidian),
    "devto": Reader(_forem, ready=_TYPESET),
    "images": Reader(_images, ready=_LOADED),
}
