"""An earlier audit's JSON report as a baseline: what of this audit is new against it, what is known, what is gone."""

from collections.abc import Set as AbstractSet
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from compliance.model.audit import Audit, Baseline, Changes, Gone
from compliance.model.finding import Verdict
from compliance.model.incident import Grade, Incident
from compliance.model.problem import Problem, UserError


class _Part(BaseModel):
    """Of a report only what a comparison needs; fields may have been added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Head(_Part):
    id: str
    as_of: str
    organisation: str


class _Finding(_Part):
    id: str
    rule: str
    verdict: Verdict
    bearer: str | None
    message: str


class _Incident(_Part):
    id: str
    grade: Grade


class Earlier(_Part):
    """The report of an earlier audit, and the file that it stands in."""

    path: Path
    audit: _Head
    findings: tuple[_Finding, ...]
    incidents: tuple[_Incident, ...]
    filter: dict[str, str] | None = Field(default=None)
    edition: str = "named"


def read(path: Path) -> Earlier:
    """The report in a file; raises UserError where it is none of version 1, or holds only a part of an audit."""
    report = _content(path)
    if not isinstance(report, dict) or "audit" not in report or "version" not in report:
        raise _wrong(path, "is no JSON report of an audit")
    if report["version"] != 1 or isinstance(report["version"], bool):
        raise _wrong(path, f"is a report of version {str(report['version'])[:20]}, and only version 1 can be compared")
    try:
        earlier = Earlier.model_validate({**report, "path": path})
    except ValidationError as error:
        at = ".".join(map(str, error.errors()[0]["loc"]))
        raise _wrong(path, f"is no whole report of version 1: `{at}` is missing or wrong") from error
    if earlier.edition != "named":
        raise _wrong(path, "is a pseudonymous edition, in which no finding can be known again")
    if earlier.filter:
        only = ", ".join(f"{name} {value}" for name, value in earlier.filter.items())
        raise _wrong(path, f"shows only {only}, so what it lacks may have been known all the same")
    return earlier


def compared(audit: Audit, earlier: Earlier) -> Baseline:
    """The audit against the earlier one; raises UserError where that was of another organisation.

    An incident is known if all its breaches are, and it is no graver than it was; one without findings of its own
    (supervision) by its id.
    """
    if earlier.audit.organisation != audit.organisation:
        raise _wrong(
            earlier.path, f"is a report on {earlier.audit.organisation}, this audit is of {audit.organisation}"
        )
    breached = {each.id: each for each in earlier.findings if each.verdict is Verdict.BREACHED}
    now = {each.id for each in audit.findings if each.verdict is Verdict.BREACHED}
    grades = {each.id: each.grade for each in earlier.incidents}
    known = {each.id for each in audit.incidents if _known(each, breached.keys(), grades)}
    told = {each.id for each in audit.incidents}
    return Baseline(
        audit=earlier.audit.id,
        as_of=earlier.audit.as_of,
        new=frozenset(now - breached.keys()),
        known=frozenset(now & breached.keys()),
        gone=tuple(
            Gone(each.id, each.rule, each.bearer, each.message) for key, each in breached.items() if key not in now
        ),
        incidents=Changes(
            new=tuple(each.id for each in audit.incidents if each.id not in known),
            known=tuple(each.id for each in audit.incidents if each.id in known),
            gone=tuple(key for key in grades if key not in told),
        ),
    )


def _known(incident: Incident, breached: AbstractSet[str], grades: dict[str, Grade]) -> bool:
    was = grades.get(incident.id)
    if was is not None and incident.grade.rank > was.rank:
        return False
    return breached >= set(incident.findings) if incident.findings else was is not None


def _content(path: Path) -> object:
    try:
        content: object = from_json(path.read_bytes())
    except OSError as error:
        raise _wrong(path, f"can't be read: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:
        raise _wrong(path, "is no JSON") from error
    return content


def _wrong(path: Path, says: str) -> UserError:
    advice = "name a report that `compliance audit --format json -o FILE` wrote for this workspace, without a filter"
    return UserError(Problem(None, f"the baseline {path} {says}", advice))
