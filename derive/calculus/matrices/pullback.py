"""How the derivative by what an equation defines comes to what its formula names: one rule for each array operation.

Of a formula Y = f(X) over arrays and the derivative G of a result by Y, the rules give what the result changes with by
X. A rule has no say of its own: what it gives is held, entry by entry, against the chain rule over numbers
(:mod:`derive.calculus.matrices.matrix_steps`), and where the two differ the entries are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from derive.calculus.local import open_form, terms_by_name
from derive.calculus.written import multiplied
from derive.errors import FormulaError
from derive.expression.tree import (
    ONE,
    Applied,
    Call,
    Cases,
    Expr,
    Group,
    MatrixProduct,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Stacked,
    Sum,
    Transposed,
    names,
    negative_of,
    product_of,
    rebuild,
    substitute,
)
from derive.model.arrays.calls import is_activation, is_cost
from derive.model.arrays.expanding import Expander
from derive.model.arrays.grids import Shape
from derive.model.graph import Definition
from derive.model.references import entry_name
from derive.model.templates import activation_template, cost_template

#: What reaches an array or a row of one: its name, and what is added to the derivative by it.
Reached = Iterator[tuple[str, Expr]]


class NoRuleError(Exception):
    """There is no rule for an operation."""


class Pullback:
    """Takes derivatives back through formulas of arrays.

    Args:
        expander: knows the shapes.
        first: what counting begins with.
        wanted: the entries and numbers by which derivatives are sought.
    """

    def __init__(self, expander: Expander, first: int, wanted: frozenset[str]) -> None:
        self.expander, self.first, self.wanted = expander, first, wanted
        #: What names the formula that is gone through, and that formula.
        self._named: tuple[str, Expr] = "", ONE

    def through(self, name: str, formula: Expr, upstream: Expr, own: str = "") -> Reached:
        """What reaches the names in an equation.

        Args:
            name: what the equation defines.
            formula: its formula.
            upstream: the derivative of the result by that; 1 where it is the result.
            own: the derivative of what is defined by the one name in the formula, where that is a step of its own.

        Raises:
            NoRuleError: an operation has no rule.
        """
        self._named = name, formula
        if own:
            (argument,) = names(formula)
            yield argument, _times(upstream, Name(own))
            return
        if self._is_entrywise(formula) and not self._parts(formula):
            yield from self._entrywise(formula, upstream, name)
            return
        yield from self._back(formula, upstream)

    def slope(self, name: str, formula: Expr) -> Expr | None:
        """The derivative of what a function entry by entry gives by its one argument; None where it is no such one."""
        if not self._is_entrywise(formula) or self._parts(formula) or len(names(formula)) != 1:
            return None
        (argument,) = names(formula)
        match formula:
            case Applied(function, (Name(),), options):
                chosen: dict[str, Expr] = {key: Number(text) for key, text in options}
                known = activation_template(function, chosen).derivative
                assert known is not None
                slope = substitute(known.shown, {"z": Name(argument), "O": Name(name)})
            case _:
                scalar = self._scalar(formula, [])
                slope = open_form(Definition(name, scalar), terms_by_name(scalar)[argument], argument).shown
        return slope if names(slope) else self._filled(slope, self.shape(Name(argument)))

    def named(self, node: Expr) -> Expr:
        """What a function gives: by its name, where the equation is that function."""
        name, formula = self._named
        return Name(name) if node is formula else node

    def varies(self, expr: Expr) -> bool:
        """Whether anything that is sought moves a formula."""
        return any(name in self.wanted for cell in self.expander.expand(expr).cells for name in names(cell))

    def shape(self, expr: Expr) -> Shape:
        """The shape of a formula."""
        try:
            return self.expander.shape(expr)
        except FormulaError:
            raise NoRuleError from None

    def _back(self, node: Expr, g: Expr) -> Reached:
        match node:
            case Number() | Call(_, ()):
                return
            case Name(name):
                yield name, self._filled(g, self.shape(node))
            case Group(body):
                yield from self._back(body, g)
            case Negative(operand):
                yield from self._back(operand, negative_of(g))
            case Sum(terms):
                whole = self.shape(node)
                for term in terms:
                    yield from self._back(term, self._gathered(g, whole, self.shape(term)))
            case Transposed(operand):
                yield from self._back(operand, g if len(self.shape(operand)) < 2 else _turned(g))
            case MatrixProduct((*before, last)):
                first = before[0] if len(before) == 1 else MatrixProduct(tuple(before))
                yield from self._through_product(first, last, g)
            case Stacked(items):
                if not self.varies(node):
                    return
                if not isinstance(g, Name):
                    raise NoRuleError
                for place, item in enumerate(items):
                    yield from self._back(item, Name(entry_name(g.name, place + self.first)))
            case Applied(function, _, _) if not is_activation(function):
                rule = _RULES.get(function) or (_cost if is_cost(function) else None)
                if rule is None:
                    raise NoRuleError
                yield from rule(self, node, g)
            case _:
                yield from self._entrywise(node, g)

    def _through_product(self, left: Expr, right: Expr, g: Expr) -> Reached:
        """Y = A B: dA = G Bᵀ and dB = Aᵀ G; a vector stands as it must."""
        beside, below = len(self.shape(left)), len(self.shape(right))
        if (beside, below) == (1, 1):
            yield from self._back(left, _times(g, right))
            yield from self._back(right, _times(g, left))
        elif (beside, below) == (2, 1):
            yield from self._back(left, Applied("outer", (g, right)))
            yield from self._back(right, MatrixProduct((_turned(left), g)))
        elif (beside, below) == (1, 2):
            yield from self._back(left, MatrixProduct((right, g)))
            yield from self._back(right, Applied("outer", (left, g)))
        else:
            yield from self._back(left, MatrixProduct((g, _turned(right))))
            yield from self._back(right, MatrixProduct((_turned(left), g)))

    # Entry by entry

    def _is_entrywise(self, node: Expr) -> bool:
        match node:
            case Sum() | Product() | Quotient() | Power() | Negative() | Group() | Call() | Cases():
                return True
            case Applied(function, _, _):
                return is_activation(function)
            case _:
                return False

    def _parts(self, node: Expr) -> list[Expr]:
        """What is no operation entry by entry within one that is, names aside."""
        found: list[Expr] = []
        self._scalar(node, found)
        return found

    def _scalar(self, node: Expr, parts: list[Expr]) -> Expr:
        """The same operation on numbers; in the place of what is none, a name with its number in ``parts``."""
        match node:
            case Name() | Number():
                return node
            case Applied(function, (argument,), options) if is_activation(function):
                chosen: dict[str, Expr] = {key: Number(text) for key, text in options}
                inner = self._scalar(argument, parts)
                return activation_template(function, chosen).written({"z": inner})
            case _ if self._is_entrywise(node):
                return rebuild(node, lambda child: self._scalar(child, parts))
            case _:
                parts.append(node)
                return Name(f"part {len(parts) - 1}")

    def _entrywise(self, node: Expr, g: Expr, name: str = "") -> Reached:
        parts: list[Expr] = []
        scalar = self._scalar(node, parts)
        meant = {f"part {place}": part for place, part in enumerate(parts)}
        terms, whole = terms_by_name(scalar), self.shape(node)
        for argument in names(scalar):
            inner = meant.get(argument, Name(argument))
            slope = open_form(Definition(name, scalar), terms[argument], argument).shown
            found = _times(g, substitute(slope, meant))
            yield from self._back(inner, self._gathered(found, whole, self.shape(inner)))

    # Shapes

    def _filled(self, g: Expr, shape: Shape) -> Expr:
        """A derivative in the shape of what it is by: a number stands for all entries alike."""
        if self.shape(g) == shape:
            return g
        if self.shape(g) == () or len(self.shape(g)) < len(shape) or 1 in self.shape(g):
            ones = Applied("ones", tuple(Number(str(length)) for length in shape))
            return (
                ones
                if g == ONE
                else Product((g, ones))
                if not isinstance(g, Negative)
                else negative_of(_times(g.operand, ones))
            )
        raise NoRuleError

    def _gathered(self, g: Expr, whole: Shape, part: Shape) -> Expr:
        """The sum over all entries of a shape that one entry of a smaller one was spread to."""
        if whole == part:
            return g
        if whole != self.shape(g):
            g = self._filled(g, whole)
        if part == ():
            return Applied("sum", (g,))
        if len(part) == 1:
            return Applied("sum", (g,), (("axis", "0"),))
        if len(whole) == 2 and part == (whole[0], 1):
            return Applied("sum", (g,), (("axis", "1"), ("keepdims", "True")))
        if len(whole) == 2 and part == (1, whole[1]):
            return Applied("sum", (g,), (("axis", "0"), ("keepdims", "True")))
        raise NoRuleError


def _times(g: Expr, slope: Expr) -> Expr:
    """A derivative times a slope, as the chain rule writes it; what it is divided by stands below all of it.

    So every product on the way has the shape of the derivative, whatever is spread in the slope alone.
    """
    if g == ONE:
        return slope
    match slope:
        case Negative(operand):
            return negative_of(_times(g, operand))
        case Quotient(over, under) if names(slope):
            return Quotient(_times(g, over), under)
        case _ if not isinstance(g, Name):
            return multiplied(g, slope)
        case Product(factors):
            return product_of((g, *factors))
        case _:
            return product_of((g, slope))


def _turned(expr: Expr) -> Expr:
    match expr:
        case Transposed(operand):
            return operand
        case MatrixProduct(factors):  # (AB)ᵀ = BᵀAᵀ
            return MatrixProduct(tuple(map(_turned, reversed(factors))))
        case _:
            return Transposed(expr)


# One rule for each function of arrays


def _sum(pull: Pullback, node: Applied, g: Expr) -> Reached:
    """A sum spreads the derivative over all that was added; a mean, its share."""
    (inner,) = node.arguments
    shape, options = pull.shape(inner), dict(node.options)
    count = 1
    for place, length in enumerate(shape):
        count *= length if options.get("axis", str(place)) == str(place) else 1
    if options.get("axis") == "1" and options.get("keepdims") != "True":
        g = Applied("reshape", (g, Number(str(shape[0])), Number("1")))  # a column: each goes along its row
    if node.function == "mean" and count > 1:
        g = Quotient(g, Number(str(count)))
    yield from pull._back(inner, g)


def _summed(g: Expr, node: Applied) -> Expr:
    """The sums that a softmax goes over, in the shape in which each stands beside its entries."""
    options = dict(node.options)
    return Applied("sum", (g,), (("axis", options["axis"]), ("keepdims", "True")) if "axis" in options else ())


def _softmax(pull: Pullback, node: Applied, g: Expr) -> Reached:
    """∂E/∂zⱼ = pⱼ·(gⱼ − Σᵢ gᵢ·pᵢ), from ∂pᵢ/∂zⱼ = pᵢ(δᵢⱼ − pⱼ)."""
    shares = pull.named(node)
    yield from pull._back(node.arguments[0], _times(shares, Sum((g, Negative(_summed(Product((g, shares)), node))))))


def _log_softmax(pull: Pullback, node: Applied, g: Expr) -> Reached:
    """∂E/∂zⱼ = gⱼ − pⱼ·Σᵢ gᵢ."""
    shares = Call("exp", (pull.named(node),))
    yield from pull._back(node.arguments[0], Sum((g, Negative(Product((shares, _summed(g, node)))))))


def _softmax_cross_entropy(pull: Pullback, node: Applied, g: Expr) -> Reached:
    """∂C/∂z = p·Σy − y."""
    z, y = node.arguments
    shares = Applied("softmax", (z,), node.options)
    yield from pull._back(z, _times(g, Sum((Product((shares, _summed(y, node))), Negative(y)))))


def _with_logits(pull: Pullback, node: Applied, g: Expr) -> Reached:
    """∂C/∂z = σ(z) − y."""
    z, y = node.arguments
    share = activation_template("sigmoid", {}).written({"z": z})
    yield from pull._back(z, _times(g, Sum((share, Negative(y)))))


def _conv(pull: Pullback, node: Applied, g: Expr) -> Reached:
    """The derivative by the kernel is again a convolution."""
    if node.options:
        raise NoRuleError
    x, kernel = node.arguments
    if pull.varies(x):
        raise NoRuleError
    yield from pull._back(kernel, Applied("conv", (x, g)))


def _outer(pull: Pullback, node: Applied, g: Expr) -> Reached:
    left, right = node.arguments
    yield from pull._back(left, MatrixProduct((g, right)))
    yield from pull._back(right, MatrixProduct((_turned(g), left)))


def _concat(pull: Pullback, node: Applied, g: Expr) -> Reached:
    """Each part has its rows or columns of the derivative: a product with a matrix of zeros and ones picks them."""
    axis = dict(node.options).get("axis")
    if axis is None:
        raise NoRuleError
    at = int(axis)
    lengths = [pull.shape(part)[at] for part in node.arguments]
    for place, part in enumerate(node.arguments):
        own = Number(str(lengths[place]))
        blocks: list[Expr] = []
        for other, length in enumerate(lengths):
            sizes = (Number(str(length)), own) if at else (own, Number(str(length)))
            blocks.append(Applied("eye", (own,)) if other == place else Applied("zeros", sizes))
        picks = Applied("concat", tuple(blocks), (("axis", str(1 - at)),))
        yield from pull._back(part, MatrixProduct((g, picks) if at else (picks, g)))


def _reshaped(pull: Pullback, node: Applied, g: Expr) -> Reached:
    inner = node.arguments[0]
    sizes = tuple(Number(str(length)) for length in pull.shape(inner))
    if len(sizes) > 2:
        raise NoRuleError
    yield from pull._back(inner, Applied("reshape", (g, *sizes)))


def _cost(pull: Pullback, node: Applied, g: Expr) -> Reached:
    """A cost of two arrays: its derivative by an output, entry by entry."""
    output, target = node.arguments
    count = 1
    for length in pull.shape(output):
        count *= length
    template = cost_template(node.function, count, {key: Number(text) for key, text in node.options})
    if template.derivative is None or names(target) == names(output):
        raise NoRuleError
    slope = substitute(template.derivative.shown, {"O": output, "y": target})
    yield from pull._back(output, _times(g, slope))


def _cross_entropy(pull: Pullback, node: Applied, g: Expr) -> Reached:
    output, target = node.arguments
    yield from pull._back(output, _times(g, Negative(Quotient(target, output))))


_RULES: Final[Mapping[str, Callable[[Pullback, Applied, Expr], Reached]]] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "softmax_cross_entropy": _softmax_cross_entropy,
    "binary_cross_entropy_with_logits": _with_logits,
    "conv": _conv,
    "sum": _sum,
    "mean": _sum,
    "outer": _outer,
    "concat": _concat,
    "flatten": _reshaped,
    "reshape": _reshaped,
    "cross_entropy": _cross_entropy,
}
