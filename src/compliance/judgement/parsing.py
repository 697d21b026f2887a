"""Parsing a condition's text with sqlglot, and pointing at the part of it that is refused."""

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from compliance.language.grammar import ExpressionError, bounded, extent, tokenized, too_deep

ALLOWED = "only comparisons, `and`, `or`, `not`, `in` and `between` are judged"


class Refused(Exception):  # noqa: N818 said of a part of the text; it never leaves the reading of conditions
    """A part of the condition that can't be judged."""

    def __init__(self, node: exp.Expression, says: str, help_: str = "") -> None:
        super().__init__(says)
        self.node, self.says, self.help = node, says, help_

    def pointed(self, text: str) -> ExpressionError:
        """The same with its place in the text; sqlglot doesn't say where a parameter stands."""
        if isinstance(self.node, exp.Placeholder):
            return ExpressionError(self.says, text.find(f":{self.node.name}"), len(self.node.name) + 1, self.help)
        return ExpressionError(self.says, *extent(self.node), self.help)


def tree(text: str) -> exp.Expression:
    """The parsed text, in no engine's dialect: to DuckDB's `force` is a statement, and here it is a field."""
    try:
        tokenized(text)
        trees = sqlglot.parse(text)
    except TokenError:
        raise ExpressionError("a quote is never closed", 0, len(text), "close it") from None
    except RecursionError:
        raise too_deep(text) from None
    except ParseError as error:
        raise _unreadable(text, error) from None
    found = trees[0] if len(trees) == 1 else None
    if not isinstance(found, exp.Expression):
        raise ExpressionError("one condition is wanted here", 0, len(text), "write it without `;`")
    bounded(found, text)
    return found


def _unreadable(text: str, error: ParseError) -> ExpressionError:
    """Where the parser gave up, from its line and the column that its last token ends in."""
    told = error.errors[0]
    mark = str(told.get("highlight") or "")
    before = sum(len(line) + 1 for line in text.split("\n")[: (told.get("line") or 1) - 1])
    start = before + (told.get("col") or 1) - max(1, len(mark))
    near = f" near `{mark}`" if mark else ""
    return ExpressionError(f"this condition can't be read{near}", max(0, start), max(1, len(mark)), ALLOWED)
