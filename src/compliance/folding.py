"""What a query says, said shortly: constants are worked out, and brackets that nothing needs are left out.

Kinds write each thought whole, whether or not a rule asks for it; what a rule does not ask for stands there as `false`.
An engine finds that out for itself, but reads every word of it before.
"""

from collections.abc import Callable

from sqlglot import exp

_WHOLE = (exp.Column, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Case, exp.Coalesce, exp.Cast)
"""What is one thing to every reader."""
_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_SIDES = (exp.And, exp.Or, exp.Not, exp.Add, exp.Sub, exp.Mul, *_COMPARED)
"""What joins two things, so that one thing needs no brackets in it."""
_BOUND: dict[type[exp.Expr], tuple[type[exp.Expr], ...]] = {
    exp.And: (exp.And, exp.Not, exp.Is, exp.In, *_COMPARED),
    exp.Or: (exp.Or, exp.And, exp.Not, exp.Is, exp.In, *_COMPARED),
}
"""What holds together more closely than the `and` or the `or` around it, or is the same."""
_FRAMES = (exp.If, exp.Where, exp.Having, exp.Alias, exp.Cast, exp.Coalesce, exp.Case, exp.Join, exp.Paren)
"""What brackets its parts itself."""


def folded(node: exp.Expr) -> exp.Expr:
    """The same expression or query said shortly. The tree is changed, and is no longer of use by itself."""
    for key, value in node.args.items():
        if isinstance(value, exp.Expr):
            _put(node, key, folded(value))
        elif type(value) is list:
            for index, each in enumerate(value):
                if isinstance(each, exp.Expr):
                    _put(node, key, folded(each), index)
    fold = _FOLDS.get(type(node))
    return node if fold is None else fold(node)


def _put(parent: exp.Expr, key: str, node: exp.Expr, index: int | None = None) -> None:
    if node.parent is parent and node.arg_key == key:
        return
    if index is None:
        parent.args[key] = node
    else:
        parent.args[key][index] = node
    node.parent, node.arg_key, node.index = parent, key, index


def _part(node: exp.Expr, key: str) -> exp.Expr:
    part: exp.Expr = node.args[key]
    return part


def _constant(node: exp.Expr | None) -> bool | None:
    """True or false, where a node is that whatever the records say."""
    return bool(node.this) if type(node) is exp.Boolean else None


def _bracketed(node: exp.Expr) -> exp.Expr:
    inside, around = _part(node, "this"), node.parent
    if isinstance(inside, exp.Query):
        return node
    if isinstance(around, _FRAMES) or (isinstance(inside, _WHOLE) and isinstance(around, _SIDES)):
        return inside
    holds = around is not None and isinstance(inside, _BOUND.get(type(around), ()))
    return inside if holds else node


def _joined(node: exp.Expr) -> exp.Expr:
    """An `and` or `or` of which one side is constant: that decides, or leaves it to the other."""
    sides, leaves = (_part(node, "this"), _part(node, "expression")), type(node) is exp.And
    for one, other in (sides, sides[::-1]):
        if (constant := _constant(one)) is not None:
            return other if constant is leaves else one
    return node


def _negated(node: exp.Expr) -> exp.Expr:
    constant = _constant(node.this)
    return node if constant is None else exp.Boolean(this=not constant)


def _otherwise(node: exp.Expr) -> exp.Expr:
    return node if _constant(node.this) is None else _part(node, "this")


def _chosen(node: exp.Expr) -> exp.Expr:
    """A `case` without branches that are never taken, or that say nothing at the end, as none would say.

    One that has no other keeps its type by its last one.
    """
    if node.this is not None:
        return node
    branches, default = [], node.args.get("default")
    for branch in node.args["ifs"]:
        constant = _constant(branch.this)
        if constant:
            default = branch.args["true"]
            break
        if constant is None:
            branches.append(branch)
    while len(branches) > 1 and _nothing(default) and _nothing(branches[-1].args["true"]):
        branches.pop()
    node.set("ifs", branches or node.args["ifs"][-1:])
    node.set("default", default)
    return node


def _nothing(node: exp.Expr | None) -> bool:
    return node is None or type(node) is exp.Null


_FOLDS: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.Paren: _bracketed,
    exp.And: _joined,
    exp.Or: _joined,
    exp.Not: _negated,
    exp.Coalesce: _otherwise,
    exp.Case: _chosen,
}
