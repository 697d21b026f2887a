"""The first page: what is due soonest, where it happens, and the cases, filtered by the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from compliance.model.history import CaseState
from compliance.model.incident import Grade
from compliance.register.case import Case
from compliance.register.due import Due
from compliance.review.charts import Bar, trend
from compliance.review.columns import FILTERS
from compliance.review.desk import Visit, page, visit
from compliance.review.paging import LENGTH, Paged, paged
from compliance.review.shelf import View

SOON = timedelta(days=30)

TOLD = 20
"""How many terms are told, the soonest."""


@dataclass(frozen=True, slots=True)
class Heat:
    """How many incidents each department has of each rule."""

    rules: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What the page tells of the cases that pass its filters; `more` are the terms beyond those told."""

    found: pa.Array
    due: tuple[Due, ...]
    more: int
    heat: Heat
    bars: tuple[Bar, ...]


async def overview(request: Request) -> Response:
    """The page."""
    return await run_in_threadpool(_shown, visit(request), request.query_params)


def seen(came: Visit) -> Sequence[Case]:
    """The cases that whoever asks may read, the gravest first."""
    return came.desk.shelf.view(came.desk.register).seen(came.person)


def listed(came: Visit, cases: Sequence[Case], asked: Mapping[str, str]) -> Paged:
    """One page of a list of cases."""
    at = paged(len(cases), asked.get("page", ""), came.path, {})
    return at.with_cases(cases[at.first : at.first + LENGTH])


def _shown(came: Visit, asked: Mapping[str, str]) -> Response:
    wanted = {name: asked.get(name, "").strip() for name in FILTERS}
    until, view = came.desk.now().date() + SOON, came.desk.shelf.view(came.desk.register)
    question = ("overview", came.person, until, *wanted.values())
    told = view.once(question, lambda: summary(view, view.mask(came.person), wanted, until))
    at = paged(len(told.found), asked.get("page", ""), came.path, wanted)
    cases = [view.listed[row] for row in told.found.slice(at.first, LENGTH).to_pylist()]
    return page(
        "overview.html.j2",
        came.words,
        visit=came,
        wanted=wanted,
        states=[state.value for state in CaseState],
        grades=[grade.value for grade in Grade],
        told=told,
        cases=at.with_cases(cases),
    )


def summary(view: View, among: pa.Array | None, wanted: Mapping[str, str], until: date) -> Summary:
    """What is told of the cases that pass the filters, of those that may be seen."""
    passes = view.table.passing(wanted, among)
    found, soonest = pc.indices_nonzero(passes), view.table.soonest(passes, until)
    rows = dict.fromkeys(soonest["row"].slice(0, TOLD).to_pylist())
    due = tuple(sorted(term for row in rows for term in view.standing[row].terms if term.day <= until)[:TOLD])
    bars = trend(view.table.monthly(found))
    return Summary(found, due, soonest.num_rows - len(due), heat(view.table.counted(found)), bars)


def heat(counts: Mapping[tuple[str, str], int]) -> Heat:
    """The counts, departments and rules in order."""
    rules = tuple(sorted({rule for _, rule in counts}))
    departments = sorted({department for department, _ in counts})
    return Heat(rules, tuple((each, tuple(counts.get((each, rule), 0) for rule in rules)) for each in departments))
