"""The answers as text: a tree for each verdict, or the reasons why there is none."""

from compliance.reports.answer_tree import duties, node
from compliance.reports.tree import Node, drawn
from compliance.why.model import Why


def render(found: Why) -> str:
    """The trees one after the other, an empty line between."""
    trees = [node(each) for each in found.answers] or [_unflagged(found)]
    return "\n\n".join("\n".join(drawn(each)) for each in trees) + "\n"


def _unflagged(found: Why) -> Node:
    reasons = Node("Why not", tuple(Node(each) for each in found.unflagged))
    head = f"No finding of {found.rule.id} about {found.who} on {found.on}"
    return Node(head, (*duties((found.rule,)), reasons))
