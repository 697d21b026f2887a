"""Binding an expression: every name resolved, every type checked, before anything runs.

`compile_expression` gives an engine expression; what a name means is the scope's business, so the same language serves
column mappings, rules and bounds.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeAlias

from sqlglot import exp

from compliance.language import exact, ratios
from compliance.language.constants import WRITTEN_SPAN
from compliance.language.durations import duration
from compliance.language.grammar import ExpressionError, extent, parse, path_of, paths, refused
from compliance.language.moments import MOMENTS, as_moment, day, instants, midnight, reckoned, span, span_as_days
from compliance.language.scope import Scope, UnknownName
from compliance.language.values import Family, Listed, Typed, in_words, literal, read_as

_INSTEAD = {
    Family.BOOLEAN: "write a condition, such as `amount > 100`",
    Family.NUMBER: "name a column that holds a number; `types` in the manifest says what a column holds",
    Family.TEXT: "name a column that holds text; ids that look like numbers are `id` under `types` in the manifest",
}
Told: TypeAlias = Callable[[Sequence[exp.Expr]], exp.Expr]
_ONE_SPAN = "an interval is one number and one unit, such as `interval '30 minutes'`"
TYPE_IT = "say under `types` that the column is a date or datetime"
_ORDERED = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)
_NUMBER = re.compile(r"[-+]?[0-9]+([.,][0-9]+)?")


def compile_expression(text: str, scope: Scope, *, wants: Family | None = None) -> Typed:
    """Parse and bind `text`; `wants` is the family it must have. Raises ExpressionError."""
    tree = parse(text)
    binder = _Binder(scope)
    bound = binder.bind(tree)
    if wants is None:
        return bound
    if wants is Family.TEXT:
        bound = in_words(bound)
    elif wants is Family.NUMBER:
        bound = binder.in_days(tree, bound)
    found = read_as(bound, wants)
    if found.family not in {wants, Family.NULL}:
        message = f"this is {found.family.value}, but {wants.value} is wanted here"
        raise ExpressionError(message, 0, len(text.rstrip()), _INSTEAD.get(wants, ""))
    return found


class _Binder:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def bind(self, node: exp.Expr) -> Typed:
        for kinds, method in _METHODS:
            if isinstance(node, kinds):
                return method(self, node)
        raise refused(node, f"`{node.sql()}` is not allowed in an expression")

    # leaves ------------------------------------------------------------------------------------------------------

    def name(self, node: exp.Expr) -> Typed:
        assert isinstance(node, exp.Column | exp.Dot)  # noqa: S101 narrowed by _METHODS
        try:
            return self._scope.column(path_of(node))
        except UnknownName as unknown:
            raise _unknown(node, unknown, path_of(node)[-1]) from None

    def parameter(self, node: exp.Expr) -> Typed:
        value = self._parameter(node)
        if isinstance(value, Listed):
            raise refused(node, f"`:{node.name}` is a list; it can only stand behind `in`")
        return value

    def _parameter(self, node: exp.Expr) -> Typed | Listed:
        try:
            return self._scope.parameter(node.name)
        except UnknownName as unknown:
            raise _unknown(node, unknown, node.name) from None

    def constant(self, node: exp.Expr) -> Typed:
        if isinstance(node, exp.Boolean):
            return literal(bool(node.this))
        if isinstance(node, exp.Null):
            return literal(None)
        if isinstance(node, exp.Literal) and node.is_string:
            return literal(node.this)
        try:
            value = exact.reckoned(Decimal(node.this))
        except ValueError as error:
            raise refused(node, str(error)) from None
        return literal(int(value) if value == value.to_integral() and "." not in node.this else value)

    def moment_literal(self, node: exp.Expr) -> Typed:
        """`date '…'` or `timestamp '…'`; a timestamp is a moment, also where it names a day only."""
        written = as_moment(literal(node.this.this), node)
        return midnight(written) if node.args["to"].this == exp.DataType.Type.TIMESTAMP else written

    def interval(self, node: exp.Expr) -> Typed:
        written = str(node.meta.get("written", ""))
        try:
            return span(duration(WRITTEN_SPAN.sub(r"\1 \2", written.lower())))
        except ValueError as error:
            if not WRITTEN_SPAN.fullmatch(written.lower()):
                raise refused(node, _ONE_SPAN, help_="add one to the other, or count in the smaller unit") from None
            raise refused(node, str(error)) from None

    # logic -------------------------------------------------------------------------------------------------------

    def paren(self, node: exp.Expr) -> Typed:
        inner = self.bind(node.this)
        return ratios.same(inner, exp.Paren(this=inner.sql))

    def logic(self, node: exp.Expr) -> Typed:
        left, right = (self._boolean(part) for part in (node.this, node.expression))
        return Typed(type(node)(this=left, expression=right), Family.BOOLEAN)

    def negation(self, node: exp.Expr) -> Typed:
        return Typed(exp.Not(this=exp.Paren(this=self._boolean(node.this))), Family.BOOLEAN)

    def _boolean(self, node: exp.Expr) -> exp.Expr:
        value = read_as(self.bind(node), Family.BOOLEAN)
        if value.family not in {Family.BOOLEAN, Family.NULL}:
            raise refused(node, f"a condition is wanted here, not {value.family.value}")
        return value.sql

    def is_(self, node: exp.Expr) -> Typed:
        value = self.bind(node.this)
        if isinstance(node.expression, exp.Boolean):
            value = read_as(value, Family.BOOLEAN)
            if value.family is not Family.BOOLEAN:
                raise refused(node.this, f"`is true` wants a condition, not {value.family.value}")
        asked = exp.Paren(this=exp.Is(this=value.sql, expression=node.expression.copy()))
        return Typed(self._if_read(node, asked), Family.BOOLEAN)

    def _if_read(self, node: exp.Expr, value: exp.Expr) -> exp.Expr:
        """The value, but null where a cell that it asks of could not be read: that one is not empty."""
        told = (self._scope.column(path).unread for path in paths(node))
        unread = [each.copy() for each in told if each is not None]
        if not unread:
            return value
        dark = exp.or_(*unread) if len(unread) > 1 else unread[0]
        return exp.Paren(this=exp.Case(ifs=[exp.If(this=dark, true=exp.Null())], default=value))

    # comparisons -------------------------------------------------------------------------------------------------

    def comparison(self, node: exp.Expr) -> Typed:
        left, right = self._alike(node, self.bind(node.this), self.bind(node.expression))
        return Typed(type(node)(this=left.sql, expression=right.sql), Family.BOOLEAN)

    def between(self, node: exp.Expr) -> Typed:
        value, low, high = (self.bind(node.args[part]) for part in ("this", "low", "high"))
        sides = []
        for kind, bound in ((exp.GTE, low), (exp.LTE, high)):
            left, right = self._alike(node, value, bound)
            sides.append(kind(this=left.sql.copy(), expression=right.sql))
        return Typed(exp.Paren(this=exp.And(this=sides[0], expression=sides[1])), Family.BOOLEAN)

    def membership(self, node: exp.Expr) -> Typed:
        value = self.bind(node.this)
        options, dated = self._options(node)
        parts = [self._among(node, value, options)] if options or not dated else []
        parts += [self._dated(node, value, each) for each in dated]
        return Typed(exp.or_(*parts) if len(parts) > 1 else parts[0], Family.BOOLEAN)

    def _among(self, node: exp.Expr, value: Typed, options: Iterable[Typed]) -> exp.Expr:
        pairs = [self._alike(node, value, option) for option in options]
        if not pairs:
            return exp.false()
        return exp.In(this=pairs[0][0].sql, expressions=[right.sql for _, right in pairs])

    def _dated(self, node: exp.Expr, value: Typed, listed: Listed) -> exp.Expr:
        """Among the members of the day; before a list's first day nothing can be told."""
        ifs = [
            exp.If(this=(when or exp.true()).copy(), true=self._among(node, value, members))
            for when, members in listed.steps
        ]
        return exp.Paren(this=exp.Case(ifs=ifs))

    def _options(self, node: exp.Expr) -> tuple[list[Typed], list[Listed]]:
        """The members of `in (…)`, `in :list` or `in (:list)`; those of lists that change stand apart."""
        if node.args.get("query") is not None:
            raise refused(node.args["query"], "a sub-query is not allowed in an expression")
        field = node.args.get("field")
        members = [field] if field is not None else list(node.expressions)
        options: list[Typed] = []
        dated: list[Listed] = []
        for member in members:
            value = self._parameter(member) if isinstance(member, exp.Placeholder) else self.bind(member)
            if isinstance(value, Typed):
                options.append(value)
            elif value.always is not None:
                options += value.always
            else:
                dated.append(value)
        return options, dated

    def like(self, node: exp.Expr) -> Typed:
        sides = [(part, self.bind(part)) for part in (node.this, node.expression)]
        for part, value in sides:
            if value.family not in {Family.TEXT, Family.NULL}:
                raise refused(part, f"`like` compares text, not {value.family.value}")
        found = exp.Like(this=sides[0][1].sql, expression=sides[1][1].sql)
        # Of `not like` the parser makes one node, where other negations are a node around what they negate.
        return Typed(exp.not_(found) if node.args.get("negate") else found, Family.BOOLEAN)

    def _alike(self, node: exp.Expr, left: Typed, right: Typed) -> tuple[Typed, Typed]:
        """Both sides as one family: a date beside a datetime makes both days, text beside a date is read as one."""
        if Family.NULL in {left.family, right.family}:
            raise refused(node, "a comparison with null is never true", help_="write `is null` or `is not null`")
        left, right = read_as(left, right.family), read_as(right, left.family)
        if isinstance(node, _ORDERED) and _quoted_number(left, right):
            raise refused(node, "text is not compared by size", help_="write the number without quotes")
        if left.family in MOMENTS and right.text is not None:
            right = as_moment(right, node)
        if right.family in MOMENTS and left.text is not None:
            left = as_moment(left, node)
        if {left.family, right.family} == MOMENTS:
            return day(left), day(right)
        if known := instants((left, right), self._scope):
            # Clocks show an hour twice: moments tell which of the two is meant.
            left, right = (Typed(each, Family.DATETIME) for each in known)
        left, right = self._beside_number(node, left, right), self._beside_number(node, right, left)
        if {Family.SPAN} <= {left.family, right.family} <= {Family.NUMBER, Family.SPAN}:
            return span_as_days(left, node), span_as_days(right, node)
        if left.family is not right.family:
            message = f"{left.family.value} can't be compared with {right.family.value}"
            raise refused(node, message, help_=_beside(node, left, right))
        return left, right

    # arithmetic --------------------------------------------------------------------------------------------------

    def minus_sign(self, node: exp.Expr) -> Typed:
        value = self._number(node.this)
        return ratios.turned(value, exp.Paren(this=exp.Neg(this=value.sql)))

    def _number(self, node: exp.Expr) -> Typed:
        return self._as_number(self.bind(node), node)

    def _as_number(self, value: Typed, node: exp.Expr) -> Typed:
        value = read_as(value, Family.NUMBER)
        if value.family is not Family.NUMBER:
            raise refused(node, f"a number is wanted here, not {value.family.value}")
        return value

    def sum_(self, node: exp.Expr) -> Typed:
        return self._total(node, self.bind(node.this), self.bind(node.expression))

    def _total(self, node: exp.Expr, left: Typed, right: Typed) -> Typed:
        minus = isinstance(node, exp.Sub)
        if right.spans and (left.family in MOMENTS or left.text is not None):
            return self._by_span(node, right, lambda span: self._total(node, left, span))
        if left.spans and right.family in MOMENTS and not minus:
            return self._by_span(node, left, lambda span: self._total(node, span, right))
        if right.family is Family.SPAN and left.text is not None:
            left = as_moment(left, node)
        if left.family in MOMENTS or right.family in MOMENTS:
            return reckoned(node, left, right, self._scope, minus=minus)
        left, right = self._as_number(left, node.this), self._as_number(right, node.expression)
        percent = left.percent or right.percent

        def plain() -> Typed:
            scale = max(left.scale, right.scale)
            sql = type(node)(this=exact.cast(left.sql, left.scale), expression=exact.cast(right.sql, right.scale))
            return Typed(exp.Paren(this=sql), Family.NUMBER, scale)

        joined = ratios.total(left, right, minus=minus)
        return replace(plain() if joined is None else ratios.rounded_before(joined, plain), percent=percent)

    def _beside_number(self, node: exp.Expr, value: Typed, other: Typed) -> Typed:
        """A parameter's stretch of time beside a number, such as a difference of moments: so many days."""
        return self.in_days(node, value) if value.spans and other.family is Family.NUMBER else value

    def in_days(self, node: exp.Expr, value: Typed) -> Typed:
        """A stretch of time where a number is wanted: so many days, as a difference of moments is."""
        if value.family is Family.SPAN:
            return span_as_days(value, node)
        return self._by_span(node, value, lambda span: span_as_days(span, node)) if value.spans else value

    def _by_span(self, node: exp.Expr, value: Typed, work: Callable[[Typed], Typed]) -> Typed:
        """What comes of a parameter's stretch of time, by the day; before its first value nothing does."""
        found = self._one_family(node, [work(span(length)) for _, length in value.spans])
        whens = [when for when, _ in value.spans]
        if whens == [None]:
            return found[0]

        def told(of: Sequence[exp.Expr]) -> exp.Expr:
            pairs = zip(whens, of, strict=True)
            return exp.Paren(this=exp.Case(ifs=[exp.If(this=when or exp.true(), true=each) for when, each in pairs]))

        return self._either(found, told)

    def product(self, node: exp.Expr) -> Typed:
        left, right = self._number(node.this), self._number(node.expression)
        percent = left.percent or right.percent
        joined = ratios.product(left, right)
        found = (
            _product(left, right) if joined is None else ratios.rounded_before(joined, lambda: _product(left, right))
        )
        return replace(found, percent=percent)

    def quotient(self, node: exp.Expr) -> Typed:
        left, right = self._number(node.this), self._number(node.expression)
        return ratios.quotient(left, right)

    def join(self, node: exp.Expr) -> Typed:
        parts = [in_words(self.bind(part)) for part in (node.this, node.expression)]
        for part, value in zip((node.this, node.expression), parts, strict=True):
            if value.family is not Family.TEXT:
                help_ = "say under `types` that the column is text" if isinstance(part, exp.Column) else ""
                raise refused(part, f"`||` joins text, not {value.family.value}", help_=help_)
        return Typed(exp.DPipe(this=parts[0].sql, expression=parts[1].sql), Family.TEXT)

    # calls -------------------------------------------------------------------------------------------------------

    def case(self, node: exp.Expr) -> Typed:
        branches = [self.bind(branch.args["true"]) for branch in node.args["ifs"]]
        default = self.bind(node.args["default"]) if node.args.get("default") is not None else literal(None)
        whens = [self._when(node.this, branch.this) for branch in node.args["ifs"]]

        def told(of: Sequence[exp.Expr]) -> exp.Expr:
            ifs = [exp.If(this=when.copy(), true=value) for when, value in zip(whens, of, strict=False)]
            return self._if_read(node, exp.Case(ifs=ifs, default=of[-1]))

        return self._one_of(node, [*branches, default], told, told)

    def _when(self, compared: exp.Expr | None, when: exp.Expr) -> exp.Expr:
        """The condition behind `when`, or that what stands behind `case` equals it."""
        if compared is None:
            return self._boolean(when)
        left, right = self._alike(when, self.bind(compared), self.bind(when))
        return exp.EQ(this=left.sql, expression=right.sql)

    def coalesce(self, node: exp.Expr) -> Typed:
        bound = [self.bind(part) for part in (node.this, *node.expressions)]

        def first(of: Sequence[exp.Expr]) -> exp.Expr:
            there = [
                exp.Not(this=exp.Is(this=exp.Paren(this=each.sql.copy()), expression=exp.Null())) for each in bound
            ]
            return exp.Case(ifs=[exp.If(this=known, true=each) for known, each in zip(there, of, strict=True)])

        def filled(of: Sequence[exp.Expr]) -> exp.Expr:
            return self._if_read(node, exp.Coalesce(this=of[0], expressions=list(of[1:])))

        return self._one_of(node, bound, filled, first)

    def _one_of(self, node: exp.Expr, bound: Sequence[Typed], told: Told, pick: Told) -> Typed:
        """One of several values, a quotient still where one of them is; `pick` says by the values which it is."""
        found = self._either(self._one_family(node, list(bound)), told)
        if found.family is not Family.NUMBER or not any(each.unrounded for each in bound):
            return found
        numbers = [read_as(each, Family.NUMBER) for each in bound]
        return replace(found, ratio=ratios.chosen(numbers, found.sql, pick))

    def _either(self, values: Sequence[Typed], told: Told) -> Typed:
        """One of several values; of datetimes, its moment in UTC too."""
        known = instants(values, self._scope)
        sql = told([value.sql for value in values])
        return replace(values[0], sql=sql, text=None, instant=told(known) if known else None)

    def _one_family(self, node: exp.Expr, values: list[Typed]) -> list[Typed]:
        """Branches brought to one family and, for numbers, to one scale; the first one carries both."""
        told = [value for value in values if value.family is not Family.NULL]
        if not told:
            return values
        moments = {value.family for value in told} & MOMENTS
        if moments:
            values = [as_moment(value, node) if value.text is not None else value for value in values]
            told = [value for value in values if value.family is not Family.NULL]
        if {value.family for value in told} == MOMENTS:
            values = [midnight(value) if value.family in MOMENTS else value for value in values]
            told = [value for value in values if value.family is not Family.NULL]
        families = {value.family for value in told}
        for family in families - {Family.TEXT}:
            values = [read_as(value, family) for value in values]
        told = [value for value in values if value.family is not Family.NULL]
        families = {value.family for value in told}
        if len(families) > 1:
            raise refused(node, f"{' and '.join(sorted(family.value for family in families))} can't stand side by side")
        scale = max(value.scale for value in told)
        percent = any(value.percent for value in told)
        if told[0].family is Family.NUMBER:
            values = [v if v.family is Family.NULL else replace(v, sql=exact.cast(v.sql, scale)) for v in values]
        return [replace(value, family=told[0].family, scale=scale, percent=percent) for value in values]

    def text_call(self, node: exp.Expr) -> Typed:
        value = self.bind(node.this)
        if value.family is not Family.TEXT:
            raise refused(
                node.this,
                f"`{'lower' if isinstance(node, exp.Lower) else 'length'}` wants text, not {value.family.value}",
            )
        family = Family.TEXT if isinstance(node, exp.Lower) else Family.NUMBER
        return Typed(type(node)(this=value.sql), family)

    def absolute(self, node: exp.Expr) -> Typed:
        value = self._number(node.this)
        return ratios.sized(value, exp.Abs(this=value.sql))

    def round_(self, node: exp.Expr) -> Typed:
        value = self._number(node.this)
        decimals = node.args.get("decimals")
        scale = int(decimals.name) if isinstance(decimals, exp.Literal) and decimals.name.isdigit() else 0
        written = decimals is None or (isinstance(decimals, exp.Literal) and decimals.name == str(scale))
        if not written or scale > exact.QUOTIENT_PLACES:
            raise refused(decimals or node, "the number of places is a whole number from 0 to 12")
        sql = exp.Round(this=exact.cast(value.sql, value.scale), decimals=exp.Literal.number(scale))
        return replace(value, sql=exact.cast(sql, scale), scale=scale)

    def calendar_part(self, node: exp.Expr) -> Typed:
        argument = node.expressions[0] if isinstance(node, exp.Anonymous) and node.expressions else node.this
        if not isinstance(argument, exp.Expr):
            raise refused(node, "`weekday` wants one date")
        value = self.bind(argument)
        if value.family not in MOMENTS:
            help_ = TYPE_IT if isinstance(argument, exp.Column) and value.family is Family.TEXT else ""
            raise refused(argument, f"a date is wanted here, not {value.family.value}", help_=help_)
        kind: Callable[..., exp.Expr] = exp.DayOfWeekIso if isinstance(node, exp.Anonymous) else type(node)
        return Typed(exp.Cast(this=kind(this=value.sql), to=exact.data_type("BIGINT")), Family.NUMBER)

    def own_call(self, node: exp.Expr) -> Typed:
        name = str(node.this).lower()
        if name == "weekday":
            return self.calendar_part(node)
        arguments = [self.bind(part) for part in node.expressions]
        if name == "working_days" and [argument.family in MOMENTS for argument in arguments] != [True, True]:
            texts = any(argument.family is Family.TEXT and argument.text is None for argument in arguments)
            says = "`working_days` wants two dates: working_days(asked_at, answered_at)"
            raise refused(node, says, help_=TYPE_IT if texts else "")
        if name == "nth" and not arguments:
            raise refused(node, "`nth` wants what a record is counted among: nth(client_id)")
        try:
            return self._scope.call(name, arguments)
        except UnknownName as unknown:
            raise _unknown(node, unknown, name) from None


_METHODS: tuple[tuple[tuple[type[exp.Expr], ...], Callable[[_Binder, exp.Expr], Typed]], ...] = (
    ((exp.Column, exp.Dot), _Binder.name),
    ((exp.Placeholder,), _Binder.parameter),
    ((exp.Cast,), _Binder.moment_literal),
    ((exp.Literal, exp.Boolean, exp.Null), _Binder.constant),
    ((exp.Interval,), _Binder.interval),
    ((exp.Paren,), _Binder.paren),
    ((exp.And, exp.Or), _Binder.logic),
    ((exp.Not,), _Binder.negation),
    ((exp.Is,), _Binder.is_),
    ((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE), _Binder.comparison),
    ((exp.Between,), _Binder.between),
    ((exp.In,), _Binder.membership),
    ((exp.Like,), _Binder.like),
    ((exp.Neg,), _Binder.minus_sign),
    ((exp.Add, exp.Sub), _Binder.sum_),
    ((exp.Mul,), _Binder.product),
    ((exp.Div,), _Binder.quotient),
    ((exp.DPipe,), _Binder.join),
    ((exp.Case,), _Binder.case),
    ((exp.Coalesce,), _Binder.coalesce),
    ((exp.Lower, exp.Length), _Binder.text_call),
    ((exp.Abs,), _Binder.absolute),
    ((exp.Round,), _Binder.round_),
    ((exp.Year, exp.Month, exp.Day), _Binder.calendar_part),
    ((exp.Anonymous,), _Binder.own_call),
)


def _product(left: Typed, right: Typed) -> Typed:
    """Left x right, as each is told."""
    sql, scale = exact.multiply(left.sql, left.scale, right.sql, right.scale)
    short = exact.short(left.sql) and exact.short(right.sql)
    told = None if short else exp.and_(*(_there(side.sql) for side in (left, right)))
    return Typed(exact.within(sql, exact.size(left.sql, right.sql), scale, told), Family.NUMBER, scale)


def _there(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=exp.Paren(this=value.copy()), expression=exp.Null()))


def _quoted_number(left: Typed, right: Typed) -> bool:
    """Whether text that may be a number stands beside one in quotes: '100' comes before '70'."""
    pairs = ((left, right), (right, left))
    return any(value.open and _NUMBER.fullmatch(other.text or "") for value, other in pairs)


def _beside(node: exp.Expr, left: Typed, right: Typed) -> str:
    """What to do where text, a number and a moment stand beside one another."""
    families = {left.family, right.family}
    if families & MOMENTS and Family.TEXT in families and left.text is None and right.text is None:
        return TYPE_IT
    if families & MOMENTS and Family.NUMBER in families:
        return "a date is written as text: '2026-03-31'"
    if families != {Family.TEXT, Family.NUMBER}:
        return ""
    if left.text is not None or right.text is not None:
        return "write the number without quotes"
    equal = isinstance(node, exp.EQ | exp.NEQ | exp.In)
    return "put the number into quotes" if equal else "say under `types` that the column is a number"


def _unknown(node: exp.Expr, unknown: UnknownName, name: str) -> ExpressionError:
    if near := get_close_matches(name, unknown.known, n=1):
        help_ = f"did you mean `{near[0]}`?"
    elif isinstance(node, exp.Column) and not node.table and _meant_as_text(node):
        help_ = "; ".join(filter(None, (f"a text stands in single quotes: '{name}'", unknown.help)))
    else:
        help_ = unknown.help
    return ExpressionError(unknown.says, *extent(node), help_)


def _meant_as_text(node: exp.Column) -> bool:
    """Whether a name that nobody knows is quoted, or stands where a value is compared with a word."""
    beside = node.parent
    compared = isinstance(beside, exp.EQ | exp.NEQ) and beside.expression is node
    listed = isinstance(beside, exp.In) and any(each is node for each in beside.expressions)
    return bool(node.this.args.get("quoted")) or compared or listed
