"""A student who makes some updates with an optimizer on paper, each line of the states too, perhaps with a mistake.

As in :mod:`tests.audit.paper`, nothing here is taken from the package: the rules are those of PyTorch's pages.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from typing import NamedTuple

from tests.audit.paper import CONTEXT, Digits, Net, Paper, random_net

D = Decimal
#: What a line of one parameter is worked out from: w, g, d (the gradient with weight decay), states, old states, k.
Letters = Mapping[str, Decimal]
Rule = Callable[[Letters], Decimal]


def _mean(s: Letters) -> Decimal:
    return s["beta1"] * s["m"] + (1 - s["beta1"]) * s["d"]


def _mean_square(s: Letters) -> Decimal:
    return s["beta2"] * s["v"] + (1 - s["beta2"]) * s["d"] ** 2


def _adam(s: Letters) -> Decimal:
    return s["eta"] * s["m_hat"] / (s["v_hat"].sqrt() + s["eps"])


_MEANS: dict[str, Rule] = {
    "m": _mean,
    "v": _mean_square,
    "m_hat": lambda s: s["m"] / (1 - s["beta1"] ** int(s["k"])),
    "v_hat": lambda s: s["v"] / (1 - s["beta2"] ** int(s["k"])),
}

#: By optimizer: its lines in order.
RULES: dict[str, dict[str, Rule]] = {
    "sgd": {"w": lambda s: s["w"] - s["eta"] * s["d"]},
    "momentum": {"m": lambda s: s["momentum"] * s["m"] + s["d"], "w": lambda s: s["w"] - s["eta"] * s["m"]},
    "nesterov": {
        "m": lambda s: s["momentum"] * s["m"] + s["d"],
        "w": lambda s: s["w"] - s["eta"] * (s["d"] + s["momentum"] * s["m"]),
    },
    "adagrad": {
        "v": lambda s: s["v"] + s["d"] ** 2,
        "w": lambda s: s["w"] - s["eta"] * s["d"] / (s["v"].sqrt() + s["eps"]),
    },
    "rmsprop": {
        "v": lambda s: s["alpha"] * s["v"] + (1 - s["alpha"]) * s["d"] ** 2,
        "w": lambda s: s["w"] - s["eta"] * s["d"] / (s["v"].sqrt() + s["eps"]),
    },
    "adam": {**_MEANS, "w": lambda s: s["w"] - _adam(s)},
    "adamw": {**_MEANS, "w": lambda s: s["w"] - s["eta"] * s["weight_decay"] * s["w"] - _adam(s)},
}

#: Numbers for which nothing is lost among the digits: an eps that can be seen, and states that differ from update to
#: update.
CONSTANTS: dict[str, dict[str, str]] = {
    "sgd": {},
    "momentum": {"momentum": "0.8"},
    "nesterov": {"momentum": "0.8"},
    "adagrad": {"eps": "0.01"},
    "rmsprop": {"alpha": "0.9", "eps": "0.01"},
    "adam": {"beta1": "0.8", "beta2": "0.95", "eps": "0.01"},
    "adamw": {"beta1": "0.8", "beta2": "0.95", "eps": "0.01"},
}
DECAY = "0.05"
STATES = ("g", "m", "v", "m_hat", "v_hat")


class Habit(NamedTuple):
    """A mistake in the lines of an update.

    Attributes:
        codes: what it may be called rightly.
        lines: by optimizer, the lines that are worked out otherwise, and how.
        decay: whether it needs weight decay.
        gradients: which gradients are used: those of the update, or those of the "first".
        once: whether it can be made in a single line as well.
    """

    codes: tuple[str, ...]
    lines: Mapping[str, Mapping[str, Rule]]
    decay: bool = False
    gradients: str = "own"
    once: bool = True


def _for(optimizers: str, lines: Mapping[str, Rule]) -> dict[str, Mapping[str, Rule]]:
    return {name: {letter: lines[letter] for letter in lines} for name in optimizers.split()}


def _with(optimizers: str, change: Callable[[Letters], dict[str, Decimal]], letters: str = "w") -> dict:
    """The right lines, worked out from other numbers."""
    return {
        name: {
            letter: lambda s, rule=RULES[name][letter]: rule({**s, **change(s)})
            for letter in letters.split()
            if letter in RULES[name]
        }
        for name in optimizers.split()
    }


_ALL = "sgd momentum nesterov adagrad rmsprop adam adamw"
_KEEPING = "momentum nesterov adagrad rmsprop adam adamw"
_ZERO = D(0)

HABITS: dict[str, Habit] = {
    "no bias correction": Habit(
        ("bias-correction",), _with("adam adamw", lambda s: {"m_hat": s["m"], "v_hat": s["v"]})
    ),
    "only m corrected": Habit(("bias-correction",), _with("adam adamw", lambda s: {"v_hat": s["v"]})),
    "corrected means that are not": Habit(
        ("bias-correction",), _for("adam adamw", {"m_hat": lambda s: s["m"], "v_hat": lambda s: s["v"]})
    ),
    "correction always of the first update": Habit(
        ("correction-power",), _with("adam adamw", lambda s: {"k": D(1)}, "m_hat v_hat")
    ),
    "states begun anew": Habit(
        ("state-not-kept",), _with(_KEEPING, lambda s: {"m": _ZERO, "v": _ZERO}, "m v"), once=False
    ),
    "state m begun anew": Habit(
        ("state-not-kept",), _with("momentum nesterov adam adamw", lambda s: {"m": _ZERO}, "m")
    ),
    "state v begun anew": Habit(("state-not-kept",), _with("adagrad rmsprop adam adamw", lambda s: {"v": _ZERO}, "v")),
    "decay after the step": Habit(
        ("weight-decay",),
        _for("adamw", {"w": lambda s: (s["w"] - _adam(s)) * (1 - s["eta"] * s["weight_decay"])}),
        decay=True,
    ),
    "decay in the gradient": Habit(
        ("weight-decay",),
        {
            "adamw": {
                "m": lambda s: _mean({**s, "d": s["g"] + s["weight_decay"] * s["w"]}),
                "v": lambda s: _mean_square({**s, "d": s["g"] + s["weight_decay"] * s["w"]}),
                "w": lambda s: s["w"] - _adam(s),
            }
        },
        decay=True,
        once=False,
    ),
    "decay beside the step": Habit(
        ("weight-decay",),
        {
            name: {
                letter: lambda s, rule=rule, letter=letter: (
                    rule({**s, "d": s["g"]}) - (s["eta"] * s["weight_decay"] * s["w"] if letter == "w" else 0)
                )
                for letter, rule in RULES[name].items()
            }
            for name in "momentum nesterov rmsprop adam".split()
        },
        decay=True,
        once=False,
    ),
    "decay left out": Habit(
        ("weight-decay",),
        {
            **_with("sgd momentum nesterov adagrad rmsprop adam", lambda s: {"d": s["g"]}, "m v w"),
            "adamw": {"w": lambda s: s["w"] - _adam(s)},
        },
        decay=True,
        once=False,
    ),
    "eps inside the root": Habit(
        ("eps",),
        {
            **_for("adagrad rmsprop", {"w": lambda s: s["w"] - s["eta"] * s["d"] / (s["v"] + s["eps"]).sqrt()}),
            "adam": {"w": lambda s: s["w"] - s["eta"] * s["m_hat"] / (s["v_hat"] + s["eps"]).sqrt()},
        },
    ),
    "momentum as an average": Habit(
        ("state-share",),
        _for("momentum nesterov", {"m": lambda s: s["momentum"] * s["m"] + (1 - s["momentum"]) * s["d"]}),
    ),
    "averages as sums": Habit(
        ("state-share",),
        _for(
            "adam adamw",
            {"m": lambda s: s["beta1"] * s["m"] + s["d"], "v": lambda s: s["beta2"] * s["v"] + s["d"] ** 2},
        ),
    ),
    "shares exchanged": Habit(
        ("state-share",),
        {
            **_for("adam adamw", {"m": lambda s: (1 - s["beta1"]) * s["m"] + s["beta1"] * s["d"]}),
            "rmsprop": {"v": lambda s: (1 - s["alpha"]) * s["v"] + s["alpha"] * s["d"] ** 2},
        },
    ),
    "betas exchanged": Habit(
        ("state-share",),
        _with("adam adamw", lambda s: {"beta1": s["beta2"], "beta2": s["beta1"]}, "m v m_hat v_hat"),
        once=False,
    ),
    "rate in the state": Habit(
        ("rate-in-state",),
        _for("momentum", {"m": lambda s: s["momentum"] * s["m"] + s["eta"] * s["d"], "w": lambda s: s["w"] - s["m"]}),
        once=False,
    ),
    "square forgotten": Habit(
        ("square-missing",), _with("adagrad rmsprop adam adamw", lambda s: {"d": abs(s["d"]).sqrt()}, "v")
    ),
    "root forgotten": Habit(
        ("root-missing",),
        {
            **_for("adagrad rmsprop", {"w": lambda s: s["w"] - s["eta"] * s["d"] / (s["v"] + s["eps"])}),
            "adam": {"w": lambda s: s["w"] - s["eta"] * s["m_hat"] / (s["v_hat"] + s["eps"])},
        },
    ),
    "plain descent": Habit(("other-optimizer",), _for(_KEEPING, {"w": lambda s: s["w"] - s["eta"] * s["g"]})),
    "momentum for nesterov": Habit(("other-optimizer",), _for("nesterov", {"w": lambda s: s["w"] - s["eta"] * s["m"]})),
    "nesterov for momentum": Habit(
        ("other-optimizer",), _for("momentum", {"w": lambda s: s["w"] - s["eta"] * (s["d"] + s["momentum"] * s["m"])})
    ),
    "a sum for an average": Habit(
        ("other-optimizer", "state-share"), _for("rmsprop", {"v": lambda s: s["v"] + s["d"] ** 2})
    ),
    "old state": Habit(
        ("old-state",),
        {
            **_with("momentum adagrad rmsprop", lambda s: {"m": s["m_old"], "v": s["v_old"]}),
            **_with("adam adamw", lambda s: {"m": s["m_old"], "v": s["v_old"]}, "m_hat v_hat"),
        },
    ),
    "no learning rate": Habit(("learning-rate",), _with(_ALL, lambda s: {"eta": D(1)})),
    "another learning rate": Habit(("learning-rate",), _with(_ALL, lambda s: {"eta": D("0.7")})),
    "step added": Habit(
        ("update-added",),
        {
            name: {"w": lambda s, rule=RULES[name]["w"]: 2 * s["w"] - rule(s)}
            for name in "sgd momentum nesterov adagrad rmsprop adam".split()
        },
    ),
    "old gradient": Habit(("old-gradient",), {name: {} for name in _ALL.split()}, gradients="first", once=False),
    "left as it was": Habit(("not-updated",), _for(_ALL, {"w": lambda s: s["w"]})),
}


def small_net(source: random.Random) -> Net:
    """A network with few parameters."""
    while True:
        net = random_net(source)
        if sum(len(row) for _, rows, _ in net.layers for row in rows) <= 8:
            return net


def toml(paper: Paper, optimizer: str, steps: int, *, decay: bool) -> str:
    """The file."""
    constants = "".join(f"{name} = {value}\n" for name, value in CONSTANTS[optimizer].items())
    return (
        f'{paper.net.toml()}optimizer = "{optimizer}"\nsteps = {steps}\n{constants}'
        f"weight_decay = {DECAY if decay else 0}\n"
    )


def trained(
    paper: Paper,
    optimizer: str,
    digits: Digits,
    steps: int,
    *,
    decay: bool,
    habit: Habit | None = None,
    at: str = "",
) -> dict[str, Decimal]:
    """Every line of every update: ``m_w0+2`` is the state after two.

    Args:
        paper: the network.
        optimizer: how it is updated.
        digits: how numbers are kept.
        steps: how many updates.
        decay: whether there is weight decay.
        habit: what is done otherwise.
        at: the only line in which it is; "" for all.
    """
    found: dict[str, Decimal] = {}
    kept = dict(paper.given)
    constants = {name: D(text) for name, text in CONSTANTS[optimizer].items()} | {"eta": kept["eta"]}
    constants["weight_decay"] = D(DECAY) if decay else _ZERO
    rules = RULES[optimizer]
    changed = habit.lines[optimizer] if habit is not None else {}
    parameters = [line.name[:-1] for line in paper.lines if line.kind == "update"]
    states = {name: {"m": _ZERO, "v": _ZERO} for name in parameters}
    first: dict[str, Decimal] = {}

    def keep(name: str, value: Decimal) -> Decimal:
        found[name] = value
        return digits.rounded(value) if digits.carried else value

    with localcontext(CONTEXT):
        for count in range(steps + 1):
            for line in paper.lines:
                if line.kind != "update":
                    kept[line.name] = keep(after(line.name, count), line.work(kept))
            if count == steps:
                break
            first = first or dict(kept)
            used = first if habit is not None and habit.gradients == "first" else kept
            new = {}
            for name in parameters:
                s: dict[str, Decimal] = {**constants, **states[name], "k": D(count + 1), "w": kept[name]}
                s |= {"m_old": s["m"], "v_old": s["v"], "g": used[f"dCost/d{name}"]}
                if optimizer != "sgd":
                    s["g"] = keep(after(f"g_{name}", count + 1), s["g"])
                s["d"] = s["g"] if optimizer == "adamw" else s["g"] + s["weight_decay"] * s["w"]
                for letter, rule in rules.items():
                    line_name = after(name if letter == "w" else f"{letter}_{name}", count + 1)
                    mistaken = letter in changed and at in ("", line_name)
                    value = keep(line_name, (changed[letter] if mistaken else rule)(s))
                    if letter == "w":
                        new[name] = value
                    else:
                        s[letter] = value
                states[name] = {"m": s["m"], "v": s["v"]}
            kept |= new
    return found


def after(name: str, count: int) -> str:
    """The name of a quantity after some updates."""
    return name if not count else f"{name}+" if count == 1 else f"{name}+{count}"
