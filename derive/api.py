"""What Python code uses: load a network, solve it, render or save the solution."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from derive.errors import Fault, InputError, UsageError, nearest
from derive.progress import Watch, unwatched, watched
from derive.spec.format import NetworkFile
from derive.spec.reader import Overrides, Source, check, read_source

if TYPE_CHECKING:
    from derive.calculus import solution as calculus
    from derive.calculus.values import QuantityError
    from derive.document.blocks import Document
    from derive.document.data import StepData, ValueData
    from derive.model.graph import Model
    from derive.proof.audit.data import Audit
    from derive.proof.audit.judge import Auditor
    from derive.proof.report import Report
    from derive.render.formats import Format, Rendered
    from derive.spec.claim_files import ClaimsFile, Given


class Network:
    """A network file that has been read and found right.

    Attributes:
        file: what stands in it.
        model: the graph of its definitions.
        source: its text, for messages.
    """

    def __init__(self, file: NetworkFile, model: Model, source: Source) -> None:
        self.file = file
        self.model = model
        self.source = source

    @cached_property
    def published(self) -> ClaimsFile:
        """The claims of the table ``[published]``, with their lines."""
        from derive.spec.arrays import unfolded
        from derive.spec.claim_files import ClaimsFile
        from derive.spec.claims import Claim

        table = self.file.published
        lines = self.source.find_lines(("published", name) for name in table)
        claims = (
            Claim(name, str(text), lines.get(("published", name)), place)
            for name, value in table.items()
            for place, text in unfolded(value)
        )
        return ClaimsFile(self.source.name, tuple(claims), ("published",))


def load(path: str | os.PathLike[str], overrides: Overrides | None = None) -> Network:
    """Read a network file.

    Args:
        path: the file; ``-`` is standard input.
        overrides: settings that win over the file's: ``{"numbers": {"decimals": 6}}``.

    Raises:
        InputError: something is wrong with it; holds all of its faults.
    """
    from derive.model.build import build
    from derive.model.naming import name_network

    source = read_source(path)
    file, faults = check(source, overrides or {})
    names = None if file is None else name_network(file)
    if names is not None:
        faults = [*faults, *source.placed(names.faults)]
        faults.sort(key=lambda fault: fault.line or 0)
    if file is None or names is None or faults:
        raise InputError(source.name, faults)
    return Network(file, build(file, names), source)


def solve(network: Network, watch: Watch = unwatched) -> Solution:
    """Work a network out.

    Args:
        network: from :func:`load`.
        watch: asked for the progress of each long stage, of this and of what is done with the solution.

    Raises:
        InputError: a quantity has no value, as the logarithm of a negative number.
        UsageError: it is no network.
    """
    from derive.calculus import solution as calculus
    from derive.calculus.values import QuantityError

    if not isinstance(network, Network):
        raise UsageError(f"derive.solve takes what derive.load gives, and no {type(network).__name__}")
    try:
        return Solution(network, calculus.solve(network.file, network.model, watch), watch=watch)
    except QuantityError as error:
        raise network.source.locate(InputError(network.source.name, [_fault(network, error)])) from None


def audit(network: Network | Solution, claims: Given | None = None) -> Audit:
    """Hold numbers and formulas that somebody printed against the truth.

    Args:
        network: from :func:`load`; or its solution, which is then not worked out again, however many papers there are.
        claims: by the name of the quantity, what was printed; the same in pairs; or the path of a file of claims
            (``.toml .csv .md .json``). Left out: the table ``[published]`` of the network file.

    Raises:
        InputError: something is wrong with the claims; holds all faults.
    """
    solution = network if isinstance(network, Solution) else solve(network)
    return solution.audit(claims)


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
        worked: calculus.Solution,
        claims: ClaimsFile | None = None,
        watch: Watch = unwatched,
    ) -> None:
        self.network = network
        self.worked = worked
        self.claims = network.published if claims is None else claims
        self.watch = watch

    def with_claims(self, claims: Given) -> Solution:
        """The same solution, with a page that judges what somebody printed; ``claims`` as for :func:`audit`."""
        from derive.spec.claim_files import given_claims

        other = Solution(self.network, self.worked, given_claims(claims), self.watch)
        other.__dict__ |= {name: self.__dict__[name] for name in _SHARED if name in self.__dict__}
        return other

    @property
    def title(self) -> str:
        """The title of the page."""
        return self.worked.title

    @cached_property
    def steps(self) -> Sequence[StepData]:
        """The numbered backward steps, as in the JSON."""
        from derive.document.data import step_of

        return tuple(step_of(self.worked, step) for step in self.worked.steps)

    @cached_property
    def values(self) -> Mapping[str, ValueData]:
        """Every quantity by plain name, as in the JSON."""
        from derive.document.data import values_of

        return values_of(self.worked)

    @cached_property
    def differences(self) -> Report:
        """Every derivative held against central differences."""
        from derive.proof.differences import differences

        return differences(self.worked, progress=self.watch("proving"))

    @cached_property
    def document(self) -> Document:
        """The page as data."""
        from derive.document.settled import settled_page

        return settled_page(self.living)

    @cached_property
    def living(self) -> Document:
        """The page as data, with all that could stand on it with other numbers."""
        from derive.document.page import write_live

        audit = self.audit() if self.claims.claims else None
        return write_live(self.worked, self.differences, audit, self.watch)

    @cached_property
    def program(self) -> Document:
        """The page with the program that works it out again, for formats that hold code."""
        from derive.document.programming import with_program

        return with_program(self.document, self.worked)

    def render(self, format: str, **options: Any) -> str | bytes:  # noqa: A002 - the field's own word
        """The solution in one format, without the files that it may need beside it.

        Args:
            format: ``markdown``, ``latex``, ``html``, ``pdf``, ``notebook``, ``python`` or ``json``.
            **options: fields of :class:`derive.render.formats.Options`, such as ``flavour``, ``paper`` or ``fragment``;
                they win over the settings in ``[document]`` of the file.

        Raises:
            UsageError: there is no such format or option.
            ToolError: an engine is missing, or it failed.
        """
        rendered = self.rendered(format, **options)
        return rendered.content.decode() if format_named(format).is_text else rendered.content

    def rendered(self, format: str, **options: Any) -> Rendered:  # noqa: A002
        """The solution in one format, with the files that it needs beside it."""
        from derive.render.formats import Options, Rendered, render

        row = format_named(format)
        unknown = options.keys() - set(Options.__struct_fields__)
        if unknown:
            raise UsageError(f'no option is called "{min(unknown)}"; there are {", ".join(Options.__struct_fields__)}')
        if isinstance(row, _Json):
            from derive.document.data import to_json

            return Rendered(to_json(self.worked).encode())
        settings = self.network.file.document
        chosen = {name: getattr(settings, name) for name in PUBLISHING} | options
        lives = row.lives and not chosen["fragment"] and self.living.live is not None
        document = self.program if row.has_program else self.living if lives else self.document
        if self.watch is not unwatched:
            document = msgspec.structs.replace(document, blocks=watched(document.blocks, self.watch(row.name)))
        return render(document, row.name, Options(**chosen))

    def save(self, path: str | os.PathLike[str], **options: Any) -> list[Path]:
        """Write the solution to a file; its suffix says in which format (``.md .tex .html .pdf .ipynb .py .json``).

        Returns:
            The paths written: the file, then the files that it needs beside it.
        """
        from derive.files import write_files

        target = Path(path)
        names = {row.suffix: row.name for row in all_formats().values()}
        if target.suffix not in names:
            raise UsageError(f'{target}: the suffix "{target.suffix}" is of no format; there are {", ".join(names)}')
        rendered = self.rendered(names[target.suffix], **{"stem": target.stem, **options})
        contents = {target: rendered.content} | {
            target.parent / name: content for name, content in rendered.companions.items()
        }
        write_files(contents)
        return list(contents)

    def _repr_markdown_(self) -> str:
        """The page, as a notebook shows it: with its figures within the text."""
        from derive.render.notebook import shown_in_output

        return str(shown_in_output(self.document))

    def audit(self, claims: Given | None = None) -> Audit:
        """What somebody printed, judged; as :func:`audit`."""
        from derive.spec.claim_files import given_claims
        from derive.spec.phrases import shown_path

        paper = self.claims if claims is None else given_claims(claims)
        try:
            return self.auditor.audit(paper.claims, paper.name)
        except InputError as error:
            faults = [
                msgspec.structs.replace(fault, path=shown_path((*paper.above, *fault.path[-1:])))
                for fault in error.faults
            ]
            raise InputError(paper.name, faults) from None

    @cached_property
    def auditor(self) -> Auditor:
        """What judges claims on this network: it keeps what it has worked out for the next ones."""
        from derive.proof.audit.judge import Auditor

        return Auditor(self.worked)

    def check(self) -> Sequence[Report]:
        """Every derivative proved in each independent way."""
        from derive.proof import prove

        return prove(self.worked, watch=self.watch)


#: What solutions of one network share, whatever is claimed of it.
_SHARED = ("auditor", "differences", "steps", "values")


def _fault(network: Network, error: QuantityError) -> Fault:
    """What to tell where a quantity has no value: which key of the file it comes from, and what would mend it."""
    from derive.catalogue.costs import COSTS
    from derive.expression.plain import plain

    file, model = network.file, network.model
    name, _, updates = error.name.partition("+")
    place, where = _place(network, name)
    definition = model.graph.definitions.get(name)
    formula = f" = {plain(definition.expr)}" if definition else ""
    found = f"{error.name}{formula} cannot be worked out: {error.what}"
    expected = hint = ""
    if where == "cost":
        row = COSTS.get(file.network.cost)
        if row is not None and row.output_domain is not None:
            low, high = row.output_domain
            expected = f"outputs above {low} and below {high} for {row.name}"
    if updates or "+" in error.name:
        hint = "met during the updates: a smaller learning rate may keep it away"
    if error.rounded:
        hint = 'met because results are rounded at each step: more digits, or round = "end", may keep it away'
    return Fault(place, found, expected, hint)


def _place(network: Network, name: str) -> tuple[tuple[str | int, ...], str]:
    """The key of the file that a quantity comes from, and what kind of key that is."""
    model = network.model.network
    about = name.rsplit("/", maxsplit=1)[-1].removeprefix("d") if "/" in name else name
    for index, layer in enumerate(model.layers):
        for position, neuron in enumerate(layer.neurons):
            if name.startswith(f"d{model.cost}/") and about in (neuron.output, neuron.net_input):
                is_last = index == len(model.layers) - 1
                if is_last and about == neuron.output:
                    return ("network", "cost"), "cost"
            if about == neuron.net_input and "/" not in name:
                return ("network", "layers", index, "weights", position), "weights"
            if about in (neuron.output, neuron.net_input):
                return ("network", "layers", index, "activation"), "activation"
    return ("network", "cost"), "cost"


#: The settings in ``[document]`` that say how a page is rendered, not what it says.
PUBLISHING = ("flavour", "paper", "engine", "fragment")


class _Json(msgspec.Struct, frozen=True):
    """The solution as data, which is a format like the others to whoever asks for one."""

    name: str = "json"
    suffix: str = ".json"
    is_text: bool = True
    has_fragments: bool = False


JSON = _Json()


def all_formats() -> dict[str, Format | _Json]:
    """Every format by name, in the order that they are listed in."""
    from derive.render.formats import FORMATS

    return {**FORMATS, JSON.name: JSON}


def format_named(name: str) -> Format | _Json:
    """The format of a name.

    Raises:
        UsageError: there is none.
    """
    formats = all_formats()
    if name not in formats:
        hint = nearest(name, formats)
        raise UsageError(
            f'no format is called "{name}"; there are {", ".join(formats)}' + (f" ({hint})" if hint else "")
        )
    return formats[name]


__all__ = ["Network", "Path", "Solution", "audit", "load", "solve"]
