"""Pieces that rules of every kind are drawn from: conditions, bearers, times, further blocks."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

from hypothesis import strategies as st
from tests.reference.columns import AT
from tests.reference.conditions import CONDITIONS
from tests.reference.setting import STARTS

Draw: TypeAlias = Any
Keys: TypeAlias = Mapping[str, st.SearchStrategy[Any]]

RULES_A_BATCH = 4
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
    return st.tuples(st.sampled_from((1, -1)), drawn).map(
        lambda both: _yielding([_named(both[0], index, *parts) for index, parts in enumerate(both[1])])
    )


def _yielding(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules, of which none yields to a level: what is said of one that stays within its bounds is open."""
    levels = {rule["id"] for rule in rules if "level" in rule}
    for rule in rules:
        first = [each for each in rule.pop("yields_to", ()) if each not in levels]
        rule.update({"yields_to": first} if first else {})
    return rules


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
    """Most rules are always in force; some begin or end within the period."""
    start = draw(st.sampled_from(STARTS))
    first, last = (start + timedelta(days=draw(some(*days))) for days in ((0, 9), (20, 13)))
    asked = draw(some(None, None, None, {"from": first}, {"from": date(2020, 1, 1), "to": last}))
    return {"in_force": asked} if asked else {}


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
