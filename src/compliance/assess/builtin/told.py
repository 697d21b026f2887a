"""How built-in findings are told: what all of them have in common."""

from datetime import datetime

from compliance.assess.finding import fingerprint
from compliance.kinds.ground import Ground
from compliance.model.audit import RuleInfo
from compliance.model.finding import Finding, How, RecordRef, Verdict, day_of
from compliance.model.incident import Grade


def told_by(name: str, title: str, remedy: str) -> RuleInfo:
    """What reports say of a built-in finding in general."""
    return RuleInfo(
        id=name,
        title=title,
        pack="dutybook",
        kind="built-in",
        severity=Grade.OBSERVATION,
        incident_per="month",
        remedy=remedy,
    )


def finding(
    rule: str,
    bearer: str | None,
    record: RecordRef,
    message: str,
    ground: Ground,
    *,
    at: datetime,
    how: How = How.FALSE,
    responsible: str | None = None,
) -> Finding:
    """One built-in finding about a record; where nobody is responsible it is told, and is nobody's incident."""
    post = ground.roster.on(bearer, day_of(at))
    return Finding(
        id=fingerprint(rule, bearer, None, f"{record.table}/{record.key}"),
        rule=rule,
        verdict=Verdict.BREACHED,
        how=how,
        bearer=bearer,
        responsible=responsible,
        department=post.department if post else None,
        record=record,
        message=message,
        at=at,
        evidence=(record,),
    )
