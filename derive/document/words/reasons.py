"""Why a step is made, in a sentence: picked by how quantities hang together and by what they are to a reader.

Each row stands under a relation and a role, or under a relation alone for every other role. In a row ``{v}`` is the
quantity that is differentiated by, ``{user}`` the one that uses it, ``{other}`` what it is multiplied by there, and
``{goal}`` what is differentiated: the cost, or what the file calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derive.calculus.relations import relation
from derive.calculus.steps import Step
from derive.catalogue.activations import ACTIVATIONS, LAYER_FUNCTIONS
from derive.catalogue.roles import BIAS, COST, NET_INPUT, OUTPUT, SAMPLE_COST, WEIGHT, Role
from derive.document.blocks import Content
from derive.document.words.called import gating, introducing
from derive.document.words.over_time import over_time
from derive.document.words.phrasing import capital, count, counted, listed, say, sentence
from derive.expression.tree import ONE, ZERO, Expr, Name, Number, Product
from derive.model.model import Model
from derive.model.references import index_of

#: What a step finds, by the role of what is differentiated by.
_TITLES: Mapping[Role | None, str] = {
    OUTPUT: "How {goal} changes with the output {v}",
    NET_INPUT: "How {goal} changes with the net input {v}",
    WEIGHT: "The gradient of the weight {v}",
    BIAS: "The gradient of the shared bias {v}",
    None: "How {goal} changes with {v}",
}

_REASONS: Mapping[tuple[str, Role | None], str] = {
    ("itself", OUTPUT): "The output {v} stands in {goal} itself, so the formula of {goal} is differentiated:",
    ("itself", None): "The formula of {goal} itself contains {v}, so it is differentiated:",
    (
        "part",
        OUTPUT,
    ): "Of the parts of the cost only {user} contains {v}, and the cost grows as fast as its part. So the "
    "formula of that part is differentiated:",
    ("function", NET_INPUT): "The cost depends on {v} only through the output {user}, so the slopes of the two stages "
    "multiply:",
    ("function", None): "{Goal} depends on {v} only through {user}, so the slopes of the two stages multiply:",
    ("factor", WEIGHT): "In the net input {user}, the weight {v} stands as a factor of {other}. So {user} changes "
    "{other} times as fast as {v}:",
    ("factor", OUTPUT): "The output {v} reaches the cost only through the net input {user}, in which it is multiplied "
    "by {other}:",
    ("factor", None): "{Goal} depends on {v} only through {user}, in which it is multiplied by {other}:",
    (
        "gate",
        None,
    ): "{Goal} depends on {v} only through {user}, in which it is a gate for {other}: it says how large a share of "
    "that is let through. So the derivative is multiplied by {other}:",
    (
        "gated",
        None,
    ): "{Goal} depends on {v} only through {user}, into which the gate {other} lets a share of it. On the way back the "
    "same share of the derivative is let through:",
    ("term", None): "{Goal} depends on {v} only through {user}, of which it is a term:",
    ("any", None): "{Goal} depends on {v} only through {user}. So the derivative with respect to {user} is multiplied "
    "by how fast {user} changes with {v}:",
    ("none", None): "{Goal} is not worked out from {v}:",
    ("several", OUTPUT): "The output {v} feeds {neurons} of the next layer. Each is a path to the cost, on which it is "
    "multiplied by a weight, and the contributions of all paths are added:",
    (
        "several",
        NET_INPUT,
    ): "Every output of the layer depends on the net input {v}, so that there are {paths} from it "
    "to the cost, through {users}. The contributions of all are added:",
    ("samples", WEIGHT): "The weight {v} is the same for all samples, and so each contributes to its gradient: the "
    "derivative of its own cost, in which {v} stands as a factor of what its neuron received. {Reduced}{beside}:",
    (
        "samples",
        BIAS,
    ): "The bias {v} is the same for all samples, and so each contributes to its gradient; it enters a net "
    "input with slope {one}. {Reduced}{beside}:",
    (
        "several",
        None,
    ): "{Goal} depends on {v} along {paths}, through {users}. The contributions of all are added:",
}

#: The same in a few words, where the sentence in full has been said once.
_AGAIN: Mapping[tuple[str, Role | None], str] = {
    ("itself", OUTPUT): "{v} too stands in {goal} itself:",
    ("itself", None): "{v} too stands in {goal} itself:",
    ("part", OUTPUT): "Of the parts of the cost only {user} contains {v}:",
    ("function", NET_INPUT): "Through {user} alone, so slopes multiply:",
    ("function", None): "Through {user} alone, so slopes multiply:",
    ("factor", WEIGHT): "In {user}, {v} multiplies {other}:",
    ("factor", OUTPUT): "Only {user} uses {v}, times {other}:",
    ("factor", None): "Only {user} uses {v}, times {other}:",
    ("term", None): "Only {user} uses {v}, as a term:",
    ("any", None): "Only {user} uses {v}:",
    ("several", OUTPUT): "{v} feeds {neurons}, whose contributions add up:",
    ("several", NET_INPUT): "From {v} too there are {paths} to the cost, through {users}:",
    ("several", None): "{v} acts through {users}; contributions add up:",
    ("samples", WEIGHT): "Again what the samples contribute{beside}:",
    ("samples", BIAS): "Again what the samples contribute:",
}

#: More users than this are not named one by one.
_FEW = 6


def goal(model: Model, result: str = "") -> str | Name:
    """What derivatives are of, within a sentence: those of a result, or of the one that the model is for."""
    result = result or model.graph.result
    if result == model.each:
        return "the cost of each sample"
    if model.is_a(result, SAMPLE_COST):
        return f"the cost of sample {index_of(result)[0]}"
    return "the cost" if model.is_a(result, COST) else Name(result)


class Reasons:
    """Says what each step finds, and why it is made as it is.

    Args:
        model: the model.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        #: What has been said once in full.
        self._said: set[tuple[str, Role | str | None]] = set()
        #: Relations with sentences of their own making.
        self._made: Mapping[tuple[str, Role | None], Callable[[Step], Content]] = {
            ("own", OUTPUT): self._activation,
            ("own", None): self._function,
            ("term", BIAS): self._shared_bias,
            ("several", BIAS): self._shared_bias,
        }

    def title(self, step: Step) -> Content:
        """What the step finds."""
        v = Name(step.variable)
        if step.rule == "activation":
            both = "How the output {of} changes with the net input {v}"
            return sentence(
                both if self.model.is_a(step.of, OUTPUT) else "How {of} changes with {v}", of=Name(step.of), v=v
            )
        role = self.model.quantities[step.variable].role
        if role is BIAS and step.contributions is not None and len(step.paths) == len(step.contributions.samples):
            return sentence("The gradient of the bias {v}", v=v)
        return sentence(_TITLES.get(role, _TITLES[None]), v=v, goal=goal(self.model, step.goal))

    def why(self, step: Step) -> Content:
        """The sentence before its lines."""
        kind, user, other = self._relation(step)
        role = self.model.quantities[step.of if kind == "own" else step.variable].role
        made = self._made.get((kind, role)) or self._made.get((kind, None))
        if made is not None:
            return made(step)
        key = (kind, role) if (kind, role) in _REASONS else (kind, None)
        template = _AGAIN.get(key, _REASONS[key]) if self._known(*key) else _REASONS[key]
        result = goal(self.model, step.goal)
        others = [path.through for path in step.paths if path.through != step.goal]
        if kind == "several" and len(others) == len(step.paths):
            timed = over_time(self.model, capital(result) if isinstance(result, str) else result, step.variable, others)
            if timed is not None:
                return timed
        users: list[Content | str | Expr] = [*map(Name, others[:_FEW])]
        if len(others) > _FEW:
            users.append(f"{counted(len(others) - _FEW)} more")
        if len(others) < len(step.paths):
            users.append(say("in ", result, " itself"))
        return introducing(
            self.model,
            template,
            {"v": step.variable, "user": user},
            other="" if other is None else other,
            goal=result,
            Goal=capital(result) if isinstance(result, str) else result,
            paths=count(len(step.paths), "path"),
            neurons=count(len(step.paths), "neuron"),
            users=listed(users),
            one=ONE,
            Reduced=self._reduced(step),
            beside="" if step.contributions is None or step.contributions.beside is None else self._beside(step),
        )

    def _known(self, kind: str, about: Role | str | None) -> bool:
        """Whether this has been said once in full; from now on it has."""
        known = (kind, about) in self._said
        self._said.add((kind, about))
        return known

    @staticmethod
    def _reduced(step: Step) -> str:
        """How the contributions of samples are put together, at the beginning of a sentence."""
        if step.contributions is None:
            return ""
        samples = len(step.contributions.samples)
        if samples == 1:
            return "There is one sample, so this is all"
        if step.contributions.share == ONE:
            return "The contributions are added"
        return f"The gradient is their mean: the sum of all {counted(samples)}, divided by their number"

    @staticmethod
    def _beside(step: Step) -> Content:
        assert step.contributions is not None
        assert step.contributions.beside is not None
        return say(", and what the penalty adds, ", step.contributions.beside, ", stands beside it")

    def _relation(self, step: Step) -> tuple[str, str, Expr | None]:
        if step.rule == "activation":
            return "own", step.of, None
        if step.contributions is not None:
            return "samples", "", None
        if len(step.paths) != 1:
            return "several" if step.paths else "none", "", None
        user = step.paths[0].through
        if step.rule == "cost":
            return "itself" if user == step.goal else "part", user, None
        kind, other = relation(self.model.graph, user, step.variable)
        gates = gating(self.model, step.variable, other) if other is not None and not self.model.is_dense else ""
        return gates or kind, user, other

    def _activation(self, step: Step) -> Content:
        applies = self.model.graph.definitions[step.of].applies
        if applies in LAYER_FUNCTIONS:
            return self._layer_function(step)
        row = ACTIVATIONS.get(applies)
        activation = "the activation function" if row is None else row.title
        if self._known("own", applies):
            return say(f"Again {activation}:")
        return sentence(
            "Between {z} and {output} stands {activation}. {how}",
            z=Name(step.variable),
            output=Name(step.of),
            activation=activation,
            how=_slope(step, "the output", "the net input"),
        )

    def _layer_function(self, step: Step) -> Content:
        """The derivative of an output that depends on all net inputs of its layer, by one of them."""
        own = Name(step.of) in step.result.factors if isinstance(step.result, Product) else False
        kind = "its own net input" if own else "another net input"
        if self._known("own", kind):
            return say(f"By {kind}:")
        if own:
            return sentence(
                "With softmax the output {of} grows with its own net input {v}, the less the nearer it is to {zero} or "
                "{one}:",
                of=Name(step.of),
                v=Name(step.variable),
                zero=ZERO,
                one=ONE,
            )
        return sentence(
            "With softmax a larger {v} makes the sum of the exponentials larger, and with it the output {of} smaller:",
            of=Name(step.of),
            v=Name(step.variable),
        )

    def _function(self, step: Step) -> Content:
        applies = self.model.graph.definitions[step.of].applies
        row, of, v = ACTIVATIONS[applies], Name(step.of), Name(step.variable)
        if self._known("own", applies):
            return sentence("{of} is {function} of {v}:", of=of, v=v, function=row.title)
        return sentence("{of} is {function} of {v}. {how}", of=of, v=v, function=row.title, how=_slope(step, of, v))

    def _shared_bias(self, step: Step) -> Content:
        if self._known("shared", BIAS):
            return sentence("{b} too is shared, so derivatives add up:", b=Name(step.variable))
        neurons = len(step.paths)
        users = "The layer's only neuron uses" if neurons == 1 else f"All {counted(neurons)} neurons of the layer use"
        if neurons == 2:
            users = "Both neurons of the layer use"
        ending = (
            "its net input with slope {one}:"
            if neurons == 1
            else ("each net input with slope {one}, so their derivatives add up:")
        )
        return sentence(f"{users} the bias {{b}}. It enters {ending}", b=Name(step.variable), one=ONE)


def _slope(step: Step, value: str | Name, argument: str | Name) -> Content:
    """How the derivative of a function comes about, whose value and argument go by a word or their names."""
    if isinstance(step.result, Number):
        return say("Its slope is the same everywhere:")
    if step.of in step.uses:
        return say("Its derivative can be written with ", value, ", which the forward pass has found:")
    return say("Its derivative is taken at ", argument, ":")
