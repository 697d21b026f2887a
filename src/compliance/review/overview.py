"""The first page: what is due soonest, where it happens, and the cases, filtered by the address."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from compliance.model.history import CaseState
from compliance.model.incident import Grade
from compliance.register.case import Case
from compliance.register.cases import all_cases
from compliance.register.due import due
from compliance.review.access import SEE, may
from compliance.review.charts import trend
from compliance.review.desk import Visit, page, visit

SOON = timedelta(days=30)
FILTERS = ("state", "department", "rule", "grade", "q")


@dataclass(frozen=True, slots=True)
class Heat:
    """How many incidents each department has of each rule."""

    rules: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


async def overview(request: Request) -> Response:
    """The page."""
    return await run_in_threadpool(_shown, visit(request), request.query_params)


def seen(came: Visit) -> tuple[Case, ...]:
    """The cases that whoever asks may read."""
    return tuple(case for case in all_cases(came.desk.register) if may(came.person, SEE, case))


def _shown(came: Visit, asked: Mapping[str, str]) -> Response:
    cases, wanted = seen(came), {name: asked.get(name, "").strip() for name in FILTERS}
    found = sorted((case for case in cases if chosen(case, wanted)), key=_gravest)
    return page(
        "overview.html.j2",
        came.words,
        visit=came,
        wanted=wanted,
        states=[state.value for state in CaseState],
        grades=[grade.value for grade in Grade],
        cases=found,
        due=due(found, until=came.desk.now().date() + SOON),
        heat=heat(found),
        bars=trend(Counter(case.known_at.date().replace(day=1) for case in found)),
    )


def chosen(case: Case, wanted: Mapping[str, str]) -> bool:
    """Whether the case passes every filter; without a state, closed ones don't."""
    found, text = case.found, wanted["q"].casefold()
    names = [each.name for each in case.sightings if each.name]
    told = " ".join(
        [case.id, *case.earlier, *found.rules, found.department or "", *case.responsible, *names]
    ).casefold()
    state = wanted["state"]
    return (
        (case.state == state if state else case.state is not CaseState.CLOSED)
        and wanted["department"] in {"", found.department}
        and wanted["rule"] in {"", *found.rules}
        and wanted["grade"] in {"", str(found.grade)}
        and text in told
    )


def heat(cases: Iterable[Case]) -> Heat:
    """The counts, departments and rules in order."""
    counts = Counter((case.found.department or "", rule) for case in cases for rule in case.found.rules)
    rules = tuple(sorted({rule for _, rule in counts}))
    departments = sorted({department for department, _ in counts})
    return Heat(rules, tuple((each, tuple(counts[each, rule] for rule in rules)) for each in departments))


def _gravest(case: Case) -> tuple[int, str]:
    return (-case.found.grade.rank if case.found.grade else 0, case.id)
