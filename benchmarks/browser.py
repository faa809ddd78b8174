"""(l) A long page in a browser, against a bare page with the same formulas."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measure import Result, say, seconds

#: About 290 steps.
_SIZES = (10, 10, 12)
_AIMS = {"load": 1.5, "a changed number to the next frame": 0.3}

#: Until the next frame has been drawn.
_FRAME = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
#: Changes a number, and waits until the frame with what comes of it has been drawn.
_CHANGE = f"""text => {{
  const field = document.querySelector('input[id^="_field-"]');
  field.value = text;
  field.dispatchEvent(new Event("input", {{bubbles: true}}));
  field.dispatchEvent(new Event("change", {{bubbles: true}}));
  return {_FRAME};
}}"""
#: Long enough for a page to have proved its gradients anew, which goes on after the frame, in milliseconds.
_PROVED = 2000


def browser(*, quick: bool) -> Iterator[Result]:
    """Load both pages in turn, each in a tab of its own, then change a weight of ours."""
    say("(l) a long page in a browser …")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        for what, aim in _AIMS.items():
            yield Result(
                "l", f"{what}, a long page in a browser", None, aim, False, "no Chromium or no Playwright here"
            )
        return
    steps, page = _page()
    formulas = re.findall(r"<math\b.*?</math>", page, re.DOTALL)
    bare = "<!DOCTYPE html><meta charset=utf-8><title>Bare</title>" + "".join(f"<p>{each}</p>" for each in formulas)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        places = {name: Path(folder) / f"{name}.html" for name in ("ours", "bare")}
        for name, text in (("ours", page), ("bare", bare)):
            places[name].write_text(text, encoding="utf-8")
        loads: dict[str, list[float]] = {"ours": [], "bare": []}
        changes: list[float] = []
        for turn in range(2 if quick else 6):
            for name, place in places.items():
                tab = chromium.new_page()
                spent = _busy(tab)
                tab.goto(place.as_uri(), wait_until="load", timeout=0)
                tab.evaluate(_FRAME)
                loaded = spent()
                changed = [_changed(tab, spent, number) for number in range(11, 16)] if name == "ours" else []
                if turn:
                    loads[name].append(loaded)
                    changes += changed[1:]
                tab.close()
        chromium.close()
    theirs = median(loads["bare"])
    limit = "the program of the page, and all that its numbers stand in"
    for (what, aim), ours in zip(_AIMS.items(), (median(loads["ours"]), median(changes)), strict=True):
        detail = f"{seconds(ours)} : {seconds(theirs)} of loading {len(formulas):,} formulas bare"
        yield Result(
            "l", f"{what}, page of {steps} steps : a bare page's load", ours / theirs, aim, False, detail, limit
        )


def _page() -> tuple[int, str]:
    import derive
    from derive.spec.starter import starter

    solution = derive.solve(derive.loads(starter("A long page", _SIZES), {"document": {"detail": "full"}}))
    return len(solution.steps), solution.render("html")


def _busy(tab: Any) -> Callable[[], float]:
    """Tells how long the tab's main thread has been at work by now, in seconds: other programs do not count."""
    inside = tab.context.new_cdp_session(tab)
    inside.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        found = {each["name"]: each["value"] for each in inside.send("Performance.getMetrics")["metrics"]}
        return float(found["TaskDuration"])

    return spent


def _changed(tab: Any, spent: Callable[[], float], number: int) -> float:
    """What it does from a changed number until the frame that shows what comes of it, in seconds."""
    before = spent()
    tab.evaluate(_CHANGE, f"0.{number}")
    after = spent()
    tab.wait_for_timeout(_PROVED)
    return after - before
