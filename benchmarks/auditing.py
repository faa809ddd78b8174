"""(f) A class of papers on one network: how many claims are judged per second, against one page."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from statistics import median

from benchmarks.measure import ROOT, Result, forget, processor, say, seconds

_FILE = ROOT / "examples" / "blog-2-3-1.toml"
#: A paper in a hundredth of the time that a page takes.
_AIM = 0.01


def auditing(*, quick: bool) -> Iterator[Result]:
    """Compare the time for all papers of a class, the derivation once among it, with that of one rendered page."""
    say("(f) a class of papers …")
    import derive

    papers = list(_papers(50 if quick else 500))
    network = derive.load(_FILE)
    renders = []
    for _ in range(3 if quick else 5):
        forget()
        renders.append(processor(lambda: derive.solve(network).render("markdown")))
    derive.solve(network).audit(papers[0])  # warms up: imports
    forget()
    start = time.process_time()
    solution = derive.solve(network)
    wrong = [solution.audit(paper).wrong for paper in papers]
    spent = time.process_time() - start
    right = [paper for paper, mistakes in zip(papers, wrong, strict=True) if not mistakes]
    judged = processor(lambda: [solution.audit(paper) for paper in right]) / len(right)
    count = sum(map(len, papers))
    yield Result(
        "f",
        f"{len(papers)} papers audited, {count:,} claims, per paper : one render to Markdown",
        spent / len(papers) / median(renders),
        None if quick else _AIM,
        False,
        f"{seconds(spent)} : {seconds(median(renders))}; {count / spent:,.0f} claims per second, {sum(wrong)} wrong",
        f"a paper without a mistake alone: {judged / median(renders):.3f}; the rest tries what people do wrong",
    )


def _papers(number: int) -> Iterator[dict[str, str]]:
    """What students hand in: rounded to 3 to 6 decimals, carried on or not; most with a slip or two."""
    import derive

    source = random.Random(0)  # noqa: S311 - chance, no secret
    pages = []
    for decimals in (3, 4, 5, 6):
        for carried in ("each-step", "end"):
            overrides = {"numbers": {"round": carried, "decimals": decimals}}
            values = derive.solve(derive.load(_FILE, overrides)).values
            pages.append({name: value.shown for name, value in values.items()})
    for _ in range(number):
        paper = dict(source.choice(pages))
        for name in source.sample(sorted(paper), source.choice((0, 1, 1, 2, 3))):
            text = paper[name]
            flipped = text.removeprefix("-") if text.startswith("-") else f"-{text}"
            doubled = f"{2 * float(text):.4f}"
            retyped = text[:-1] + str((int(text[-1]) + source.randrange(1, 9)) % 10)
            paper[name] = source.choice((flipped, doubled, retyped))
        yield paper
