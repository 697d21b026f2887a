"""The audits on record, and what each could not determine."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from compliance.register.reviewed import audits
from compliance.review.access import Role
from compliance.review.desk import Visit, page, visit


async def listed(request: Request) -> Response:
    """The page; counts over all departments are for officers and auditors."""
    return await run_in_threadpool(_shown, visit(request))


def _shown(came: Visit) -> Response:
    if came.person.role not in {Role.OFFICER, Role.AUDITOR}:
        raise HTTPException(404)
    return page("audits.html.j2", came.words, visit=came, audits=audits(came.desk.register))
