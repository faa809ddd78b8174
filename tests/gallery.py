"""Writes the gallery again: ``python -m tests.gallery``.

It is what ``derive render examples/X.toml --to markdown,latex,…`` writes for each example, a picture of one page of
each PDF, and a page that shows them all. Most are there in every format, some as Markdown and PDF only.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import derive
from derive.outputs import all_formats
from derive.render.environment import page_environment
from derive.render.outline import with_consecutive_levels
from derive.render.typst.typst_markup import Typst

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "output"
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"), key=lambda path: path.stem)

#: The formats of the gallery, and how their files end: those that everybody knows.
FORMATS: Mapping[str, str] = {name: row.suffix for name, row in all_formats().items() if not row.by_name}

#: Examples that are there to be read, in these formats alone: every format of every example would be too much to keep.
BRIEFLY = frozenset(
    {
        "batch-norm",
        "circuit-fork",
        "conv-pool-dense",
        "gru-2-steps",
        "layer-norm",
        "least-squares",
        "logistic-regression",
        "lstm-adam",
        "transformer-block",
        "word2vec",
    }
)
#: Of thousands of parameters: what goes through each entry in every view leaves it out.
LARGE = frozenset({"transformer-block"})
_READ = ("markdown", "pdf")
#: The others, which tests that take long keep to.
WHOLE = [path for path in EXAMPLES if path.stem not in BRIEFLY]

COMMAND = "python -m tests.gallery"

#: Dots per inch of the picture of a first page; of the README's picture, and which page of which example that shows.
_THUMBNAIL, _PICTURE = 48, 96
PICTURED = ("blog-2-3-1", 5)


def formats_of(example: Path) -> dict[str, str]:
    """The formats in which the gallery holds an example, and how their files end."""
    return {name: suffix for name, suffix in FORMATS.items() if name in _READ or example.stem not in BRIEFLY}


def pages_of(solution: derive.Solution, stem: str) -> list[bytes]:
    """The picture of the first page of the PDF, and of one example the one that the README shows."""
    language = Typst(with_consecutive_levels(solution.document), stem)
    template = page_environment(language).get_template("typst/page.typ.jinja")
    source = template.render(document=language.document, **language.variables())

    def pictures(ppi: float) -> list[bytes]:
        made = typst.Compiler(source.encode(), ignore_system_fonts=True).compile(format="png", ppi=ppi)
        return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made)]

    example, page = PICTURED
    return [pictures(_THUMBNAIL)[0], *([pictures(_PICTURE)[page - 1]] if stem == example else [])]


def files_of(example: Path, solution: derive.Solution) -> Iterator[tuple[str, bytes]]:
    """What one example renders to, by name of the file: each format, what it needs beside it, and the pictures."""
    for name, suffix in formats_of(example).items():
        rendered = solution.rendered(name, stem=example.stem)
        yield f"{example.stem}{suffix}", rendered.content
        yield from rendered.companions.items()
    thumbnail, *picture = pages_of(solution, example.stem)
    yield f"{example.stem}-thumbnail.png", thumbnail
    for page in picture:
        yield f"{example.stem}-page.png", page


def index(solutions: Mapping[Path, derive.Solution], files: Mapping[str, bytes]) -> str:
    """The page that shows the examples.

    Args:
        solutions: the examples, worked out.
        files: all files of the gallery by name, for their sizes.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    shown = [_shown(example, solution, files) for example, solution in solutions.items()]
    return environment.get_template("gallery.html.jinja").render(examples=shown)


def _shown(example: Path, solution: derive.Solution, files: Mapping[str, bytes]) -> dict[str, Any]:
    picture = f"{example.stem}-thumbnail.png"
    width, height = struct.unpack(">II", files[picture][16:24])
    names = {name: f"{example.stem}{suffix}" for name, suffix in formats_of(example).items()}
    return {
        "title": solution.title,
        "says": _says(solution),
        "file": example.name,
        "pdf": names["pdf"],
        "picture": picture,
        "width": width,
        "height": height,
        "links": [{"name": name, "href": file, "size": _size(len(files[file]))} for name, file in names.items()],
    }


def _says(solution: derive.Solution) -> str:
    """The example in one line: what it is made of, how its numbers are rounded."""
    file, policy = solution.network.file, solution.worked.policy
    unit = f"{policy.decimals} decimals" if policy.decimals is not None else f"{policy.significant} significant digits"
    carried = "at each step" if policy.each_step else "at the end"
    parts = [*_made_of(solution), f"rounded {carried} to {unit}"]
    if file.update is not None:
        parts.append("one update" if file.update.steps == 1 else f"{file.update.steps} updates")
    return ", ".join(parts).replace("_", " ") + "."


def _made_of(solution: derive.Solution) -> list[str]:
    """A network's shape, functions and cost; of equations, how much there is to work out."""
    file, model = solution.network.file, solution.network.model
    if file.network is None:
        return [f"{len(model.graph.definitions)} equations", f"{len(solution.steps)} steps back"]
    shape = "-".join(map(str, model.network.sizes))
    functions = dict.fromkeys(stage.function for stage in model.network.stages)
    return [shape, " and ".join(functions), file.network.cost]


def _size(count: int) -> str:
    return f"{count / 1000:.0f} kB"


def all_files() -> dict[str, bytes]:
    """The whole gallery."""
    solutions = {example: derive.solve(derive.load(example)) for example in EXAMPLES}
    files = {name: content for example, solved in solutions.items() for name, content in files_of(example, solved)}
    return {**files, "index.html": index(solutions, files).encode()}


def main() -> None:
    files = all_files()
    for path in OUTPUT.iterdir():
        if path.is_file() and path.name not in files:
            path.unlink()
            print(f"removed {path.name}")
    for name, content in files.items():
        path = OUTPUT / name
        path.parent.mkdir(exist_ok=True)
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
