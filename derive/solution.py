"""A network worked out: its steps and values, and the pages that are made of them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from derive.errors import UsageError
from derive.kept import kept
from derive.outputs import figures_place, format_named, format_of, printable_stem, refuse_name
from derive.progress import Watch, unwatched, watched
from derive.spec.phrases import counted, listed, quoted

if TYPE_CHECKING:
    from sympy import Expr

    from derive.auditing.data import Audit
    from derive.auditing.judge import Auditor
    from derive.calculus import solution as calculus
    from derive.calculus.expressions import Expressions
    from derive.document.assignment import Assignment
    from derive.document.bank import Bank
    from derive.document.blocks import Document
    from derive.document.data import StepData, ValueData
    from derive.document.live import LiveData
    from derive.document.program.statements import Program
    from derive.document.workbook import Workbook
    from derive.network import Network
    from derive.proof.report import Report
    from derive.render.formats import Format, Options, Rendered
    from derive.render.own_template import OwnTemplate
    from derive.spec.claim_files import GivenClaims
    from derive.spec.paper import ClaimsFile

#: The settings in ``[document]`` that say how a page is rendered, not what it says.
PUBLISHING = ("flavour", "paper", "engine", "fragment")


class Written(NamedTuple):
    """What was written.

    Attributes:
        paths: the page's file, then the files that it needs beside it.
        notices: what the user should be told about it, as sentences.
    """

    paths: list[Path]
    notices: tuple[str, ...]


class Solution:
    """A network worked out.

    Args:
        network: what was solved.
        worked: the steps and values.
        claims: what somebody printed, for the page to judge; left out: the table ``[published]`` of the network file.
        watch: asked for the progress of each long stage.
    """

    def __init__(
        self,
        network: Network,
        worked: calculus.Worked,
        claims: ClaimsFile | None = None,
        watch: Watch = unwatched,
    ) -> None:
        self.network = network
        self.worked = worked
        self.claims = network.published if claims is None else claims
        self.watch = watch
        self.inputs = network.inputs

    def __repr__(self) -> str:
        cost = self.network.model.graph.result
        steps = counted(len(self.worked.steps), "step")
        return f"<Solution {quoted(self.title)}: {cost} {self.worked.values[cost].shown}, {steps}>"

    def with_claims(self, claims: GivenClaims) -> Solution:
        """The same solution, with a page that judges what somebody printed; ``claims`` as for :func:`audit`."""
        from derive.spec.claim_files import given_claims

        other = Solution(self.network, self.worked, given_claims(claims, self.auditor.knows), self.watch)
        if isinstance(claims, str | os.PathLike):
            other.inputs = (*self.inputs, ("file of claims", claims))
        other.__dict__ |= {name: self.__dict__[name] for name in _SHARED if name in self.__dict__}
        return other

    @property
    def title(self) -> str:
        """The title of the page."""
        return self.worked.title

    @kept
    def steps(self) -> Sequence[StepData]:
        """The numbered backward steps, as in the JSON."""
        from derive.document.data import step_of

        return tuple(step_of(self.worked, step) for step in self.worked.shown_steps)

    @kept
    def values(self) -> Mapping[str, ValueData]:
        """Every quantity by plain name, as in the JSON."""
        from derive.document.data import values_of

        return values_of(self.worked)

    @kept
    def differences(self) -> Report:
        """Every derivative held against central differences."""
        from derive.proof.numeric.differences import differences

        return differences(self.worked, progress=self.watch("proving"))

    @kept
    def document(self) -> Document:
        """The page as data."""
        from derive.document.settled import settled_page

        return settled_page(self.living)

    @kept
    def living(self) -> Document:
        """The page as data, with all that could stand on it with other numbers."""
        from derive.document.page import write_live

        audit = self.audit() if self.claims.claims or self.claims.code else None
        return write_live(self.worked, self.differences, audit, self.watch)

    @kept
    def live(self) -> LiveData | None:
        """What a browser needs to work the page out again; None where that would take too long."""
        from derive.document.page import live_of

        return live_of(self.living, self.worked)

    @kept
    def program(self) -> Program:
        """The program that works the page out again, for formats that hold code."""
        from derive.document.program.programming import program_of

        return program_of(self.document, self.worked)

    @kept
    def bank(self) -> Bank:
        """The exercise as questions with their answers, for the systems that courses run on."""
        from derive.course.parts.bank import bank_of

        return bank_of(self.worked)

    @kept
    def assignment(self) -> Assignment:
        """The worksheet as an assignment that is marked by hidden tests."""
        from derive.course.parts.assigned import assignment

        return assignment(self.worked)

    @kept
    def workbook(self) -> Workbook:
        """The model as a workbook, in which everything follows from the given numbers."""
        from derive.document.workbook import workbook_of

        return workbook_of(self.worked)

    def sympy(self, name: str) -> Expr:
        """A quantity or a derivative as a SymPy expression over all that is given.

        The symbols are the plain names of given values, which are real; :attr:`values` has their numbers. Where a
        function has no derivative, the expression is the one-sided one that the page takes.

        Args:
            name: its plain name, ``Cost``, ``z0``, ``dCost/dw0``, ``dO0/dz0``.

        Raises:
            UsageError: there is no such quantity before an update.
        """
        return self.expressions.named(name)

    @kept
    def expressions(self) -> Expressions:
        """The quantities and derivatives as SymPy expressions."""
        from derive.calculus.expressions import Expressions

        return Expressions(self.network.model.graph)

    def render(self, format: str, **options: Any) -> str | bytes:  # noqa: A002 - the field's own word
        """The solution in one format, without the files that it may need beside it.

        Args:
            format: ``markdown``, ``latex``, ``html``, ``pdf``, ``notebook``, ``python``, ``json``; for courses
                ``moodle``, ``qti``, ``canvas``, ``anki``, ``epub``, ``nbgrader``, ``xlsx``; or as the suffix has it,
                ``md``.
            **options: fields of :class:`derive.render.formats.Options`, such as ``part``, ``flavour`` or ``fragment``;
                they win over the settings in ``[document]`` of the file.

        Raises:
            UsageError: there is no such format or option.
            ToolError: an engine is missing, or it failed.
        """
        content = self.rendered(format, **options).content
        return content.decode() if format_named(format).is_text else content

    def rendered(self, format: str, **options: Any) -> Rendered:  # noqa: A002
        """The solution in one format, with the files that it needs beside it."""
        from derive.render.formats import Beside, Rendered, render

        row = format_named(format)
        settings = self.network.file.document
        chosen = _options({name: getattr(settings, name) for name in PUBLISHING} | options)
        if chosen.part != "solution":
            return self._part(row, chosen)
        if row.data is not None:
            data = row.data(getattr(self, row.takes), chosen.stem)
            return Rendered(data, notices=(row.notice,) if row.notice else ())
        live = self.live if row.lives and not chosen.fragment else None
        beside = Beside(live=live, program=self.program if row.has_program else None)
        document = self.document if live is None else self.living
        if self.watch is not unwatched:
            document = msgspec.structs.replace(document, blocks=watched(document.blocks, self.watch(row.name)))
        return render(document, row.name, chosen, beside)

    def _part(self, row: Format, chosen: Options) -> Rendered:
        """A part of the solution in one format."""
        from derive.course.parts.checking import NOTICE, TOO_LARGE, checking
        from derive.course.parts.compose import page_of
        from derive.course.parts.setting import exercise_of
        from derive.render.formats import FORMATS, Beside, render

        if not row.has_parts:
            others = listed([each.name for each in FORMATS.values() if each.has_parts], "and")
            shows = "only questions with their answers" if row.takes == "bank" else "only the whole solution"
            raise UsageError(f"{row.name} shows no {chosen.part}, {shows}; {others} show one")
        document = page_of(self.worked, chosen.part, folded=row.lives)
        checks = row.lives and chosen.part == "worksheet" and chosen.check and not chosen.fragment
        data = checking(self.worked) if checks else ""
        rendered = render(document, row.name, chosen, Beside(checking=data))
        notices = (*rendered.notices, NOTICE if data else TOO_LARGE) if checks else rendered.notices
        if row.name == "pdf" and chosen.part == "worksheet" and exercise_of(self.worked).layout == "grid":
            from derive.render.typst.binding import page_count

            pages = page_count(rendered.content)
            if pages > 1:
                notices += (f"the arrays take {pages} pages: on one, their letters would be too small to be read",)
        return msgspec.structs.replace(rendered, notices=notices)

    def save(self, path: str | os.PathLike[str], format: str | None = None, **options: Any) -> list[Path]:  # noqa: A002
        """Write the solution to a file.

        Args:
            path: the file.
            format: the format; left out: its suffix says it (``.md .tex .html .pdf .ipynb .py .json``).
            **options: as for :meth:`render`.

        Returns:
            The paths written: the file, then the files that it needs beside it.

        Raises:
            UsageError: the suffix is of no format, or the place cannot be written to.
            ToolError: an engine is missing, or it failed.
        """
        if not isinstance(path, str | os.PathLike):
            raise UsageError(f"save takes a path, and no {type(path).__name__}")
        target = Path(path)
        return self.write(target, format_of(target).name if format is None else format, **options).paths

    def write(self, target: Path, format: str, **options: Any) -> Written:  # noqa: A002
        """Write the solution to a file, in any format; into a pipe or a device goes the page alone."""
        from derive.files import is_stream, write_files

        row = format_named(format)
        refuse_name(target, row)
        stem = target.name.removesuffix(row.suffix) if target.name.endswith(row.suffix) else target.stem
        template = _template(options.get("template"))
        flavour = str(options.get("flavour") or self.network.file.document.flavour)
        place = figures_place(target, row, flavour, options.pop("figures", None))
        inputs = [*self.inputs, *([("template", template.path)] if template else [])]
        rendered = self.rendered(
            format, **{"stem": printable_stem(stem), "figures": place.address, **options, "template": template}
        )
        contents, notices = {target: rendered.content}, rendered.notices
        if is_stream(target):
            notices += alone(rendered)
        else:
            contents |= {place.folder / name: content for name, content in rendered.companions.items()}
        write_files(contents, inputs)
        return Written(list(contents), notices)

    def _repr_markdown_(self) -> str:
        """The page, as a notebook shows it: with its figures within the text."""
        from derive.render.code.notebook import shown_in_output

        return str(shown_in_output(self.document))

    def audit(self, claims: GivenClaims | None = None) -> Audit:
        """What somebody printed, judged; as :func:`audit`."""
        from derive.spec.claim_files import given_claims

        paper = self.claims if claims is None else given_claims(claims, self.auditor.knows)
        if paper.code:
            from derive.auditing.code.code_report import audit_script

            return audit_script(self.auditor, paper.code, paper.claims)
        return self.auditor.audit(paper.claims)

    def papers(self, path: str | os.PathLike[str], form: str | None = None) -> tuple[ClaimsFile, ...]:
        """The papers of a file of claims, to be audited one by one: many where it is a table with a row for each.

        Args:
            path: the file; ``-`` is standard input.
            form: how it is written, ``toml``, ``csv``, ``markdown`` or ``json``; left out: its suffix says so.

        Raises:
            InputError: the file cannot be used; holds all faults.
        """
        from derive.spec.claim_files import read_papers

        return read_papers(path, self.auditor.knows, form)

    @kept
    def auditor(self) -> Auditor:
        """What judges claims on this network: it keeps what it has worked out for the next ones."""
        from derive.auditing.judge import Auditor

        return Auditor(self.worked)

    def check(self) -> Sequence[Report]:
        """Every derivative proved in each independent way."""
        from derive.proof import prove

        return prove(self.worked, watch=self.watch)


#: What solutions of one network share, whatever is claimed of it.
_SHARED = ("auditor", "differences", "steps", "values")


def _options(given: Mapping[str, object]) -> Options:
    """What a caller chose, if there is such a choice."""
    from derive.render.formats import Options

    unknown = given.keys() - set(Options.__struct_fields__)
    if unknown:
        raise UsageError(f'no option is called "{min(unknown)}"; there are {", ".join(Options.__struct_fields__)}')
    try:
        return msgspec.convert({**given, "template": _template(given.get("template"))}, Options)
    except (msgspec.ValidationError, TypeError) as error:
        raise UsageError(f"an option has no such value: {str(error).replace('`$.', '`')}") from None


def _template(given: object) -> OwnTemplate | None:
    """A template of the user's own, by its path or as it has been read."""
    from derive.render.own_template import OwnTemplate, own_template

    if isinstance(given, str | os.PathLike):
        return own_template(Path(given))
    if given is None or isinstance(given, OwnTemplate):
        return given
    raise UsageError(f"template: a path is taken, and no {type(given).__name__}")


def alone(rendered: Rendered) -> tuple[str, ...]:
    """What is to be said where the page goes without the files beside it."""
    names = list(rendered.companions)
    files = ", ".join(names if len(names) <= 8 else [*names[:3], f"and {len(names) - 3} more files"])
    return (f"{files}: left out, as a stream takes the page alone; -o PATH writes both",) if names else ()
