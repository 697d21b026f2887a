"""`--edition`: for whom a report is, those who may see names or those who may not."""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_bytes
from typing import TYPE_CHECKING, TypeVar

import click

from compliance.model.problem import UserError

if TYPE_CHECKING:
    from compliance.model.audit import Audit
    from compliance.reports.view import View

F = TypeVar("F", bound=Callable[..., object])

NAMED, PSEUDONYMOUS = "named", "pseudonymous"


def options(function: F) -> F:
    """`--edition`, `--salt`."""
    says = "From which pseudonyms are made, so that they stay the same from run to run (default: chance)."
    function = click.option("--salt", metavar="TEXT", help=says)(function)
    choice = click.Choice([NAMED, PSEUDONYMOUS])
    says = "With names, or with pseudonyms for those who may not see names."
    return click.option("--edition", type=choice, default=NAMED, show_default=True, help=says)(function)


@dataclass(frozen=True, slots=True)
class Edition:
    """What was chosen; the salt is for the pseudonymous edition only."""

    name: str
    salt: bytes
    smallest: int

    @property
    def pseudonymous(self) -> bool:
        """Whether nobody may be named."""
        return self.name == PSEUDONYMOUS

    def of(self, audit: "Audit", view: "View") -> "Audit":
        """The audit in this edition; raises UserError where a filter would tell what it hides."""
        if not self.pseudonymous:
            return audit
        from compliance.reports.pseudonymous import departments, pseudonymous  # noqa: PLC0415 `--help` is not to wait

        if view.bearer is not None:
            says = "--bearer: a pseudonymous report on one person would hide nobody"
            raise UserError(says, help="leave --bearer out, or --edition pseudonymous")
        told = departments(audit.people.values(), self.smallest)
        if view.department is not None and told.get(view.department) != view.department:
            says = f"--department: {view.department} has fewer than {self.smallest} people, who would be told apart"
            raise UserError(says, help="leave --department out, or lower --smallest-group")
        return pseudonymous(audit, self.salt, self.smallest)


def chosen(name: str, salt: str | None, smallest: int = 5) -> Edition:
    """The edition; raises UserError for a salt that could be found by trying."""
    from compliance.reports.pseudonyms import LEAST  # noqa: PLC0415 as above

    if salt is not None and name == NAMED:
        raise UserError("--salt makes pseudonyms, and this edition has names", help="add --edition pseudonymous")
    if salt is not None and len(salt) < LEAST:
        says = f"--salt: {len(salt)} characters can be found by trying"
        raise UserError(says, help=f"give at least {LEAST}, made by chance, and keep them where the register is kept")
    return Edition(name, salt.encode() if salt else token_bytes(32), smallest)
