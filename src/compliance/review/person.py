"""One person: the cases that this person answers for, as far as whoever asks may see them."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from compliance.review.desk import Visit, page, visit
from compliance.review.overview import seen


async def person(request: Request) -> Response:
    """The page."""
    return await run_in_threadpool(_shown, visit(request), request.path_params["id"])


def _shown(came: Visit, key: str) -> Response:
    cases = tuple(case for case in seen(came) if key in case.responsible)
    if not cases:
        raise HTTPException(404)
    return page("person.html.j2", came.words, visit=came, key=key, cases=cases)
