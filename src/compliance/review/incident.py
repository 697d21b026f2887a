"""One incident: why it is what it is, what was done about it, and what may be done now."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date, datetime
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from compliance.model.history import Deed
from compliance.model.problem import Problem, UserError
from compliance.register.case import Case, changes
from compliance.register.cases import one_case
from compliance.register.deeds import check_assignee, do, term_of
from compliance.register.moves import refusal
from compliance.register.recall import Stored, find
from compliance.reports.explain import tree
from compliance.review.access import SEE, may
from compliance.review.accounts import unchanged
from compliance.review.charts import timeline
from compliance.review.desk import Visit, check_token, form, page, standing, visit
from compliance.review.language import Words

WORDED: frozenset[Deed] = frozenset(
    {
        *(Deed.COMMENTED, Deed.ANSWERED, Deed.UPHELD, Deed.EXCUSED),
        *(Deed.DECIDED, Deed.APPEALED, Deed.REOPENED, Deed.CLOSED),
    }
)
"""Deeds that need a reason."""

BUTTONS: Mapping[Deed, str] = {
    Deed.ASKED: "Ask for an explanation",
    Deed.ANSWERED: "Explain",
    Deed.REFUSED: "Record that the explanation was refused",
    Deed.ASSIGNED: "Give the case to somebody",
    Deed.COMMENTED: "Comment",
    Deed.SNOOZED: "Put the reminder off",
    Deed.UPHELD: "Uphold",
    Deed.EXCUSED: "Excuse",
    Deed.DECIDED: "Decide a measure",
    Deed.APPEALED: "Appeal",
    Deed.REOPENED: "Reopen",
    Deed.CLOSED: "Close",
}


async def incident(request: Request) -> Response:
    """The page."""
    return await run_in_threadpool(_shown, visit(request), request.path_params["id"])


async def act(request: Request) -> Response:
    """Put a deed on record, or say why that is refused."""
    came, given = visit(request), await form(request)
    check_token(given, came.session.csrf)
    return await run_in_threadpool(_done, came, request.path_params["id"], given)


def case_of(came: Visit, key: str) -> Case:
    """The case of a whole id; what may not be seen is answered as what is not there."""
    try:
        case = one_case(came.desk.register, key)
    except UserError as error:
        raise HTTPException(404) from error
    if key not in {case.id, *case.earlier} or not may(came.person, SEE, case):
        raise HTTPException(404)
    return case


def _shown(came: Visit, key: str, says: str = "", status: int = 200) -> Response:
    case = case_of(came, key)
    stored, now = find(came.desk.register, case.id), came.desk.now()
    if stored is None:
        raise HTTPException(404)
    offered = [deed for deed in BUTTONS if may(came.person, deed, case)]
    allowed = [
        deed
        for deed in offered
        if not refusal(deed, case.events, case.responsible, by=came.person.employee, at=now, grown=case.grown)
    ]
    return page(
        "incident.html.j2",
        came.words,
        visit=came,
        status=status,
        case=case,
        why=tree(stored, case.events, deeds_beside=True),
        changes=changes(case),
        says=says,
        deeds=allowed,
        buttons=BUTTONS,
        worded=WORDED,
        line=timeline(case, _acted(stored), now),
        now=now,
    )


def _acted(stored: Stored) -> datetime | None:
    """When the leading finding happened."""
    lead = next(iter(stored.body["findings"]), None)
    return datetime.fromisoformat(lead["at"]) if lead and lead.get("at") else None


def _done(came: Visit, key: str, given: Mapping[str, str]) -> Response:
    case = case_of(came, key)
    try:
        deed = Deed(given.get("deed", ""))
    except ValueError as error:
        raise HTTPException(400) from error
    if not may(came.person, deed, case):
        raise HTTPException(403)
    try:
        _put(came, case, deed, given)
    except UserError as refused:
        says = " ".join(_told(came.words, problem) for problem in refused.problems)
        return _shown(came, key, says, 409)
    return RedirectResponse(f"/incidents/{case.id}", 303)


def _told(words: Words, problem: Problem) -> str:
    says, advice = (words.retell(each) or each if each else "" for each in (problem.says, problem.help))
    return f"{says}. {advice}".strip()


def _put(came: Visit, case: Case, deed: Deed, given: Mapping[str, str]) -> None:
    at, why = came.desk.now(), given.get("why") or None
    if deed in WORDED and why is None:
        raise UserError("no reason is given", help="write why")
    details = _details(came, case, deed, given, at)
    register, by = came.desk.register, came.person.employee
    with ExitStack() as until_written:
        heed = partial(_still_allowed, came, deed, until_written)
        do(register, case.id, deed, by=by, at=at, text=why, details=details, heed=heed)


def _still_allowed(came: Visit, deed: Deed, until_written: ExitStack, case: Case) -> None:
    """Refuse where role, superiors or the case have changed since; nobody changes a role meanwhile."""
    account = until_written.enter_context(unchanged(came.desk.register)).get(came.session.login)
    if account is None or account.disabled or not may(standing(came.desk, account.person), deed, case):
        raise HTTPException(403)


def _details(came: Visit, case: Case, deed: Deed, given: Mapping[str, str], at: datetime) -> dict[str, str]:
    if deed is Deed.ASKED:
        due = _day(given["day"]) if given.get("day") else None
        return {"due": term_of(at, due, came.desk.calendar).isoformat()}
    if deed is Deed.SNOOZED:
        return {"until": _day(given.get("day", "")).isoformat()}
    if deed is Deed.ASSIGNED:
        check_assignee(case, _needed(given, "to", "nobody is named"))
        return {"to": given["to"]}
    return {"measure": _needed(given, "measure", "no measure is named")} if deed is Deed.DECIDED else {}


def _needed(given: Mapping[str, str], name: str, says: str) -> str:
    if value := given.get(name):
        return value
    raise UserError(says, help="fill in the field")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UserError(f"`{written}` is no day", help="write it as 2026-03-31") from None
