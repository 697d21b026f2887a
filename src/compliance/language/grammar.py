"""Parsing an expression: a safe subset of SQL, refused with a place where it asks for more."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, zip_longest

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

DIALECT = None  # the neutral dialect: a rule is written for no engine
FUNCTIONS = ("coalesce", "lower", "length", "abs", "round", "year", "month", "day", "weekday", "working_days", "nth")

_OPERATORS: tuple[type[exp.Expr], ...] = (
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between, exp.Is, exp.Like,
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.DPipe, exp.Case, exp.If, exp.Paren,
)  # fmt: skip
_CALLS: tuple[type[exp.Expr], ...] = (
    exp.Coalesce, exp.Lower, exp.Length, exp.Abs, exp.Round, exp.Year, exp.Month, exp.Day,
)  # fmt: skip
_LEAVES: tuple[type[exp.Expr], ...] = (
    exp.Column, exp.Dot, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Placeholder, exp.Interval, exp.Var,
)  # fmt: skip
_NO_SUB_QUERY = "a sub-query is not allowed in an expression"
_INSTEAD_OF_QUERY = "name a column or a reference; other records are asked for by `with` and `without`"
_SUB_QUERY = frozenset({TokenType.SELECT, TokenType.EXISTS, TokenType.WITH, TokenType.VALUES})
_NO_SIGNS = frozenset(
    (
        TokenType.DCOLON, TokenType.SEMICOLON, TokenType.PARAMETER, TokenType.PLACEHOLDER,
        TokenType.L_BRACKET, TokenType.L_BRACE,
    )
)  # fmt: skip
_INSTEAD_OF = {
    TokenType.L_BRACE: "a parameter is written `:name` here",
    TokenType.L_BRACKET: "a list stands in round brackets: in ('a', 'b')",
}
_AMBIENT = frozenset(
    (
        TokenType.CURRENT_DATE, TokenType.CURRENT_TIME, TokenType.CURRENT_TIMESTAMP, TokenType.LOCALTIME,
        TokenType.LOCALTIMESTAMP, TokenType.CURRENT_USER, TokenType.SESSION_USER, TokenType.CURRENT_ROLE,
        TokenType.CURRENT_SCHEMA, TokenType.CURRENT_CATALOG,
    )
)  # fmt: skip
_QUOTED = frozenset({TokenType.STRING, TokenType.IDENTIFIER})
_BEFORE_BRACKETS = frozenset(
    (*FUNCTIONS, "in", "and", "or", "not", "between", "like", "is", "case", "when", "then", "else")
)
_ALLOWED = (*_OPERATORS, *_CALLS, *_LEAVES)
_MOST_TOKENS, _DEEPEST, _LONGEST = 1_000, 25, 100_000
"""Beyond these the parser and binder, which call themselves, would end in a fault of Python's instead of a sentence."""
_LISTED = "keep a long list as a parameter, or split the rule"
_SPLIT = "split it into several rules"
_STEPS = {TokenType.L_PAREN: 1, TokenType.CASE: 1, TokenType.R_PAREN: -1, TokenType.END: -1}
_LONGEST_CHAIN, _MOST_REPEATED = 100, 4
"""`a and b and c` lies in itself as well, at one step a part, and arithmetic at two. What stands in a `/` or `between`
is written twice and more on the engine, so that some in one another would fill the memory."""
_NUMBER = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")  # an exponent would ask for as many digits as it likes
_REPEATING = (exp.Div, exp.Between)
_MOMENT_TYPES = {exp.DataType.Type.DATE, exp.DataType.Type.TIMESTAMP}  # `date '…'`, `timestamp '…'`
PARAMETER = re.compile(
    r"(?<![:\w]):((?:(?:[a-z_][a-z0-9_]*|[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?<!-this)(?<!-each)(?<!-bearer))\.)?[a-z_][a-z0-9_]*)"
)
"""A parameter's name, short or in full. A pack's name may have hyphens; minus before a reference has a blank beside it,
or stands before `this.`, `each.` or `bearer.`, after which no pack is named."""
_IN_QUOTES = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_OWN_CALLS = ("weekday", "working_days", "nth")


@dataclass(eq=False)  # whoever hands it on writes its way into it
class ExpressionError(Exception):
    """An expression can't be used: one sentence, the offset of the culprit in the text, its width, and help."""

    says: str
    start: int = 0
    width: int = 1
    help: str = ""

    def __str__(self) -> str:
        return self.says


def parse(text: str) -> exp.Expr:
    """The tree of one expression, for whoever asks; raises `ExpressionError` for anything outside the allowed subset.

    It is parsed in brackets, since a first word such as `set` or `show` would begin a statement.
    """
    return _parsed(text).copy()


# Many tables, rules and cases in turn bring the same few words.
@lru_cache(maxsize=1024)
def _parsed(text: str) -> exp.Expr:
    plain = _worded(text)
    tokens = _tokens(plain)
    try:
        trees = sqlglot.parse(f"({plain}\n)", dialect=DIALECT)
    except ParseError as error:
        raise _unreadable(text, error) from None
    except RecursionError:
        raise too_deep(text) from None
    if len(trees) != 1 or not isinstance(trees[0], exp.Paren):
        raise ExpressionError("one expression is wanted here", 0, len(text), "write a single condition, without `;`")
    tree: exp.Expr = trees[0].this
    tree.pop()
    _place(tree, text, tokens)
    bounded(tree, text)
    for node in tree.walk():
        _check(node, text)
    return tree


def _worded(text: str) -> str:
    """The text with a plain word of the same length for each parameter's name, which may be a word of SQL.

    The hyphens of a full name would be minus, and its dot a reference.
    """
    quoted = {place for found in _IN_QUOTES.finditer(text) for place in range(*found.span())}

    def plain(found: re.Match[str]) -> str:
        return found[0] if found.start() in quoted else f":p{'_' * (len(found[1]) - 1)}"

    return PARAMETER.sub(plain, text)


def _tokens(text: str) -> list[Token]:
    """The words and signs of a text; those that begin what is not allowed are refused where they stand."""
    try:
        tokens = tokenized(text)
    except TokenError:
        raise ExpressionError("a quote or bracket is never closed", len(text), help="close it") from None
    for token, after in zip_longest(tokens, tokens[1:]):
        word, start, width = token.text.lower(), token.start, token.end - token.start + 1
        called = after is not None and after.token_type is TokenType.L_PAREN
        if token.token_type in _SUB_QUERY:
            raise ExpressionError(_NO_SUB_QUERY, start, width, _INSTEAD_OF_QUERY)
        if token.token_type in _NO_SIGNS:
            says = f"`{token.text}` is not allowed in an expression"
            raise ExpressionError(says, start, width, _INSTEAD_OF.get(token.token_type, ""))
        if token.token_type in _AMBIENT:
            says = f"`{token.text}` is not allowed in an expression, which reads records and nothing around them"
            raise ExpressionError(says, start, width, "compare with a column, a parameter or a date as text")
        if called and token.token_type not in _QUOTED and word.isidentifier() and word not in _BEFORE_BRACKETS:
            allowed = ", ".join(FUNCTIONS)
            raise ExpressionError(f"`{word}` is not a function of this language", start, width, f"there are: {allowed}")
    return tokens


def tokenized(text: str) -> list[Token]:
    """The words and signs of a text that is neither too long nor too deep to be read; raises sqlglot's TokenError.

    Signs before a value, such as `not`, lie in one another too.
    """
    if len(text) > _LONGEST:
        says = f"this expression has {len(text):,} characters, more than {_LONGEST:,}"
        raise ExpressionError(says, 0, len(text), _LISTED)
    tokens = sqlglot.tokenize(text, read=DIALECT)
    if len(tokens) > _MOST_TOKENS:
        says = f"this expression has {len(tokens):,} words and signs, more than {_MOST_TOKENS:,}"
        raise ExpressionError(says, 0, len(text), _LISTED)
    depth = signs = 0
    for token in tokens:
        depth += _STEPS.get(token.token_type, 0)
        signs = signs + 1 if token.token_type in {TokenType.NOT, TokenType.DASH} else 0
        if depth + signs > _DEEPEST:
            says = f"this expression is nested deeper than {_DEEPEST} brackets"
            raise ExpressionError(says, token.start, 1, _SPLIT)
    return tokens


def too_deep(text: str) -> ExpressionError:
    """What the parser can't follow, by signs that are in no language of ours."""
    return ExpressionError("this expression is nested too deep to be read", 0, len(text), _SPLIT)


def bounded(tree: exp.Expr, text: str) -> None:
    """Refuse a tree that would be too deep to be walked, or too large on the engine, and numbers without end."""
    open_: list[tuple[exp.Expr, int, int]] = [(tree, 0, 0)]
    while open_:
        node, steps, repeated = open_.pop()
        steps += 1 if isinstance(node, exp.And | exp.Or | exp.Not) else 2
        repeated += isinstance(node, _REPEATING)
        if steps > _LONGEST_CHAIN:
            advice = "write `in` with a list, or split it into several rules"
            raise ExpressionError("this expression joins too many parts", 0, len(text), advice)
        if repeated > _MOST_REPEATED:
            says = f"more than {_MOST_REPEATED} divisions or `between` lie in one another"
            raise ExpressionError(says, *extent(node), _SPLIT)
        if isinstance(node, exp.Literal) and not node.is_string and not _NUMBER.fullmatch(node.name):
            start, width = extent(node)
            raise ExpressionError(
                f"`{text[start : start + width]}` is not a number", start, width, "write it in digits"
            )
        open_ += [(each, steps, repeated) for each in node.iter_expressions()]


def _place(tree: exp.Expr, text: str, tokens: list[Token]) -> None:
    """Note where each node stands in the text, and which parameter it names.

    The parser tells it of names and literals, tokens of the rest.
    """
    signs: dict[type[exp.Expr], Iterator[tuple[int, int]]] = {
        exp.Placeholder: ((t.start, n.end) for t, n in pairwise(tokens) if t.token_type is TokenType.COLON),
        exp.Interval: _intervals(tokens),
        exp.Null: ((t.start, t.end) for t in tokens if t.token_type is TokenType.NULL),
    }
    for node in tree.walk(bfs=False):
        if type(node) in signs:
            start, end = next(signs[type(node)], (0, 0))
            node.meta.update(start=start, end=end, written=text[start : end + 1])
            if isinstance(node, exp.Placeholder):
                node.set("this", text[start + 1 : end + 1].strip())
        elif "start" in node.meta:
            node.meta.update(start=node.meta["start"] - 1, end=node.meta["end"] - 1)


def _intervals(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """`interval '30 days'` is two tokens, `interval 30 day` and `interval '30' day` are three."""
    for place, token in enumerate(tokens):
        if token.token_type is TokenType.INTERVAL and place + 1 < len(tokens):
            whole = " " in tokens[place + 1].text.strip() or place + 2 >= len(tokens)
            yield token.start, tokens[place + 1 if whole else place + 2].end


def _check(node: exp.Expr, text: str) -> None:
    if isinstance(node, exp.Cast) and _is_moment_literal(node):
        return
    if isinstance(node, exp.DataType) and isinstance(node.parent, exp.Cast) and _is_moment_literal(node.parent):
        return
    if isinstance(node, exp.Anonymous) and str(node.this).lower() in _OWN_CALLS:
        return
    if isinstance(node, exp.Dot) and isinstance(node.this, exp.Placeholder):
        start, width = extent(node)
        written = "".join(text[start : start + width].split()).lower()
        raise ExpressionError("a parameter's name is lower case, without blanks", start, width, f"write `{written}`")
    if isinstance(node, exp.Like) and extent(node.this)[0] > extent(node.expression)[0]:
        # Called, it would ask whether its second text is like the first.
        start = extent(node)[0]
        raise ExpressionError("`like` stands between two texts", start, len("like"), "write it as in `name like 'A%'`")
    if isinstance(node, exp.Between) and node.args.get("symmetric"):
        start, width = extent(node)
        raise ExpressionError("`between` has no `symmetric` here", start, width, "name the lower bound first")
    if isinstance(node, exp.Is) and not isinstance(node.expression, exp.Null | exp.Boolean):
        start, width = extent(node.expression)
        says = f"`is` asks for null, true or false, not for `{text[start : start + width]}`"
        raise ExpressionError(says, start, width, "write `=`, or `<>` for `is not`")
    if isinstance(node, _ALLOWED) and not (isinstance(node, exp.Round) and node.args.get("truncate")):
        return
    if isinstance(node, exp.Alias):
        start = extent(node)[0]
        help_ = "write it as in SQL, a stretch of time as `interval '2 days'`"
        raise ExpressionError("this expression can't be read", start, len(text.rstrip()) - start, help_)
    start, width = extent(node)
    help_ = "write `lower(…) like '…'`" if isinstance(node, exp.ILike) else ""
    raise ExpressionError(f"`{text[start : start + width]}` is not allowed in an expression", start, width, help_)


def _is_moment_literal(node: exp.Cast) -> bool:
    return isinstance(node.this, exp.Literal) and node.this.is_string and node.to.this in _MOMENT_TYPES


_OF_QUERIES = frozenset({"from", "having", "into", "join", "on", "select", "union", "using", "where", "with"})
_OF_CASE = frozenset({"case", "else", "end", "then", "when"})
_JOINING = frozenset({"and", "between", "in", "is", "like", "not", "or"})


def _unreadable(text: str, error: ParseError) -> ExpressionError:
    detail = error.errors[0] if error.errors else {}
    line, column, mark = detail.get("line") or 1, detail.get("col") or 1, str(detail.get("highlight") or "")
    before = sum(len(part) + 1 for part in text.split("\n")[: line - 1])
    bracket = 1 if line == 1 else 0
    start = min(len(text), max(0, before + column - max(1, len(mark)) - bracket))
    mark = text[start : start + len(mark)]
    near = f" near `{mark}`" if mark.strip() else ""
    help_ = "write it as in SQL"
    word = mark if mark.isidentifier() and mark.lower() not in _JOINING else _taken(text)
    if word:
        help_ += f'; a column of that name stands in double quotes: "{word}"'
    return ExpressionError(f"this expression can't be read{near}", start, max(1, len(mark)), help_)


def _taken(text: str) -> str | None:
    """The first word without quotes that is one of SQL's own, though no expression here has it."""
    words = re.findall(r"[^\W\d]\w*", re.sub(r"'[^']*'|\"[^\"]*\"", " ", text))
    case = {"case", "when"} <= {word.lower() for word in words}
    return next((word for word in words if word.lower() in (_OF_QUERIES if case else _OF_QUERIES | _OF_CASE)), None)


def extent(node: exp.Expr) -> tuple[int, int]:
    """Offset and width of a node in its text, from the tokens that it or its parts were read from."""
    spans = [
        (part.meta["start"], part.meta["end"] + 1)
        for part in node.walk()
        if "start" in part.meta and "end" in part.meta
    ]
    if "start" in node.meta:
        spans = [(node.meta["start"], node.meta["end"] + 1)]
    if not spans:
        return 0, 1
    start = min(span[0] for span in spans)
    return start, max(span[1] for span in spans) - start


def path_of(node: exp.Column | exp.Dot) -> tuple[str, ...]:
    """The names of a column or reference, outermost first: `client.tier` is `('client', 'tier')`."""
    if isinstance(node, exp.Dot):
        return (*(path_of(node.this) if isinstance(node.this, exp.Column | exp.Dot) else ()), node.expression.name)
    return tuple(part.name for part in node.parts)


def paths(tree: exp.Expr) -> tuple[tuple[str, ...], ...]:
    """Every column or reference that an expression names, in the order of the text."""
    named = (node for node in tree.walk(bfs=False) if isinstance(node, exp.Column | exp.Dot))
    return tuple(dict.fromkeys(path_of(node) for node in named if not isinstance(node.parent, exp.Dot)))


def conjuncts(tree: exp.Expr) -> Iterator[exp.Expr]:
    """The parts of a condition that are joined by `and` at its top, without the brackets around them."""
    plain = tree.unnest()
    if isinstance(plain, exp.And):
        yield from conjuncts(plain.left)
        yield from conjuncts(plain.right)
    else:
        yield plain


def implied(tree: exp.Expr, told: Callable[[exp.Expr], bool]) -> exp.Expr | None:
    """What is left of a condition where the parts that are not `told` may be anything; None where that is nothing.

    Only under `and` and `or` is a part left out: where what is left is false, so is the whole.
    """
    plain = tree.unnest()
    if not isinstance(plain, exp.And | exp.Or):
        return plain if told(plain) else None
    sides = (implied(plain.left, told), implied(plain.right, told))
    left = [each for each in sides if each is not None]
    if len(left) < len(sides):
        return left[0] if left and isinstance(plain, exp.And) else None
    return exp.and_(*left) if isinstance(plain, exp.And) else exp.or_(*left)


def parameters(tree: exp.Expr) -> tuple[str, ...]:
    """Every `:name` that an expression asks for."""
    return tuple(dict.fromkeys(node.name for node in tree.find_all(exp.Placeholder)))


def refused(node: exp.Expr, says: str, *, help_: str = "") -> ExpressionError:
    """The error to raise for a part of an expression."""
    return ExpressionError(says, *extent(node), help_)
