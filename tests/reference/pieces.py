"""Pieces that rules of every kind are drawn from: conditions, bearers, times, further blocks."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import Any, TypeAlias

from hypothesis import strategies as st
from tests.reference.columns import AT
from tests.reference.conditions import CONDITIONS

Draw: TypeAlias = Any
Keys: TypeAlias = Mapping[str, st.SearchStrategy[Any]]
Dated: TypeAlias = tuple[tuple[date, Any], ...]
Parameters: TypeAlias = Mapping[str, Dated]

RULES_A_BATCH = 4
TURN = 10
"""So many days after the period begins some rules begin or end, and parameters change."""
LONG_AGO = date(2019, 6, 1)
CHANGES = (date(2024, 2, 14), date(2025, 11, 5), date(2026, 3, 18))
PAUSE, DELAY, SHARE = ({"parameter": f"own.{name}"} for name in ("pause", "delay", "share"))
PARAMETERS = {
    "few": ((date(2019, 1, 1), 1), (date(2026, 3, 11), 2), (date(2025, 11, 1), 2)),
    "kinds": tuple(
        (day, ["fire", name])
        for day, name in zip((date(2019, 1, 1), *CHANGES), ("stock", "gift", "stock", "gift"), strict=True)
    ),
    "sorts": tuple(zip((date(2019, 1, 1), *CHANGES), (["main"], ["small"], ["small", "main"], ["main"]), strict=True)),
    "pause": tuple(zip((date(2019, 1, 1), *CHANGES), ("5 days", "48 hours", "3 working_days", "1 month"), strict=True)),
    "delay": tuple(zip((date(2019, 1, 1), *CHANGES), ("2 working_days", "6 days", "12 hours", "6 days"), strict=True)),
    "share": tuple(zip((date(2019, 1, 1), *CHANGES), (0.5, 1, 0, 0.5), strict=True)),
    "word": tuple(zip((date(2019, 1, 1), *CHANGES), ("fire", "stock", "gift", "fire"), strict=True)),
    "strict": tuple(zip((date(2019, 1, 1), *CHANGES), (False, True, False, True), strict=True)),
    "closing": ((date(2019, 1, 1), date(2025, 11, 20)), (date(2026, 3, 15), date(2026, 3, 24))),
    "season": tuple(zip((date(2019, 1, 1), *CHANGES), ("high", "low", "high", "low"), strict=True)),
    "trade": ((date(2019, 1, 1), "wholesale"),),
}
FEW = {"parameter": "own.few", "times": 2}
PARAMETERS["few"] = tuple(sorted(PARAMETERS["few"]))
UNPRORATED, EARLY = (False,), (True,)
PERS = ("day", "working_day", "week", "month", "quarter", "year")
WHERES: Mapping[str, Sequence[str]] = {
    "checks": (
        "kind = 'fire'",
        "kind in ('fire', 'stock')",
        "kind <> 'gift'",
        "category = 'main' or kind = 'fire'",
        "not (kind = 'fire' and category = 'small')",
        "weekday(at) <= 5 and kind is not null",
        "coalesce(category, kind) like '%i%'",
        "nth(employee_id, kind) = 1",
        "bearer.department = 'north'",
        "kind in (:kinds)",
        "kind = :word",
        "category in :sorts and kind is not null",
    ),
    "complaints": (
        "kind = 'fire'",
        "client.category = 'main'",
        "resolved_at is null or resolved_at - received_at > 2",
        "kind between 'a' and 'm' and client_id is not null",
        "working_days(received_at, resolved_at) < 3",
        "kind not in (:kinds)",
        "received_at > :closing or :strict",
    ),
    "activities": (
        "kind = 'fire'",
        "kind in ('fire', 'stock') and minutes > 2",
        "kind <> 'note'",
        "minutes * 2 >= 10",
        "kind = 'fire' or minutes > 2",
        "(kind = 'fire' or kind = 'stock') and minutes > 2",
        "(minutes > 2 and kind = 'fire') and kind in ('fire', 'stock')",
        "kind in (:kinds)",
        "kind = :word and minutes > :few",
    ),
    "expenses": (
        "kind = 'fire'",
        "amount > 5",
        "kind <> 'gift' and amount / 3 < 30",
        "day(spent_on) > 1",
        "spent_on <= :closing",
        "amount > :few * 3",
    ),
    "orders": (
        "deferral_days > 0",
        "amount >= 10",
        "deferral_days > 0 or client.category = 'main'",
        "month(placed_at) > 2",
        "bearer.level = 2 or amount >= 10",
        "deferral_days >= :few",
        "not :strict or amount > :few",
    ),
    "tasks": ("kind = 'fire'", "kind in (:kinds)", "quantity > 1 or quantity is null"),
    "claims": ("value > 0", "period is not null"),
    "moves": ("quantity <> 2", "quantity <> :few"),
    "reports": ("kind = 'fire'", "kind = :word", "kind <> 'stock'"),
}
WHENS = st.sampled_from(
    (
        *({},) * 8,
        {"when": ":trade = 'retail'"},
        {"when": ":trade = 'wholesale'"},
        {"when": ":season = 'high'"},
        {"when": ":season <> 'high' or :few = 1"},
        {"when": "'stock' in (:kinds)"},
        {"status": "announced"},
        {"status": "draft"},
        {"status": "retired"},
    )
)
"""Whether a rule applies, by parameters of which some change, and whether it is asked at all."""
SUCCESSIONS = st.sampled_from(
    (
        *(None,) * 8,
        ("stable", "stable"),
        ("stable", "announced"),
        ("announced", "stable"),
        ("stable", "retired"),
    )
)
"""The statuses of a rule and of the one that follows it, where one does."""
YIELDS = st.sampled_from(((), (), (), (0,), (1,), (0, 1), (2,)))
HELD_BY = {"orders": "client_id", "complaints": "client_id", "activities": "client_id"}
VALUES = {"expenses": "amount", "orders": "amount", "activities": "minutes"}


def some(*values: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 whatever a rule may hold
    """One of these; None leaves the key out."""
    return st.sampled_from(values)


def keys(draw: Draw, choices: Keys) -> dict[str, Any]:
    """A value for each key, without those left out."""
    drawn = {name: draw(choice) for name, choice in choices.items()}
    return {name: value for name, value in drawn.items() if value is not None}


def several(
    one: Any,  # noqa: ANN401 a composite
    yields: st.SearchStrategy[Sequence[int]] = YIELDS,
) -> st.SearchStrategy[list[dict[str, Any]]]:
    """A few rules, each with an id of its own."""
    drawn = st.lists(st.tuples(WHENS, yields, one), min_size=RULES_A_BATCH, max_size=RULES_A_BATCH)
    return st.tuples(st.sampled_from((1, -1)), drawn, SUCCESSIONS).map(
        lambda all_: _succeeding(all_[2], [_named(all_[0], index, *parts) for index, parts in enumerate(all_[1])])
    )


def _succeeding(statuses: tuple[str, str] | None, rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules, of which the first sometimes ends on the day before the second begins, which asks the same."""
    if statuses is None:
        return rules
    kept = {name: rules[0][name] for name in rules[0] if name not in {"id", "title", "yields_to"}}
    spells = {"from": LONG_AGO, "to": TURN - 1}, {"from": TURN}
    named = [{name: rule[name] for name in ("id", "title", "yields_to") if name in rule} for rule in rules]
    spelled = zip(named, statuses, spells, strict=False)
    both = [{**also, **kept, "status": status, "in_force": spell} for also, status, spell in spelled]
    return [*both, *rules[2:]]


def _named(way: int, index: int, when: dict[str, Any], yields: Sequence[int], body: dict[str, Any]) -> dict[str, Any]:
    """A rule with its id; some yield to earlier ones or to later ones.

    Of which table a list's member or a column's value is a record, two rules need not agree.
    """
    listed = "'item'" in str(body) or "'for_each': ['" in str(body)
    first = [f"own.r{other}" for other in yields if other * way < index * way and not listed]
    also = {"yields_to": first} if first else {}
    return {"id": f"own.r{index}", "title": f"Rule {index}", "severity": "minor", **when, **also, **body}


def where(draw: Draw, table: str) -> str | None:
    """A condition over a table, or none; sometimes one that nobody thought of."""
    told = some(None, *WHERES[table])
    return draw(st.one_of(*[told] * 5, CONDITIONS.get(table, told)))  # type: ignore[no-any-return] # drawn from texts


def bearer(draw: Draw) -> dict[str, Any]:
    """Most rules ask everybody; some by position, level, department, mode or superior."""
    asked = draw(some(None, None, {"position": "seller"}, {"level": 2}, *({"where": each} for each in ASKED)))
    return {"bearer": asked} if asked else {}


def answers(draw: Draw, table: str, rule: dict[str, Any]) -> dict[str, Any]:
    """The rule with sometimes somebody else to answer than who made the record: a superior, an owner or nobody."""
    owner = ["client.owner_id"] if table in HELD_BY else []
    who = draw(some(None, None, None, "employee.superior_id", "none", *owner))
    if who is None:
        return rule
    return rule | {"bearer": {"who": who} if who == "none" else {**rule.get("bearer", {}), "who": who}}


def force(draw: Draw) -> dict[str, Any]:
    """Most rules are always in force; some begin or end within the period, so many days after it begins."""
    first, last = draw(some(0, 9, TURN)), draw(some(20, 13, TURN - 1))
    asked = draw(some(None, None, None, {"from": first}, {"from": LONG_AGO, "to": last}))
    return {"in_force": asked} if asked else {}


def dated(rule: Mapping[str, Any], start: date) -> dict[str, Any]:
    """A rule with the days on which it begins and ends, in a period that begins on a day."""
    told = {
        name: start + timedelta(days=day) if isinstance(day, int) else day
        for name, day in rule.get("in_force", {}).items()
    }
    return {**rule, "in_force": told} if told else {**rule}


def turning(parameters: Parameters, start: date) -> Parameters:
    """The parameters, of which all that ever change do so within the period, too: on the day on which rules begin."""
    day = start + timedelta(days=TURN)
    return {name: _turned(values, day) if len(values) > 1 else values for name, values in parameters.items()}


def _turned(values: Dated, day: date) -> Dated:
    current = [value for since, value in values if since <= day][-1]
    another = next((value for _, value in values if value != current), current)
    return tuple(sorted((*(each for each in values if each[0] != day), (day, another)), key=itemgetter(0)))


ASKED = ("bearer.department = 'north'", "bearer.mode = 'home'", "bearer.superior_id is not null")
FURTHER = (
    {"of": "checks", "match": ["employee_id"], "where": "kind = 'stock'"},
    {"of": "checks", "match": ["employee_id"], "where": "kind = this.kind", "at_least": 2},
    {"of": "checks", "match": ["employee_id"], "where": "at < this.{at}"},
    {"of": "checks", "match": ["employee_id"], "where": "kind in (:kinds)"},
    {"of": "checks", "match": {"employee_id": "employee_id"}, "measure": "count(distinct kind)", "at_most": 1},
)


def further(draw: Draw, table: str) -> dict[str, Any]:
    """Sometimes a further block of which a record must, or must not, be there."""
    if table not in {"checks", "complaints", "activities", "expenses", "orders"} or draw(st.integers(0, 5)):
        return {}
    block = {**draw(some(*FURTHER))}
    if "this.kind" in block.get("where", "") and table == "orders":
        del block["where"]
    if "where" in block:
        block["where"] = block["where"].format(at=AT[table])
    return {draw(some("with", "without")): block}


def ruled_out(draw: Draw) -> dict[str, Any]:
    """Sometimes a block of complaints that an entity must, or must not, have."""
    word = draw(some(None, "without", "without", "with"))
    where = draw(some("kind = 'gift'", "kind = 'gift' and client.category = 'main'", "employee_id is null"))
    return {word: {"of": "complaints", "match": ["client_id"], "where": where}} if word else {}
