"""Expressions changed in one place: a comparison, a negation, an operand of `and` or `or`; and where operands stand."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import sqlglot
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

_SWAPS = {
    TokenType.LT: "<=",
    TokenType.LTE: "<",
    TokenType.GT: ">=",
    TokenType.GTE: ">",
    TokenType.EQ: "<>",
    TokenType.NEQ: "=",
}
_ORDERED = frozenset({TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE})
_NEGATED = frozenset({TokenType.IN, TokenType.LIKE, TokenType.BETWEEN})
_OPEN = frozenset({TokenType.L_PAREN, TokenType.CASE})
_SHUT = frozenset({TokenType.R_PAREN, TokenType.END})


class Rewording(NamedTuple):
    """An expression written otherwise: the whole text, what was done, and which record would tell the two apart."""

    text: str
    says: str
    kill: str


def rewordings(text: str) -> Iterator[Rewording]:
    """Every small change to an expression that can change what it means."""
    try:
        tokens = sqlglot.tokenize(text)
    except TokenError:
        return
    yield from _comparisons(text, tokens)
    yield from _negations(text, tokens)
    yield from _dropped(text, tokens)


def operands(text: str) -> Iterator[tuple[int, int]]:
    """Where each condition stands that has no further operands: the whole text, or parts of its chains."""
    try:
        tokens = sqlglot.tokenize(text)
    except TokenError:
        return
    parts = [part for chain in _chains(tokens, 0, len(tokens)) for part in chain] or [(0, len(tokens))]
    for start, stop in parts:
        if not any((start, stop) != (first, last) and start <= first and last <= stop for first, last in parts):
            yield tokens[start].start, tokens[stop - 1].end + 1


def _comparisons(text: str, tokens: Sequence[Token]) -> Iterator[Rewording]:
    for index, token in enumerate(tokens):
        other = _SWAPS.get(token.token_type)
        if other is None:
            continue
        atom = _atom(text, tokens, index)
        told = f"`{other}` for `{token.text}` in `{atom}`"
        if token.token_type in _ORDERED:
            kill = f"no case has both sides of `{atom}` equal: add one where they are"
        else:
            kill = f"no case depends on `{atom}`: add one where it holds and one where it does not"
        yield Rewording(_with(text, token, other), told, kill)


def _negations(text: str, tokens: Sequence[Token]) -> Iterator[Rewording]:
    """`in` for `not in`, `is null` for `is not null`, and the other way round."""
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        atom = _atom(text, tokens, index)
        kill = f"no case depends on `{atom}`: add one where it holds and one where it does not"
        if token.token_type is TokenType.NOT:
            changed = text[: token.start] + text[token.end + 1 :].lstrip()
            yield Rewording(changed, f"`not` left out of `{atom}`", kill)
        elif token.token_type in _NEGATED and (before is None or before.token_type is not TokenType.NOT):
            yield Rewording(_with(text, token, f"not {token.text}"), f"`{atom}` negated", kill)
        elif token.token_type is TokenType.IS and after and after.token_type is not TokenType.NOT:
            yield Rewording(_with(text, token, f"{token.text} not"), f"`{atom}` negated", kill)


def _with(text: str, token: Token, other: str) -> str:
    return text[: token.start] + other + text[token.end + 1 :]


def _atom(text: str, tokens: Sequence[Token], index: int) -> str:
    """The operand of `and` or `or` that a token stands in, on one line."""
    first, last = index, index
    depth = 0
    while first > 0 and not (depth == 0 and _ends(tokens, first - 1, _OPEN)):
        first -= 1
        depth += (tokens[first].token_type in _SHUT) - (tokens[first].token_type in _OPEN)
    depth = 0
    while last + 1 < len(tokens) and not (depth == 0 and _ends(tokens, last + 1, _SHUT)):
        last += 1
        depth += (tokens[last].token_type in _OPEN) - (tokens[last].token_type in _SHUT)
    return _line(text[tokens[first].start : tokens[last].end + 1])


def _ends(tokens: Sequence[Token], place: int, brackets: frozenset[TokenType]) -> bool:
    kind = tokens[place].token_type
    return kind in brackets or kind is TokenType.OR or (kind is TokenType.AND and not _between(tokens, place))


def _between(tokens: Sequence[Token], place: int) -> bool:
    """Whether an `and` belongs to a `between`."""
    depth = 0
    for token in reversed(tokens[:place]):
        depth += (token.token_type in _SHUT) - (token.token_type in _OPEN)
        if depth < 0 or (depth == 0 and token.token_type in {TokenType.AND, TokenType.OR}):
            return False
        if depth == 0 and token.token_type is TokenType.BETWEEN:
            return True
    return False


def _dropped(text: str, tokens: Sequence[Token]) -> Iterator[Rewording]:
    """Each chain of operands without one of them, at every depth."""
    for chain in _chains(tokens, 0, len(tokens)):
        for place, (start, stop) in enumerate(chain):
            operand = _line(text[tokens[start].start : tokens[stop - 1].end + 1])
            # The word that joins it goes too: the one after the first operand, the one before any other.
            if place == 0:
                begin, end = tokens[start].start, tokens[chain[1][0]].start
            else:
                begin, end = tokens[chain[place - 1][1] - 1].end + 1, tokens[stop - 1].end + 1
            kill = f"no case needs `{operand}`: add a record that is like the others but for it"
            yield Rewording(text[:begin] + text[end:], f"without `{operand}`", kill)


def _chains(tokens: Sequence[Token], start: int, stop: int) -> Iterator[list[tuple[int, int]]]:
    """Every chain of two or more operands between two places, as places, the outermost first."""
    for kind in (TokenType.OR, TokenType.AND):
        parts = _split(tokens, start, stop, kind)
        if len(parts) > 1:
            yield parts
            for part in parts:
                yield from _chains(tokens, *part)
            return
    inside = next((place for place in range(start, stop) if tokens[place].token_type is TokenType.L_PAREN), None)
    if inside is not None:
        shut = _closing(tokens, inside, stop)
        yield from _chains(tokens, inside + 1, shut)
        yield from _chains(tokens, shut + 1, stop)


def _split(tokens: Sequence[Token], start: int, stop: int, kind: TokenType) -> list[tuple[int, int]]:
    depth, cuts = 0, [start - 1]
    for place in range(start, stop):
        depth += (tokens[place].token_type in _OPEN) - (tokens[place].token_type in _SHUT)
        joins = tokens[place].token_type is kind and depth == 0
        if joins and not (kind is TokenType.AND and _between(tokens, place)):
            cuts.append(place)
    return [(before + 1, after) for before, after in pairwise([*cuts, stop])]


def _closing(tokens: Sequence[Token], opened: int, stop: int) -> int:
    depth = 0
    for place in range(opened, stop):
        depth += (tokens[place].token_type is TokenType.L_PAREN) - (tokens[place].token_type is TokenType.R_PAREN)
        if depth == 0:
            return place
    return stop


def _line(text: str) -> str:
    return " ".join(text.split())
