"""Rows that hang on others: approvals of an order, plans of a person, authority of a position."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction

from hypothesis import strategies as st
from tests.reference.days import ONE, each_day
from tests.reference.setting import DEPARTMENTS, PAPERS, POSITIONS, Draw, Setting, moments
from tests.reference.world import Row, midnight

Made = Mapping[str, list[Row]]


def plans(draw: Draw, setting: Setting, name: str, people: Sequence[str], _made: Made) -> Made:
    """Plans of a person or a department, for a week or longer, approved before or after it began."""
    months = sorted({f"{day:%Y-%m}" for day in each_day(setting.start, setting.end)})
    last = setting.end - ONE
    weeks = ["{}-W{:02}".format(*day.isocalendar()) for day in (setting.start, setting.start + 14 * ONE)]
    longer = [f"{last:%Y}", *(f"{day:%Y}-Q{(day.month + 2) // 3}" for day in (setting.start, last))]
    rows: list[Row] = [
        {
            "plan_id": f"{name}p{index}",
            "employee_id": draw(st.sampled_from((*people, None, None))),
            "department": draw(st.sampled_from((*DEPARTMENTS, *setting.places, None))),
            "period": draw(st.sampled_from((*months, *weeks, *longer))),
            "measure": draw(st.sampled_from(("work", "work", "other"))),
            "target": draw(st.sampled_from((Fraction(1), Fraction(2), Fraction(3, 2)))),
            "approved_at": draw(st.sampled_from((None, midnight(setting.start - 3 * ONE + index * ONE)))),
        }
        for index in range(draw(st.integers(0, 3)))
    ]
    return {"plans": rows}


def approvals(draw: Draw, setting: Setting, name: str, people: Sequence[str], made: Made) -> Made:
    """Decisions on orders, around the act; the organisation's authority comes with the first world."""
    rows: list[Row] = []
    for order in made["orders"]:
        if draw(st.booleans()):
            at = order["placed_at"] or draw(moments(setting))
            shift = draw(st.sampled_from((0, 0, -3600, 3600, -86400 * 3, 86400 * 3)))
            rows.append(
                {
                    "approval_id": f"{name}g{len(rows)}",
                    "act": draw(st.sampled_from(("order", "order", "deal"))),
                    "act_id": order["order_id"],
                    "approver_id": draw(st.sampled_from(people)),
                    "decision": draw(st.sampled_from(("granted", "granted", "refused"))),
                    "decided_at": at + timedelta(seconds=shift),  # type: ignore[operator] # a datetime
                    "at_most": draw(st.sampled_from((None, None, Fraction(10), Fraction(1)))),
                    "on_behalf_of": draw(st.sampled_from((None, None, None, *people))),
                }
            )
    first = draw(_authority(setting)) if name == "0" else []
    return {"approvals": rows, "authority": first}


@st.composite
def _authority(draw: Draw, setting: Setting) -> list[Row]:
    return [
        {
            "authority_id": f"u{index}",
            "position": draw(st.sampled_from((*POSITIONS, *setting.titles, None))),
            "level": draw(st.sampled_from((Fraction(1), Fraction(2), None))),
            "act": draw(st.sampled_from(("order", "order", "refund"))),
            "at_most": draw(st.sampled_from((Fraction(10), Fraction(5), Fraction(200), Fraction(0), None))),
            "document_kind": draw(st.sampled_from((*PAPERS, None, None))),
            "in_force_from": draw(st.sampled_from((None, setting.start + 5 * ONE))),
            "in_force_to": draw(st.sampled_from((None, setting.start + 9 * ONE))),
        }
        for index in range(draw(st.integers(0, 4)))
    ]
