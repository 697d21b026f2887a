"""One person: the cases that this person answers for, as far as whoever asks may see them."""

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from compliance.review.desk import Visit, page, visit
from compliance.review.overview import listed, seen


async def person(request: Request) -> Response:
    """The page."""
    return await run_in_threadpool(_shown, visit(request), request.path_params["id"], request.query_params)


def _shown(came: Visit, key: str, asked: Mapping[str, str]) -> Response:
    found = [each for each in seen(came) if key in each.responsible]
    if not found:
        raise HTTPException(404)
    told = [sight.name for each in found for sight in each.sightings if sight.responsible == key and sight.name]
    cases = listed(came, found, asked)
    return page("person.html.j2", came.words, visit=came, key=key, called=next(iter(told), None), cases=cases)
