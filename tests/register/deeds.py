"""A register with the sample's incidents, and deeds on them in short."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from tests.reports.sample import INCIDENTS, moment, sample_audit

from compliance.model.audit import Audit
from compliance.model.history import Deed
from compliance.register.case import Case
from compliance.register.deeds import do
from compliance.register.home import Home, Server
from compliance.register.store import record

H = TypeVar("H", Path, Server, Home)
ONE, LATE, OVER = (incident.id for incident in INCIDENTS[1:4])
ANSWERS = {ONE: "e-18", LATE: "e-40", OVER: "e-21"}
ASKED_ON, LAST_DAY = "2026-04-02 09:00", "2026-04-06"


def filled(path: H) -> H:
    """The register after the first audit, which is as of 1 April 2026, 18:30."""
    record(path, sample_audit())
    return path


def later(days: int, **changed: object) -> Audit:
    """The sample's audit made again as of some days later, with what is changed."""
    audit = sample_audit()
    return replace(audit, id=f"{audit.id}+{days}", as_of=audit.as_of + timedelta(days=days), **changed)  # type: ignore[arg-type]


def ask(path: Home, key: str = ONE) -> Case:
    return do(path, key, Deed.ASKED, by="head", at=moment(ASKED_ON), details={"due": LAST_DAY})


def step(path: Home, deed: Deed, at: str, by: str = "head", key: str = ONE, **details: str) -> Case:
    return do(path, key, deed, by=by, at=moment(at), text=f"Because it is {deed}.", details=details)


def walk(path: Home, deeds: Sequence[Deed], key: str = ONE) -> None:
    """Do one after the other, from 2 April on, a minute apart; the hearing's term is over on 6 April."""
    for number, deed in enumerate(deeds):
        details = {"due": LAST_DAY} if deed is Deed.ASKED else {"measure": "remark"} if deed is Deed.DECIDED else {}
        do(path, key, deed, by="head", at=moment(ASKED_ON) + timedelta(minutes=number), text="So.", details=details)
