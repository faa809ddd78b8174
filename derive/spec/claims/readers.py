"""The readers of files of claims, by suffix; those that few files need are loaded when one is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from derive.errors import Fault
from derive.spec.claims.claim import Entry, Found, Known
from derive.spec.claims.delimited import read_csv, read_records
from derive.spec.claims.objects import read_json
from derive.spec.phrases import describe, near
from derive.spec.reading import syntax
from derive.spec.reading.source import Source

_EXPECTED: Final = "a table of what was printed, [published]"
#: A line of such a table, for who does not know what to write.
START: Final = 'a line of it is "dCost/dw6" = "-0.0597"'


def _read_toml(source: Source, known: Known) -> Found:
    """The table ``[published]``, or the names at the top of a file that has no such table."""
    data = syntax.load(source.text)
    if isinstance(data, Fault):
        return Found((), (data,))
    published = data.get("published", data)
    if not isinstance(published, Mapping):
        return Found((), (Fault(("published",), describe(published), _EXPECTED),))
    if published is data and "network" in data:
        return Found((), (Fault((), "a network file without a table [published]", _EXPECTED, START),))
    beside = [name for name in data if published is not data and known(name)]
    if beside:  # read whole, or not at all
        line = source.find_lines([(beside[0],)]).get((beside[0],))
        return Found((), (Fault((beside[0],), "a name beside the table [published]", "all names in it", line=line),))
    above = () if published is data else ("published",)
    lines = source.find_lines((*above, name) for name in published)
    entries: list[Entry] = []
    for name, value in published.items():
        path = (*above, name)
        if isinstance(value, Mapping) and near(name, ("published",)):
            hint = near(name, ("published",))
            return Found((), (Fault(path, "an unknown table", _EXPECTED, hint, lines.get(path)),))
        entries.append(Entry(path, name, value, lines.get(path)))
    return Found(tuple(entries))


def _read_markdown(source: Source, known: Known) -> Found:
    from derive.spec.claims.code_cells import fenced_cells
    from derive.spec.claims.markdown import has_tables, read_markdown

    code = fenced_cells(source.text)
    if code and not has_tables(source.text):
        return Found((), code=code)
    return msgspec.structs.replace(read_markdown(source, known), code=code)


def _read_text_lines(source: Source, known: Known) -> Found:
    from derive.spec.claims.code_cells import cells_in_text
    from derive.spec.claims.text_lines import read_text

    code = cells_in_text(source.text)
    return Found((), code=code) if code else read_text(source, known)


def _read_script(source: Source, known: Known) -> Found:
    from derive.spec.claims.code_cells import MAX_CODE, CodeCell, parsed

    if len(source.text) > MAX_CODE:
        return Found((), (Fault((), f"{len(source.text):,} characters of code", f"at most {MAX_CODE:,}"),))
    if parsed(source.text) is None:
        return Found((), (Fault((), "no code of Python 3 that can be read", "a script, without mistakes of syntax"),))
    return Found((), code=(CodeCell(source.text),))


def _read_notebook(source: Source, known: Known) -> Found:
    from derive.spec.claims.code_cells import notebook_cells

    cells = notebook_cells(source.text)
    return Found((), (cells,)) if isinstance(cells, Fault) else Found((), code=cells)


def read_workbook(data: bytes, name: str, known: Known) -> Found:
    """What a workbook claims."""
    from derive.spec.claims.workbooks import rows_of

    return read_records(rows_of(data, name), "", known)


#: The suffix of workbooks, which are no text.
WORKBOOK: Final = ".xlsx"
#: What reads a file, by its suffix.
READERS: Final[Mapping[str, Callable[[Source, Known], Found]]] = {
    ".toml": _read_toml,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".json": read_json,
    ".txt": _read_text_lines,
    ".py": _read_script,
    ".ipynb": _read_notebook,
}
#: How a file is written that its suffix does not say it of.
FORMS: Final = {"toml": ".toml", "csv": ".csv", "markdown": ".md", "json": ".json"}
