"""The work that `audit` and `demo` share: audit, record, render."""

import gc
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from compliance_cli.progress import Progress

if TYPE_CHECKING:
    from compliance.audit import Options
    from compliance.model.audit import Audit, Changes
    from compliance.model.problem import Problem
    from compliance.register.home import Home
    from compliance.reports.earlier import Earlier
    from compliance.reports.view import View

WHOLE = frozenset({"json", "csv", "sarif", "oscal", "ocsf"})
"""The forms that show everything that was found."""

FORMS = ("text", "json", "html", "md", "csv", "xlsx", "pdf", "sarif", "oscal", "ocsf", "ics", "junit", "github")
"""The forms of a report, each a module of `compliance.reports`."""


@dataclass(frozen=True)
class Examined:
    """An audit as the register knows it, where that register is, the queries, and what is doubtful of the rules."""

    audit: "Audit"
    register: "Home"
    queries: tuple[str, ...]
    doubts: "tuple[Problem, ...]"


def examine(
    workspace: Path,
    options: "Options",
    progress: Progress,
    earlier: "Earlier | None" = None,
    ahead: Callable[[Examined], None] = lambda _found: None,
) -> Examined:
    """Audit the workspace, compare with an earlier report, record; raises UserError where any of it can't be done.

    `ahead` hears of it as soon as the answer is known, before it is recorded.
    """
    from compliance.audit import audit  # noqa: PLC0415 `--help` must not wait for it
    from compliance.register.store import record  # noqa: PLC0415 as above

    # A short-lived process: what it makes stays, so looking for cycles in it only takes time.
    gc.disable()
    outcome = audit(workspace, options, tell=progress.tell, working=progress.working)
    found = against(outcome.audit, earlier)

    def examined(changes: "Changes") -> Examined:
        return Examined(replace(found, changes=changes), outcome.register, outcome.queries, outcome.doubts)

    changes = record(outcome.register, outcome.audit, lambda changes: ahead(examined(changes)))
    progress.done("register")
    return examined(changes)


def against(audit: "Audit", earlier: "Earlier | None") -> "Audit":
    """The audit with what an earlier report makes of it."""
    from compliance.reports.earlier import compared  # noqa: PLC0415 `--help` must not wait for it

    return replace(audit, baseline=compared(audit, earlier)) if earlier else audit


def rendered(form: str, audit: "Audit", view: "View") -> str | bytes:
    """The audit in one of the forms."""
    written: str | bytes = import_module(f"compliance.reports.{form}").render(audit, view)
    return written
