"""Rules for hypothesis: every kind with a random choice of its keys, over the tables of `worlds`."""

from typing import Any

from hypothesis import strategies as st
from tests.reference.conditions import CONDITIONS
from tests.reference.pieces import (
    DELAY,
    EARLY,
    FEW,
    HELD_BY,
    PAUSE,
    PERS,
    SHARE,
    UNPRORATED,
    VALUES,
    WHERES,
    Draw,
    answers,
    bearer,
    force,
    further,
    keys,
    ruled_out,
    some,
    where,
)

# --- quota ----------------------------------------------------------------------------------


@st.composite
def quotas(draw: Draw) -> dict[str, Any]:
    """A quota over any log, per window or standing."""
    table = draw(some("checks", "complaints", "activities", "expenses"))
    per = draw(some(*PERS, "week", "month", None))
    body: dict[str, Any] = {
        "of": table,
        **keys(draw, {"measure": _measures(table), "prorate": some(None, None, *UNPRORATED)}),
    }
    if found := where(draw, table):
        body["where"] = found
    if table == "complaints" and draw(st.booleans()):
        body["at"] = "resolved_at"
    rule = {**bearer(draw), **force(draw)}
    body |= further(draw, table)
    body |= _each(draw, table, body.get("where"))
    rule = rule if "for_each" in body else answers(draw, table, rule)
    body |= {"per": per} if per else keys(draw, {"within": some(None, "30 days", "1 month", "10 working_days", PAUSE)})
    bounds = _bounds(draw, table, per, "each.item" in body.get("where", ""))
    if "who" in rule.get("bearer", {}) and "'of'" in str(bounds):
        bounds = {"at_least": 2}
    return {**rule, "quota": body | (_fractions(bounds) if "share" in body.get("measure", "") else bounds)}


def _fractions(bounds: dict[str, Any]) -> dict[str, Any]:
    """The bounds of a share: what stands there as a number, from 0 to 1."""
    return {key: bound / 4 if isinstance(bound, int | float) else bound for key, bound in bounds.items()}


def _measures(table: str) -> st.SearchStrategy[Any]:
    value = VALUES.get(table)
    numbers = [f"{name}({value})" for name in ("sum", "avg", "min", "max")] if value else []
    numbers += [f"sum({value} * :few)"] if value else []
    shares = ["share(kind = 'fire')", "share(kind in (:kinds))"] if table == "checks" else []
    return some(None, "count", "count(distinct kind)", *numbers, *numbers, *shares)


def _each(draw: Draw, table: str, asked: str | None) -> dict[str, Any]:
    """`for_each` in its shapes, with what must stand beside them."""
    clients: tuple[Any, ...] = ({"of": "clients", **ruled_out(draw)}, {"of": "clients", "where": "category = 'main'"})
    shapes: list[Any] = [None, None, {"item": ["fire", "stock"]}, {"item": {"parameter": "own.kinds"}}, ["kind"]]
    if table in {"complaints", "activities"}:
        shapes += [*clients, *clients, [clients[0], {"item": ["fire", "stock"]}]]
    shape = draw(st.sampled_from(shapes))
    if shape is None:
        return {}
    if "item" not in str(shape):
        return {"for_each": shape}
    also = "" if asked is None or "nth" in asked else f" and ({asked})"
    return {"for_each": shape, "where": f"kind = each.item{also}"}


def _bounds(draw: Draw, table: str, per: str | None, items: bool) -> dict[str, Any]:  # noqa: FBT001 what was drawn
    low = some(1, 2, 3, 0.5, 4, {"parameter": "own.few"}, ":few * 2", {"parameter": "own.few", "times": 1.5})
    named = some(2, 1, "case when bearer.level = 2 then 2 else 1 end")
    second = {"of": table, "measure": "count", "times": 0.5, "minimum": 2}
    second |= {"where": "kind = each.item"} if items else {}
    windowed = [{"previous": 1}, {"plan": "work"}, second] if per else [second]
    lower, upper = draw(some("at_least", "at_least", "more_than")), draw(some("at_most", "less_than"))
    shape = draw(some("low", "low", "low", "high", "both", "named", "windowed", *([] if per else ["none"])))
    if shape == "both":
        return {lower: draw(some(1, 2)), upper: draw(some(2, 3, 4))}
    if shape == "none":
        return {}
    if shape == "windowed":
        return {draw(some("at_least", "at_most")): draw(st.sampled_from(windowed))}
    return {upper if shape == "high" else lower: draw(named if shape == "named" else low)}


# --- deadline -------------------------------------------------------------------------------


@st.composite
def deadlines(draw: Draw) -> dict[str, Any]:
    """A deadline by a day, an hour or a duration, with or without a column for its period."""
    table = draw(some("reports", "reports", "checks", "activities"))
    every = draw(some("month", "month", "week", "week", "quarter", "quarter", "year", "day", "working_day"))
    body: dict[str, Any] = {"of": table, "every": every, "by": _by(draw, every)}
    if table == "reports" and draw(st.booleans()):
        body["period"] = "period"
    if found := where(draw, table):
        body["where"] = found
    rule = {**bearer(draw), **force(draw)}
    body |= further(draw, table)
    if table == "activities" and draw(st.booleans()):
        body["for_each"] = {"of": "clients"}
        return {**rule, "deadline": body}
    return {**answers(draw, table, rule), "deadline": body}


def _by(draw: Draw, every: str) -> Any:  # noqa: ANN401 a mapping or a duration
    if every in {"day", "working_day"}:
        return {"time": draw(some("10:00", "18:00"))}
    if draw(st.integers(0, 2)) == 0:
        return draw(some("3 days", "2 working_days", "12 hours", "48 hours", "1 month", DELAY))
    by = {"day": draw(some(1, 3, 5, 7) if every == "week" else some(1, 3, 15, 28, 31))}
    choices = {
        "time": some(None, None, "10:00", "18:00"),
        "roll": some(None, None, "next_working_day", "previous_working_day"),
    }
    if every != "week":
        choices["month"] = some(None, None, 0, -1)
    return by | keys(draw, choices)


# --- for_each beside records ----------------------------------------------------------------

SORTED = ("checks", "expenses", "complaints", "tasks")


def each_of(draw: Draw, block: dict[str, Any]) -> dict[str, Any]:
    """Sometimes `for_each` over the records of a block: clients, members of a list, values of a column, combinations.

    Members are met by what `where` says of the record.
    """
    table = block["of"]
    clients = [{"of": "clients"}, {"of": "clients", "where": "category = 'main'"}]
    lists = [{"item": ["fire", "stock"]}, {"item": {"parameter": "own.kinds"}}]
    shapes: list[Any] = [*(clients if table in HELD_BY else ()), *(lists if table in SORTED else ())]
    shapes += [["client_id"]] if table in HELD_BY else []
    shapes += [["kind"]] if table in SORTED else []
    shapes += [[clients[0], lists[0]]] if table == "complaints" else []
    if not shapes or draw(st.integers(0, 3)):
        return {}
    shape = draw(st.sampled_from(shapes))
    if "item" in str(shape):
        block["where"] = " and ".join(("kind = each.item", *(f"({each})" for each in [block.get("where")] if each)))
    return {"for_each": shape}


# --- prohibition, condition, limit ----------------------------------------------------------


def _act(draw: Draw) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A table, the keys of the rule beside its kind, and those of its block."""
    table = draw(some("orders", "orders", "checks", "expenses", "complaints"))
    rule = answers(draw, table, {**bearer(draw), **force(draw)})
    block: dict[str, Any] = {"of": table}
    if found := where(draw, table):
        block["where"] = found
    block |= further(draw, table) | keys(draw, {"if_null": some(None, None, "breached")})
    return table, rule, block | each_of(draw, block)


COMPETENT = (
    "act = 'order' and (position is null or position = bearer.position)"
    " and (document_kind is null or document_kind = this.document_kind)"
)
IN_FORCE = "(in_force_from is null or in_force_from <= this.placed_at)"
HIGH = "(at_most is null or at_most >= this.amount)"


def _competent(draw: Draw, table: str, block: dict[str, Any]) -> dict[str, Any]:
    """Sometimes a block of what the post may do, by the kind of paper: an owner's entity has no such bearer."""
    if table != "orders" or "for_each" in block or draw(st.integers(0, 2)):
        return {}
    asked = " and ".join((COMPETENT, *draw(some((), (IN_FORCE,), (HIGH,), (IN_FORCE, HIGH)))))
    return {draw(some("without", "without", "with")): {"of": "authority", "where": asked}}


def _unless(draw: Draw, table: str) -> dict[str, Any]:
    return {"unless": "approved"} if table == "orders" and draw(st.booleans()) else {}


def _granted(draw: Draw, table: str, rule: dict[str, Any], block: dict[str, Any]) -> dict[str, Any]:
    return {} if _told_nobody(rule, block) else _unless(draw, table)


def _told_nobody(rule: dict[str, Any], block: dict[str, Any]) -> bool:
    """Where nobody answers it is open who is "someone else" than the one who did it."""
    return rule.get("bearer", {}).get("who") == "none" or "for_each" in block


@st.composite
def prohibitions(draw: Draw) -> dict[str, Any]:
    """A prohibition, sometimes with an approval that lifts it."""
    table, rule, block = _act(draw)
    block.pop("if_null", None)
    block |= _competent(draw, table, block)
    return {**rule, "prohibition": {**block, **_granted(draw, table, rule, block)}}


@st.composite
def conditions(draw: Draw) -> dict[str, Any]:
    """A condition on each record."""
    table, rule, block = _act(draw)
    return {
        **rule,
        "condition": {
            **block,
            "must": draw(st.one_of(st.sampled_from(WHERES[table]), CONDITIONS[table])),
            **_granted(draw, table, rule, block),
        },
    }


@st.composite
def limits(draw: Draw) -> dict[str, Any]:
    """A limit by a number, by authority or by a second measure, sometimes over a split sum."""
    table = draw(some("orders", "orders", "expenses"))
    rule = answers(draw, table, {**bearer(draw), **force(draw)})
    block: dict[str, Any] = {"of": table, "value": draw(some("amount", "amount", "amount * :few"))}
    if found := where(draw, table):
        block["where"] = found
    block |= draw(
        some(
            {"at_most": 10},
            {"less_than": 100},
            {"at_least": 2.5, "at_most": 50},
            {"at_most": {"parameter": "own.few", "times": 6}},
        )
    )
    if table == "orders" and draw(st.booleans()):
        block = {name: value for name, value in block.items() if name not in {"at_least", "less_than"}}
        block["at_most"] = draw(
            some(
                {"authority": "order"},
                {"authority": "deal"},
                {"authority": "order", "times": 0.5},
                {"of": "authority", "where": COMPETENT, "measure": "max(at_most)"},
                {"of": "authority", "where": f"{COMPETENT} and {IN_FORCE}", "measure": "max(at_most)"},
            )
        )
    if draw(st.booleans()):
        same = draw(some(["client_id"], []) if table == "orders" else some(["kind"], []))
        block["split"] = {"same": same, "within": draw(some("7 days", "2 working_days", "24 hours", "1 month", PAUSE))}
    return {
        **rule,
        "limit": {
            **block,
            **keys(draw, {"if_null": some(None, None, "breached")}),
            **_granted(draw, table, rule, block),
        },
    }


# --- response, precedence, interval, sequence -----------------------------------------------


def _block(draw: Draw, table: str) -> dict[str, Any]:
    found = where(draw, table)
    return {"of": table, **({"where": found} if found else {}), **further(draw, table)}


@st.composite
def responses(draw: Draw) -> dict[str, Any]:
    """A response by another record, or by another time of the trigger itself."""
    rule = answers(draw, "complaints", {**bearer(draw), **force(draw)})
    expect = draw(
        some(
            {"of": "activities", "match": ["client_id"]},
            {"of": "activities", "match": ["client_id", "employee_id"], "where": "kind = 'fire'"},
            {"of": "activities", "match": ["client_id"], "where": "kind in (:kinds)"},
            {"of": "checks", "match": ["employee_id"], "where": "kind = this.kind"},
            {"of": "complaints", "at": "resolved_at", "match": ["complaint_id"]},
        )
    )
    body: dict[str, Any] = {"after": _block(draw, "complaints"), "expect": expect}
    body |= each_of(draw, body["after"])
    body["within"] = draw(some("1 day", "2 working_days", "24 hours", "1 month", "0 days", DELAY))
    if draw(st.integers(0, 3)) == 0:
        del body["within"]
        body["by"] = draw(some("received_at + interval '3 days'", "resolved_at"))
    return {**rule, "response": body | keys(draw, {"early": some(None, None, *EARLY)})}


@st.composite
def precedences(draw: Draw) -> dict[str, Any]:
    """A record of another table, or an earlier one, before an act."""
    rule = answers(draw, "orders", {**bearer(draw), **force(draw)})
    expect = draw(
        some(
            {"of": "checks", "match": ["employee_id"]},
            {"of": "activities", "match": ["client_id"]},
            {"of": "activities", "match": {"employee_id": "client.owner_id"}, "where": "kind = 'fire'"},
            {"of": "activities", "match": ["employee_id"], "where": "kind = :word"},
        )
    )
    body: dict[str, Any] = {"before": _block(draw, "orders"), "expect": expect}
    body |= each_of(draw, body["before"])
    return {
        **rule,
        "precedence": body
        | keys(draw, {"within": some(None, "7 days", "2 working_days", "24 hours", "1 month", PAUSE)}),
    }


@st.composite
def intervals(draw: Draw) -> dict[str, Any]:
    """Never longer than this between two of a bearer's records."""
    rule = {**bearer(draw), **force(draw)} if draw(st.booleans()) else {}
    if draw(st.integers(0, 2)) == 0:
        return {**answers(draw, "tasks", rule), "interval": _over(draw)}
    at_most = draw(some("5 days", "10 days", "3 working_days", "48 hours", PAUSE))
    body = {**_block(draw, draw(some("checks", "complaints"))), "at_most": at_most}
    rule = answers(draw, body["of"], rule)
    body |= _held_until(draw, body)
    return {**rule, "interval": body | keys(draw, {"from": some(None, "bearer.hired_on")})}


def _held_until(draw: Draw, body: dict[str, Any]) -> dict[str, Any]:
    """To which day or hour a record holds; one that ends before it begins is no record that could be accepted."""
    if draw(st.booleans()):
        return {}
    if body["of"] == "checks":
        return {"until": "good_to"}
    asked = f" and ({body['where']})" if "where" in body else ""
    return {"until": "resolved_at", "where": f"(resolved_at is null or resolved_at >= received_at){asked}"}


def _over(draw: Draw) -> dict[str, Any]:
    """A task is covered from the day on which it was given to its due day, by what was handed over for it."""
    over = {"from": draw(some("given_at", "due_on - 9")), "to": "due_on"} | _block(draw, "tasks")
    body = {"of": "handovers", "over": over, "match": ["task_id"]}
    body["at_most"] = draw(some("0 days", "3 days", "2 working_days", "36 hours", DELAY))
    return body | keys(draw, {"until": some(None, "held_to")})


@st.composite
def sequences(draw: Draw) -> dict[str, Any]:
    """Kinds of complaints of a client in their order."""
    order = draw(some(["fire", "stock", "gift"], ["fire", "stock?", "gift"], ["stock", "fire"]))
    body = {"of": "complaints", "case": "client_id", "stage": "kind", "order": order}
    return {**force(draw), "sequence": body}


# --- fulfilment, level, reconciliation ------------------------------------------------------


@st.composite
def fulfilments(draw: Draw) -> dict[str, Any]:
    """Tasks and what was handed over for them."""
    delivered = {"of": "handovers", "at": "done_at", "quantity": "quantity", "match": ["task_id"]}
    body = {**_block(draw, "tasks"), "due": "due_on", "quantity": "quantity", "delivered": delivered}
    body |= each_of(draw, body)
    rule = answers(draw, "tasks", {**bearer(draw), **force(draw)})
    return {
        **rule,
        "fulfilment": body
        | keys(draw, {"tolerance": some(None, 0.1, 0.5, SHARE), "grace": some(None, "3 days", PAUSE)}),
    }


@st.composite
def levels(draw: Draw) -> dict[str, Any]:
    """A store's stock within bounds."""
    body = {**_block(draw, "moves"), "measure": "sum(quantity)", "for_each": ["store"]}
    return force(draw) | {
        "level": body
        | draw(some({"at_least": 0}, {"at_most": 4}, {"at_least": 1, "at_most": 5}, {"more_than": 0}, {"at_most": FEW}))
    }


@st.composite
def reconciliations(draw: Draw) -> dict[str, Any]:
    """Claims of how much was done in a period, against the log."""
    against = {"of": draw(some("checks", "activities", "checks")), "match": ["employee_id"], "window": "period"}
    against |= keys(
        draw,
        {"where": some(None, "kind = 'fire'", "kind = :word"), "measure": some(None, "count", "count(distinct kind)")},
    )
    rule = answers(draw, "claims", {**bearer(draw), **force(draw)})
    body = {**_block(draw, "claims"), "declared": "value", "against": against}
    return {**rule, "reconciliation": body | keys(draw, {"tolerance": some(None, None, 1, 0.5, SHARE)})}
