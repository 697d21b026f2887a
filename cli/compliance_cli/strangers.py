"""What is said where somebody is named whom the roster does not know: a warning, since not all are employees."""

from typing import TYPE_CHECKING

import click

from compliance.model.finding import day_of
from compliance.model.printable import printable
from compliance.model.problem import UserError
from compliance_cli.called_on import local_now
from compliance_cli.talk import Talk

if TYPE_CHECKING:
    from compliance.register.home import Home


def warn(register: "Home", *people: str, department: str | None = None) -> None:
    """Warn of ids and a department that nobody on the workspace's roster has; where none is at hand, say nothing."""
    from compliance.review.enrolled import enrolled, workspace_of  # noqa: PLC0415 `--help` must not wait for it

    talk = click.get_current_context().ensure_object(Talk)
    workspace = workspace_of(register)
    if workspace is None:
        return
    try:
        known = enrolled(workspace, day_of(local_now()))
    except UserError:
        talk.say("warning: the roster can't be read, so nobody looked whether it has who is named here")
        return
    if known is not None:
        for says in (*known.strange(*people), *(known.strange_department(department) if department else ())):
            talk.say(printable(f"warning: {says}"))
