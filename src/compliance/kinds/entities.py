"""`for_each`: the entities, list members or column values that one duty each is owed for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.linked import asked
from compliance.kinds.opened import Loc, record_scope
from compliance.kinds.readings import STATE
from compliance.kinds.scopes import OwedScope, RecordScope
from compliance.language.blocks import NOBODY, Each, ParameterRef
from compliance.language.scope import UnknownName
from compliance.language.values import Family, Typed, literal
from compliance.sql import all_of, any_of, col, expression, inner, named, nothing, relation, sql, text
from compliance.workspace.standard import STANDARD
from compliance.yamldoc import did_you_mean

ONCE = """
    select * from entities
    qualify row_number() over (partition by record_key, :state order by listed_since nulls first) = 1
"""
DEFAULT_OWNER = "owner_id"
CREATED = ("created_at", "hired_on")
WERE, SHOWN = "were_since", "shown_since"  # of a combination, its entities and members, and its values of columns


@dataclass
class Part:
    """One part of `for_each` as a query of `key`, `owner`, `since`, `until` and whatever `each.` asks for.

    `own` is the column that is the whole key of its table, `lacks` the cause where its source has no such. `stated`:
    of a history, with a row for each state and when it held, `state_since` and `state_until`. `whole`: there is but
    one, to which every record belongs. `returning`: a member of the list stands in it again, with a row for each.
    `opens`: an entity may be ruled out by a row that nobody can read, which `open` tells.
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
    wanted: dict[str, tuple[str, exp.Expr]] = field(default_factory=dict)

    @property
    def alias(self) -> str:
        """The part's name inside the query."""
        return f"p{self.number}"

    def want(self, path: tuple[str, ...]) -> Typed:
        """A column of the entity, kept for later; raises UnknownName."""
        value = self.each(path)
        written = value.sql.sql(dialect="duckdb")
        name = self.wanted.setdefault(written, (f"e{self.number}_{len(self.wanted) + 1}", value.sql))[0]
        return replace(value, sql=col(name, "o"), text=None)


@dataclass(frozen=True)
class Entities:
    """All parts together; every combination is an entity. `table` is what findings name as the record's table.

    `owner` is who owns an entity where the rule says so by `who` (`each.manager_id`), and not the parts.
    """

    parts: tuple[Part, ...]
    table: str
    owner: exp.Expr | None = None

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

    def each(self, path: tuple[str, ...]) -> Typed:
        """`each.x` as a column of alias `o`."""
        known: list[str] = []
        for part in self.parts:
            try:
                return part.want(path)
            except UnknownName as unknown:
                known += unknown.known
        raise UnknownName(f"`each` has no `{'.'.join(path)}`", tuple(known))

    def key(self, path: tuple[str, ...]) -> str | None:
        """The column of `query` that holds the key of a part, where `each.x` is just that."""
        return next((f"key {part.number}" for part in self.parts if path == (part.own,)), None)

    def matches(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a record's column and the column of `query` that must be equal."""
        return tuple(pair for part in self.parts for pair in part.matches)

    def shown(self) -> tuple[tuple[str, str], ...]:
        """Those of `matches` that are values of the records' own columns."""
        return tuple(pair for part in self.parts if part.kept for pair in part.matches)

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
        columns += [named(col("key", part.alias), f"key {part.number}") for part in self.parts]
        if self.opens:
            columns.append(named(any_of(*(col("open", part.alias) for part in self.parts if part.opens)), "open"))
        stated = [part.alias for part in self.parts if part.stated]
        for name, fold in (("state_since", exp.Greatest), ("state_until", exp.Least)) if stated else ():
            first, *others = (col(name, alias) for alias in stated)
            columns.append(named(fold(this=first, expressions=others) if others else first, name))
        kept = [
            (part.alias, name)
            for part in self.parts
            for name in (*part.kept, *(name for name, _ in part.wanted.values()))
        ]
        columns += [named(col(name, alias), name) for alias, name in kept]
        query = exp.select(*columns).from_(self._source(self.parts[0]))
        for part in self.parts[1:]:
            query = query.join(self._source(part), join_type="cross")
        return query if self.owner is None else self._owned(query)

    def _owned(self, query: exp.Select) -> exp.Select:
        """The same, each with the owner that the rule names."""
        assert self.owner is not None  # noqa: S101 asked before
        names = (each.alias for each in query.expressions)
        told = ((name, self.owner.copy() if name == "owner" else col(name, "o")) for name in names)
        return exp.select(*(named(value, name) for name, value in told)).from_(inner(query, "o", quoted=True))

    def _source(self, part: Part) -> exp.Expr:
        extra = [named(value, name) for name, value in part.wanted.values()]
        return inner(part.base(extra), part.alias, quoted=True)


def _since_all(parts: Sequence[Part]) -> exp.Expr:
    """When the youngest part began to be; null where each always was."""
    if not parts:
        return _since(None)
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


def entities(desk: Desk, for_each: Sequence[Each], records: RecordScope, counts: Typed, loc: Loc) -> Entities | None:
    """Plan the parts of `for_each`; None where one can't be planned."""
    parts = []
    for index, each in enumerate(for_each):
        place = (*loc, index) if len(for_each) > 1 else loc
        if each.of is not None:
            part = _block(desk, each, index, place)
        elif each.item is not None:
            part = _list(desk, each, index, place)
        else:
            part = _columns(desk, each, index, records, counts, place)
        if part is None:
            return None
        parts.append(part)
    table = next((part.table for part in parts if part.table), records.table.name)
    found = Entities(tuple(parts), table)
    return found if desk.owner is None else replace(found, owner=_named_owner(desk, found))


def _named_owner(desk: Desk, found: Entities) -> exp.Expr:
    """Whom `who` names of an entity, from the columns that it keeps."""
    # An entity has no day of its own: a parameter has the value of the audit's first.
    names = OwedScope(
        desk.ground, desk.prefix, desk.needs, literal(desk.ground.period.start.date()).sql, "o", found.each
    )
    assert desk.owner is not None  # noqa: S101 asked before
    return desk.expression(desk.owner, names, ("bearer", "who"), Family.TEXT).sql


def nobodys(desk: Desk, records: RecordScope) -> Entities | None:
    """What a rule without `for_each` asks for where nobody owes it (`who: none`): one duty over all records."""
    if desk.bearer is None or desk.bearer.who != NOBODY:
        return None

    def base(extra: Sequence[exp.Expr]) -> exp.Select:
        columns = [named(nothing("VARCHAR"), "key"), named(nothing("VARCHAR"), "owner")]
        return exp.select(*columns, named(_since(None), "since"), named(_since(None), "until"), *extra)

    return Entities((Part(0, records.table.name, base, lambda path: _known({}, path), whole=True),), records.table.name)


def _block(desk: Desk, each: Each, number: int, loc: Loc) -> Part | None:
    table, _ = desk.ground.table(each.of or "")
    stated = table is not None and table.valid_from is not None
    scope = record_scope(desk, each.of or "", loc, each.at, states=stated)
    if scope is None:
        return None
    told = asked(desk, each, scope, loc)
    reading = scope.reading
    counts = reading.want(Typed(told.stands, Family.BOOLEAN)).sql
    key = reading.technical("_key").sql
    owner = _owner(desk, each, scope, loc)
    since = next((scope.column((name,)) for name in CREATED if name in scope.table.columns), None)
    happened = reading.technical("_at").sql if scope.table.has_at else None
    columns = [named(key, "key"), named(reading.want(owner).sql if owner else exp.null(), "owner")]
    columns.append(named(_since(reading.want(since).sql if since else happened), "since"))
    columns.append(named(_since(None), "until"))
    columns += [named(reading.state(name).sql, f"state{name}") for name in STATE] if stated else []
    columns += [named(reading.want(Typed(told.open, Family.BOOLEAN)).sql, "open")] if told.open is not None else []
    reading.only(told.stands)

    def base(extra: Sequence[exp.Expr]) -> exp.Select:
        query = exp.select(*columns, *extra).from_(relation(reading.name))
        return query.where(exp.Not(this=col("_rejected")), expression("coalesce(:c, false)", c=counts))

    def column(path: tuple[str, ...]) -> Typed:
        return reading.want(scope.column(path))

    keys, lacks = scope.table.key_columns, desk.ground.keyless(scope.table) or ""
    own = keys[0] if len(keys) == 1 else STANDARD[scope.table.name].key if lacks else ""
    matches = ((own, f"key {number}"),) if own else ()
    return Part(
        number,
        scope.table.name,
        base,
        column,
        matches,
        own,
        lacks,
        owned=owner is not None,
        stated=stated,
        opens=told.open is not None,
    )


def _since(value: exp.Expr | None) -> exp.Expr:
    return expression("cast(:v as timestamp)", v=value if value is not None else exp.null())


def _owner(desk: Desk, each: Each, scope: RecordScope, loc: Loc) -> Typed | None:
    """Who owns an entity; where the rule says that nobody owes, no owner does either."""
    nobody = desk.bearer is not None and desk.bearer.who == NOBODY
    if each.owner is not None:
        owner = desk.expression(each.owner, scope, (*loc, "owner"), Family.TEXT)
        return None if nobody else owner
    # One that lacks is nobody's choice: it is noted.
    if not nobody and desk.ground.knows(scope.table, DEFAULT_OWNER):
        owner = scope.column((DEFAULT_OWNER,))
        return owner if owner.family is Family.TEXT else Typed(exp.cast(owner.sql, "VARCHAR"), Family.TEXT)
    return None


def _list(desk: Desk, each: Each, number: int, loc: Loc) -> Part | None:
    """The members of a list; those of a parameter are owed for in windows that begin while they stand in it."""
    stretches = _stretches(desk, each, (*loc, "item"))
    if not any(members for _, _, members in stretches):
        desk.problem((*loc, "item"), "the list is empty", "name at least one member")
        return None
    rows = [
        (exp.cast(member.sql, "VARCHAR"), member.sql, literal(since).sql, literal(until).sql)
        for since, until, members in stretches
        for member in members
    ]
    values = exp.values(rows, alias="v", columns=["key", "item", "listed_from", "listed_to"])

    def base(extra: Sequence[exp.Expr]) -> exp.Select:
        owner = nothing("VARCHAR")
        columns = [named(owner, "owner"), named(_since(col("listed_from", "v")), "since")]
        columns.append(named(_since(col("listed_to", "v")), "until"))
        return exp.select(col("key", "v"), *columns, *extra).from_(values.copy())

    first = next(members for _, _, members in stretches if members)
    scale = max(member.scale for _, _, members in stretches for member in members)
    item = Typed(col("item", "v"), first[0].family, scale)
    written = [member.sql.sql() for _, _, members in stretches for member in members]
    again = len(written) > len({*written})
    return Part(number, None, base, lambda path: _known({each.named: item}, path), returning=again)


def _stretches(desk: Desk, each: Each, loc: Loc) -> list[tuple[date | None, date | None, tuple[Typed, ...]]]:
    """The members from when to when; a member that stays in the list is there once."""
    if not isinstance(each.item, ParameterRef):
        return [(None, None, tuple(literal(member) for member in each.item or ()))]
    known, name = desk.ground.parameters, each.item.parameter
    try:
        listed = known.listed(known.full_name(name, desk.prefix))
    except UnknownName as unknown:
        desk.problem((*loc, "parameter"), unknown.says, did_you_mean(name, unknown.known))
        return []
    found: list[tuple[date | None, date | None, Typed]] = []
    for since, until, members in listed:
        for member in members:
            before = next((one for one in found if one[1] == since and since and one[2].sql == member.sql), None)
            if before is not None:
                found.remove(before)
            found.append((before[0] if before else since, until, member))
    return [(since, until, (member,)) for since, until, member in found]


def _columns(  # noqa: PLR0917 all that a part is made of
    desk: Desk, each: Each, number: int, records: RecordScope, counts: Typed, loc: Loc
) -> Part | None:
    """The distinct values of columns in the block's own records, each known from its first record on."""
    reading = records.reading
    found = [(name, _column(desk, name, records, (*loc, index))) for index, name in enumerate(each.columns)]
    if any(value is None for _, value in found):
        return None
    values = {name: reading.want(value) for name, value in found if value is not None}
    at = records.happened_at.sql if records.timed else None
    key = text("")
    for index, value in enumerate(values.values()):
        written = exp.cast(value.sql.copy(), "VARCHAR")
        key = written if index == 0 else expression(":a || ' / ' || :b", a=key, b=written)
    first = expression("min(cast(:at as timestamp))", at=at if at is not None else exp.null())
    # A record without a time has not happened, so that its values are not seen yet.
    needed = [*(value.sql for value in values.values()), *([at] if at is not None else [])]
    filled = all_of(*(expression(":v is not null", v=value) for value in needed))
    columns = [
        named(key, "key"),
        named(nothing("VARCHAR"), "owner"),
        named(first, "since"),
        named(_since(None), "until"),
    ]
    columns += [named(value.sql, f"k {name}") for name, value in values.items()]

    def base(extra: Sequence[exp.Expr]) -> exp.Select:
        query = exp.select(*columns, *extra).from_(relation(reading.name))
        query = query.where(exp.Not(this=col("_rejected")), expression("coalesce(:c, false)", c=counts.sql), filled)
        return query.group_by(*(value.sql.copy() for value in values.values()))

    kept = tuple(f"k {name}" for name in each.columns)
    matches = tuple(zip(each.columns, kept, strict=True))
    return Part(number, records.table.name, base, lambda path: _known(values, path), matches, kept=kept)


def _column(desk: Desk, name: str, records: RecordScope, loc: Loc) -> Typed | None:
    """A column, or what a reference leads to; anything else could not be asked of a second measure's records."""
    before = len(desk.problems)
    value = desk.expression(name, records, loc)
    if len(desk.problems) > before:
        return None
    if records.told(name) is None:
        desk.problem(loc, f"`{name}` is no column", "name a column or a reference; what is worked out is mapped to one")
        return None
    return value


def _known(values: Mapping[str, Typed], path: tuple[str, ...]) -> Typed:
    name = ".".join(path)
    if name not in values:
        raise UnknownName(f"`each` has no `{name}`", tuple(values))
    return values[name]
