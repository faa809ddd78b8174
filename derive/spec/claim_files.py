"""Files of claims: what somebody printed or handed in, as TOML, CSV, JSON, Markdown or plain text.

They are as hostile as network files, and get the same errors and limits. A file that cannot be used is refused, with
all of its faults, each with file, line, key, what was found and what was expected. What cannot be read in one place of
a file that can is a claim with its fault: it leaves the rest to be judged.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path as FilePath
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import inspect

from derive.errors import Fault, FormulaError, InputError, UsageError
from derive.spec import arrays
from derive.spec import settings as network_file
from derive.spec.base import PlainName
from derive.spec.claims.claim import Claim, Entry, Found, Known, RowFault
from derive.spec.claims.commas import settled
from derive.spec.paper import ClaimsFile
from derive.spec.phrases import counted, describe, listed, near, printable, quoted, shortened, shown_path
from derive.spec.reading.source import Source, read_bytes, read_source
from derive.spec.reading.values import Trouble, single, unwrapped
from derive.spec.reading.walk import MAX_FAULTS

if TYPE_CHECKING:
    pass

#: The most papers of one file.
MAX_PAPERS: Final = 10_000


#: What Python code may give for claims.
GivenClaims = ClaimsFile | str | os.PathLike[str] | Mapping[str, object] | Iterable[object]


def _nothing(word: str) -> bool:
    return False


def read_papers(
    path: str | os.PathLike[str], known: Known = _nothing, form: str | None = None
) -> tuple[ClaimsFile, ...]:
    """Read a file of claims, which may hold the papers of a whole class: a table with a row for each.

    Args:
        path: the file; ``-`` is standard input.
        known: whether a word is the name of a quantity of the network: heads of tables may be such names.
        form: how it is written: ``toml``, ``csv``, ``markdown``, ``json``; left out: its suffix says so, and standard
            input is TOML.

    Raises:
        InputError: the file cannot be used; holds all of its faults.
        UsageError: it is no path, or nothing is written in such a form.
    """
    _, papers, faults, source = _read(path, known, form)
    if faults:
        raise InputError(source.name, source.placed(faults))
    return papers


class ClassFile(msgspec.Struct, frozen=True):
    """A file with papers of a class.

    Attributes:
        papers: those that can be read.
        faults: why others cannot, row by row.
        twice: whose papers stand there more than once.
        columns: where it is a list, the names of the quantities that its columns are about, as they are written.
    """

    papers: tuple[ClaimsFile, ...]
    faults: InputError | None = None
    twice: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


def read_class(path: str | os.PathLike[str], known: Known = _nothing) -> ClassFile:
    """Read a file as :func:`read_papers` does; of a list, a row that cannot be used leaves the others.

    Of a paper that stands there twice nobody knows which counts: neither is read.

    Raises:
        InputError: the file cannot be used; holds all of its faults.
    """
    columns, papers, faults, source = _read(path, known)
    lost = [fault for fault in faults if isinstance(fault, RowFault)]
    if len(lost) < len(faults):
        raise InputError(source.name, source.placed(faults))
    twice = tuple(dict.fromkeys(fault.paper for fault in lost if fault.paper))
    left = tuple(paper for paper in papers if paper.paper not in twice)
    return ClassFile(left, InputError(source.name, source.placed(lost)) if lost else None, twice, columns)


def _read(
    path: str | os.PathLike[str], known: Known, form: str | None = None
) -> tuple[tuple[str, ...], tuple[ClaimsFile, ...], list[Fault], Source]:
    """What stands in a file: the columns of a list, the papers, and what cannot be used."""
    from derive.spec.claims.readers import FORMS, READERS, START, WORKBOOK, read_workbook  # few pages judge a file

    if not isinstance(path, str | os.PathLike):
        raise UsageError(f"claims are read from a path, and no {type(path).__name__}")
    if form is not None and form not in FORMS:
        hint = near(str(form), FORMS)
        raise UsageError(f"claims are written as {listed(FORMS)}, and not as {form}" + (f" ({hint})" if hint else ""))
    suffix = FORMS[form] if form else ".toml" if path == "-" else PurePath(path).suffix.lower()
    wanted = f"claims in a file of {listed((*READERS, WORKBOOK))}"
    reader = READERS.get(suffix)
    if suffix == WORKBOOK:
        name, data = read_bytes(path, (wanted, ""))
        source, found = Source(name, ""), read_workbook(data, name, known)
    else:
        source = read_source(path, (wanted, START if suffix == ".toml" else ""))
        if reader is None:
            what = f"a file with the suffix {quoted(suffix)}" if suffix else "a file without a suffix"
            raise InputError(source.name, [Fault((), what, wanted, near(suffix, (*READERS, WORKBOOK)))])
        found = reader(source, known)
    papers, faults = _checked(found, source.name)
    if found.code and not faults and len(papers) == 1:
        return (), (msgspec.structs.replace(papers[0], code=found.code),), [], source
    if not faults and not (papers and (papers[0].paper or papers[0].claims)):
        faults = [Fault((), "no claims", "at least one name with what was printed for it")]
    return found.columns, papers, faults, source


def read_claims(path: str | os.PathLike[str], known: Known = _nothing) -> ClaimsFile:
    """Read a file of claims that is one paper; see :func:`read_papers`.

    Raises:
        InputError: the file cannot be used, or holds many papers.
    """
    if path != "-" and os.path.isdir(path):
        raise InputError(os.fspath(path), [Fault((), "a directory", "one file of claims")])
    first, *others = read_papers(path, known)
    if first.paper:
        what = f"a table of {counted(len(others) + 1, 'paper')}"
        raise InputError(first.name, [Fault((), what, "one paper", "derive audit judges them all")])
    return first


def files_of(path: str) -> Sequence[str] | None:
    """The files of a folder of papers, those of its folders among them, in the order of their names; None of a file.

    Files whose names begin with a point are passed over.

    Raises:
        UsageError: there are none.
    """
    if path == "-" or not os.path.isdir(path):
        return None
    found = [
        os.path.join(folder, name)
        for folder, inside, names in os.walk(path)
        if not any(part.startswith(".") for part in PurePath(folder).relative_to(path).parts)
        for name in names
        if not name.startswith(".")
    ]
    if not found:
        raise UsageError(f"{path}: a folder without files of claims")
    return sorted(found, key=lambda name: FilePath(name).parts)


def given_claims(claims: GivenClaims, known: Known = _nothing) -> ClaimsFile:
    """Claims as Python code gives them.

    Args:
        claims: names with what was printed for them, as a mapping, as pairs or as :class:`Claim`; a path; or claims
            that have been read already. A number counts with the digits that Python prints it with.
        known: as for :func:`read_papers`.

    Raises:
        InputError: something is wrong with them.
        UsageError: they are nothing of these.
    """
    match claims:
        case ClaimsFile():
            return claims
        case str() | os.PathLike():
            return read_claims(claims, known)
        case Mapping():
            pairs: Iterable[object] = claims.items()
        case Iterable() if not isinstance(claims, bytes):
            pairs = claims
        case _:
            expected = "a path, or names with what was printed for them"
            raise UsageError(f"claims are {expected}, and no {type(claims).__name__}")
    entries: list[Entry] = []
    faults: list[Fault] = []
    for found in map(_given, enumerate(pairs)):
        (faults if isinstance(found, Fault) else entries).append(found)  # type: ignore[arg-type]
    for entry in entries:
        if not (isinstance(entry.value, str) and isinstance(entry.name, str) and entry.name):
            # What a text says may be unreadable; what is no text is a mistake of the program.
            faults += [claim.fault for claim in _claims(entry) if claim.fault is not None]
    papers, more = _checked(Found(tuple(entries)), "claims")
    faults += more
    if faults:
        raise InputError("claims", [msgspec.structs.replace(fault, path=shown_path(fault.path)) for fault in faults])
    return papers[0]


def published_claims(name: str, claims: Iterable[Claim]) -> ClaimsFile:
    """The claims of the table ``[published]`` of a network file."""
    return ClaimsFile(name, tuple(_with_points(list(claims), comma=False)), ("published",))


def _given(item: tuple[int, object]) -> Entry | Fault:
    match item:
        case _, Claim(name, text, line):
            return Entry((name,), name, text, line)
        case _, (str() as name, value):
            return Entry((name,), name, _exact(value))
        case index, other:
            return Fault((index,), f"an object of the type {type(other).__name__}", "a name with what was printed")


def _exact(value: object) -> object:
    """A float as the decimal that Python prints it as, also in a list."""
    if isinstance(value, list | tuple):
        return list(map(_exact, value))
    return Decimal(float.__repr__(value)) if isinstance(value, float) else value


_read_name: Final = single(*unwrapped(inspect.type_info(PlainName)))
_read_text: Final = single(*unwrapped(inspect.type_info(network_file.ClaimText)))


def _checked(found: Found, name: str) -> tuple[tuple[ClaimsFile, ...], list[Fault]]:
    """The papers of a file, and why it cannot be used."""
    faults = list(found.faults)
    papers: dict[str, list[Claim]] = {paper: [] for paper in found.papers or ("",)}
    if len(papers) > MAX_PAPERS:
        return (), [Fault((), counted(len(papers), "paper"), f"at most {counted(MAX_PAPERS, 'paper')}")]
    lines: dict[tuple[object, ...], dict[str, int | None]] = {}
    for entry in found.entries:
        for claim in _claims(entry):
            before = lines.setdefault((entry.paper, claim.name, claim.entry, claim.asked), {})
            if claim.fault is not None or not before:
                good = claim
            elif not (found.again or entry.paper):
                good = msgspec.structs.replace(claim, fault=_second(claim, next(iter(before.values()))))
            elif claim.text in before:
                continue
            else:
                good = claim
            if good.fault is None:
                before[claim.text] = claim.line
            papers[entry.paper].append(good)
    if not all(isinstance(fault, RowFault) for fault in faults):
        faults += [claim.fault for claims in papers.values() for claim in claims if claim.fault is not None]
    most = max(map(len, papers.values()))
    if most > network_file.MAX_CLAIMS:
        return (), [Fault((), counted(most, "claim"), f"at most {counted(network_file.MAX_CLAIMS, 'claim')}")]
    if len(faults) > MAX_FAULTS:
        faults = [Fault((), f"{len(faults) - MAX_FAULTS:,} more faults, which are not listed"), *faults[:MAX_FAULTS]]
    several = found.papers is not None
    files = (
        ClaimsFile(name, tuple(_with_points(claims, comma=found.comma)), paper=paper if several else "")
        for paper, claims in papers.items()
    )
    return tuple(files), faults


def _second(claim: Claim, first: int | None) -> Fault:
    return Fault((), f"set a second time{'' if first is None else f'; line {first} sets it already'}", line=claim.line)


def _with_points(claims: Sequence[Claim], *, comma: bool) -> Iterator[Claim]:
    """The claims of a paper with decimal points throughout."""
    texts = settled([claim.text if claim.fault is None else "" for claim in claims], comma=comma)
    for claim, text in zip(claims, texts, strict=True):
        if isinstance(text, Fault):
            yield msgspec.structs.replace(claim, fault=msgspec.structs.replace(text, line=claim.line))
        else:
            yield claim if claim.fault is not None else msgspec.structs.replace(claim, text=text)


def _name_of(entry: Entry) -> str | Fault:
    name = _read_name(entry.name.strip() if isinstance(entry.name, str) else entry.name)
    if isinstance(name, Trouble):
        return Fault(entry.path, f"the name is {name.found}", name.expected, line=entry.line)
    return str(name)


def _text_of(entry: Entry) -> str | Fault:
    text = _read_text(entry.value.strip() if isinstance(entry.value, str) else entry.value)
    if isinstance(text, Trouble):
        return Fault(entry.path, text.found, text.expected, text.hint, entry.line)
    return str(text)


def _claims(entry: Entry) -> Iterator[Claim]:
    """The claims of an entry, one for each number of a list or matrix; what cannot be read, with what is wrong."""
    try:
        values = arrays.unfolded(entry.value)
    except FormulaError as error:
        yield _claim(entry, fault=Fault(entry.path, error.found, error.expected, error.hint))
        return
    for place, value in values:
        yield _claim(msgspec.structs.replace(entry, value=value), place)


def _claim(entry: Entry, place: arrays.ArrayPlace | None = None, fault: Fault | None = None) -> Claim:
    name, text = _name_of(entry), _text_of(entry)
    found = next((part for part in (entry.fault, fault, name, text) if isinstance(part, Fault)), None)
    if found is not None:
        found = msgspec.structs.replace(found, path=entry.path, line=entry.line)
    written = name if isinstance(name, str) else _shown(entry.name)
    said = text if isinstance(text, str) else _shown(entry.value)
    return Claim(written, said, entry.line, place, entry.asked, found)


def _shown(value: object) -> str:
    """What stands in a file, as it is repeated of what cannot be read."""
    return printable(shortened(value.strip())) if isinstance(value, str) else "" if value is None else describe(value)
