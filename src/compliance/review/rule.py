"""One rule: its text and clause, and what became of its incidents."""

from collections.abc import Iterable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from compliance.register.case import Case
from compliance.register.moves import last_word, stands
from compliance.register.reviewed import rule_text
from compliance.review.access import Role
from compliance.review.desk import Visit, page, visit
from compliance.review.overview import listed, seen

ALL = frozenset({Role.OFFICER, Role.AUDITOR})


async def rule(request: Request) -> Response:
    """The page."""
    return await run_in_threadpool(_shown, visit(request), request.path_params["id"], request.query_params)


def _shown(came: Visit, key: str, asked: Mapping[str, str]) -> Response:
    """Others than officers and auditors see the rules of cases that they may see."""
    found = [each for each in seen(came) if key in each.found.rules]
    text = rule_text(came.desk.register, key) if found or came.person.role in ALL else None
    if text is None:
        raise HTTPException(404)
    cases, (upheld, excused) = listed(came, found, asked), became(found)
    return page("rule.html.j2", came.words, visit=came, rule=text, cases=cases, upheld=upheld, excused=excused)


def became(cases: Iterable[Case]) -> tuple[int, int]:
    """How many of them stand by their last word, and how many were excused."""
    judged = [(stands(case.events), last_word(case.events) == "excused") for case in cases if case.events]
    return sum(upheld for upheld, _ in judged), sum(excused for _, excused in judged)
