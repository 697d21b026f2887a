"""What one duty each is owed for: entities, members of lists and values of columns, and every combination of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from sqlglot import exp

from compliance.language.scope import UnknownName
from compliance.language.values import Typed, kept, literal
from compliance.sql import all_of, any_of, col, expression, inner, named, nothing, relation, sql

Form: TypeAlias = Callable[[Typed], Typed]
ONCE = """
    select * from entities
    qualify row_number() over (partition by record_key, :state order by listed_since nulls first) = 1
"""
WERE, SHOWN = "were_since", "shown_since"  # of a combination, its entities and members, and its values of columns


@dataclass
class Part:
    """One part of `for_each` as a query of `key`, `owner`, `since`, `until` and whatever `each.` asks for.

    `own` is the column that is the whole key of its table, `lacks` the cause where its source has no such. `stated`:
    of a history, with a row for each state and when it held, `state_since` and `state_until`. `whole`: there is but
    one, to which every record belongs. `returning`: a member of the list stands in it again, with a row for each.
    `opens`: an entity may be ruled out by a row that nobody can read, which `open` tells. `called` is the key under the
    name by which records are asked for it. `apart` are the columns of `query` that hold a key of several columns one by
    one; records are known by all of them or none. `values` are what columns of `matches` hold, if not text.
    """

    number: int
    table: str | None
    base: Callable[[Sequence[exp.Expr]], exp.Select]
    each: Callable[[tuple[str, ...]], Typed]
    matches: tuple[tuple[str, str], ...] = ()
    own: str = ""
    lacks: str = ""
    kept: tuple[str, ...] = ()
    owned: bool = False
    stated: bool = False
    whole: bool = False
    returning: bool = False
    opens: bool = False
    called: Callable[[exp.Expr], exp.Expr] = lambda key: key
    apart: tuple[str, ...] = ()
    values: Mapping[str, Typed] = field(default_factory=dict)
    wanted: dict[str, tuple[str, exp.Expr]] = field(default_factory=dict)

    @property
    def alias(self) -> str:
        """The part's name inside the query."""
        return f"p{self.number}"

    def want(self, path: tuple[str, ...], form: Form) -> Typed:
        """A column of the entity in some form, kept for later; raises UnknownName."""
        return kept(form(self.each(path)), "", self._held)

    def _held(self, _: str, value: exp.Expr) -> exp.Expr:
        """The column that holds an expression, whatever it is told as."""
        written = value.sql(dialect="duckdb")
        return col(self.wanted.setdefault(written, (f"e{self.number}_{len(self.wanted) + 1}", value))[0], "o")


@dataclass(frozen=True)
class Entities:
    """All parts together; every combination is an entity. `table` is what findings name as the record's table.

    `owner` is who owns an entity where the rule says so by `who` (`each.manager_id`), and not the parts. `rostered`: a
    roster tells who there is.
    """

    parts: tuple[Part, ...]
    table: str
    owner: exp.Expr | None = None
    rostered: bool = False

    @property
    def whole(self) -> bool:
        """Whether there is one duty over all records, which no key has to tell."""
        return any(part.whole for part in self.parts)

    @property
    def by_columns(self) -> bool:
        """Whether entities are values of the records' own columns, known from their first record on."""
        return any(part.kept for part in self.parts)

    @property
    def lacks(self) -> tuple[str, ...]:
        """Why records can't be known by the entities' keys: standard tables whose sources have none."""
        return tuple(part.lacks for part in self.parts if part.lacks)

    @property
    def owned(self) -> bool:
        """Whether an entity has an owner, who then is the bearer."""
        return self.owner is not None or any(part.owned for part in self.parts)

    @property
    def of_lists(self) -> bool:
        """Whether a part is a list, whose members come and go."""
        return any(part.table is None for part in self.parts)

    @property
    def opens(self) -> bool:
        """Whether an entity may be ruled out by a row that nobody can read, which the column `open` tells."""
        return any(part.opens for part in self.parts)

    @property
    def stated(self) -> bool:
        """Whether an entity has several states, of which the one of a window's last day counts."""
        return any(part.stated for part in self.parts)

    def then(self, alias: str, stop: exp.Expr, as_of: datetime) -> exp.Expr | None:
        """Whether a row is the state of a window's last day, as far as it is known at `as_of`; None where all are."""
        if not self.stated:
            return None
        since, until = col("state_since", alias), col("state_until", alias)
        # The day's end is no moment of it, but what began at `as_of` itself is known then.
        begun, lasts = "(:s is null or (:s < :stop and :s <= :a))", "(:u is null or :u >= :stop or :u > :a)"
        # Of a row whose time can't be read it is the state of `as_of`.
        end = expression("coalesce(:stop, timestamp '9999-12-31')", stop=stop)
        return expression(f"{begun} and {lasts}", s=since, u=until, stop=end, a=literal(as_of).sql)

    def begun(self, alias: str, start: exp.Expr, stop: exp.Expr) -> exp.Expr:
        """Whether a row was there as a window began, but for values of columns: those by the window's end."""
        there = "(:was is null or :was <= :start)"
        if not self.by_columns:
            return expression(there, was=col("since", alias), start=start)
        shown = expression("(:s is null or :s < :stop)", s=col(SHOWN, alias), stop=stop)
        return all_of(expression(there, was=col(WERE, alias), start=start), shown)

    def met(self) -> exp.Expr:
        """The entities for records to meet, as alias `o`: each once, however often it stands in a list that changes."""
        if not any(part.returning for part in self.parts):
            return relation("entities", "o")
        once = sql(ONCE, state=col("state_since") if self.stated else exp.null())
        return inner(once, "o", quoted=True)

    def each(self, path: tuple[str, ...], form: Form = lambda value: value) -> Typed:
        """`each.x`, or some form of it, as a column of alias `o`."""
        known: list[str] = []
        for part in self.parts:
            try:
                return part.want(path, form)
            except UnknownName as unknown:
                known += unknown.known
        raise UnknownName(f"`each` has no `{'.'.join(path)}`", tuple(known))

    def key(self, path: tuple[str, ...]) -> str | None:
        """The column of `query` that holds the key of a part, where `each.x` is just that."""
        return next((f"key {part.number}" for part in self.parts if path == (part.own,)), None)

    def called(self, key: exp.Expr) -> exp.Expr:
        """A finding's key under the name by which records are asked for its entity, where that has but one part."""
        return self.parts[0].called(key)

    def matches(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a record's column and the column of `query` that must be equal."""
        return tuple(pair for part in self.parts for pair in part.matches)

    def query(self) -> exp.Select:
        """Every combination: record_key, owner, since and until (null: always), and the wanted columns."""
        keys = [expression("p.key") for _ in self.parts]
        for key, part in zip(keys, self.parts, strict=True):
            _realias(key, part.alias)
        joined = keys[0]
        for key in keys[1:]:
            joined = expression(":a || ' / ' || :b", a=joined, b=key)
        owner = next((col("owner", part.alias) for part in self.parts if part.owned), exp.null())
        lists = [part for part in self.parts if part.table is None]
        columns = [
            named(joined, "record_key"),
            named(owner, "owner"),
            named(_since_all(self.parts), "since"),
            named(_until_any(self.parts), "until"),
        ]
        if lists:
            columns += [named(_since_all(lists), "listed_since"), named(_until_any(lists), "listed_until")]
        if self.by_columns:
            columns.append(named(_since_all([part for part in self.parts if not part.kept]), WERE))
            columns.append(named(_since_all([part for part in self.parts if part.kept]), SHOWN))
        columns += [named(part.called(col("key", part.alias)), f"key {part.number}") for part in self.parts]
        if self.opens:
            columns.append(named(any_of(*(col("open", part.alias) for part in self.parts if part.opens)), "open"))
        stated = [part.alias for part in self.parts if part.stated]
        for name, fold in (("state_since", exp.Greatest), ("state_until", exp.Least)) if stated else ():
            first, *others = (col(name, alias) for alias in stated)
            columns.append(named(fold(this=first, expressions=others) if others else first, name))
        kept = [
            (part.alias, name)
            for part in self.parts
            for name in (*part.kept, *part.apart, *(name for name, _ in part.wanted.values()))
        ]
        columns += [named(col(name, alias), name) for alias, name in kept]
        query = exp.select(*columns).from_(self._source(self.parts[0]))
        for part in self.parts[1:]:
            query = query.join(self._source(part), join_type="cross")
        query = query if self.owner is None else _with_owner(query, self.owner.copy())
        return _of_the_roster(query) if self.owned and self.rostered else query

    def _source(self, part: Part) -> exp.Expr:
        extra = [named(value, name) for name, value in part.wanted.values()]
        return inner(part.base(extra), part.alias, quoted=True)


def _with_owner(query: exp.Select, owner: exp.Expr) -> exp.Select:
    """Entities as `o`, each with this owner."""
    told = ((each.alias, owner if each.alias == "owner" else col(each.alias, "o")) for each in query.expressions)
    return exp.select(*(named(value, name) for name, value in told)).from_(inner(query, "o", quoted=True))


def _of_the_roster(query: exp.Select) -> exp.Select:
    """The same, each without an owner whom the roster does not know: a reference that leads nowhere is null."""
    known = inner(sql("select r.bearer from roster as r group by r.bearer"), "known", quoted=True)
    same = expression("known.bearer = o.owner")
    return _with_owner(query, col("bearer", "known")).join(known, on=same, join_type="left", copy=False)


def _since_all(parts: Sequence[Part]) -> exp.Expr:
    """When the youngest part began to be; null where each always was."""
    if not parts:
        return nothing("TIMESTAMP")
    since = [expression("coalesce(:s, timestamp '0001-01-01')", s=col("since", part.alias)) for part in parts]
    youngest = exp.Greatest(this=since[0], expressions=since[1:]) if len(since) > 1 else since[0]
    return expression("nullif(:y, timestamp '0001-01-01')", y=youngest)


def _until_any(parts: Sequence[Part]) -> exp.Expr:
    """When the first part ends; null where none does."""
    ends = [expression("coalesce(:u, timestamp '9999-12-31')", u=col("until", part.alias)) for part in parts]
    first = exp.Least(this=ends[0], expressions=ends[1:]) if len(ends) > 1 else ends[0]
    return expression("nullif(:f, timestamp '9999-12-31')", f=first)


def _realias(node: exp.Expr, alias: str) -> None:
    for column in node.find_all(exp.Column):
        column.set("table", exp.to_identifier(alias, quoted=True))
