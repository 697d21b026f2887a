"""What of an audit a report shows."""

from dataclasses import dataclass

from compliance.model.finding import Finding


@dataclass(frozen=True, slots=True)
class View:
    """A choice of what is shown; it never changes a count of the whole.

    `bearer` is a person's id and matches whoever owes or answers. Without a `limit`, text and HTML show 500
    incidents and machine formats all. `colour` is for a terminal, and `width` its columns; None where nothing is cut.
    """

    rule: str | None = None
    bearer: str | None = None
    department: str | None = None
    limit: int | None = None
    colour: bool = False
    width: int | None = None

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are on, by name."""
        named = {"rule": self.rule, "bearer": self.bearer, "department": self.department}
        return {name: value for name, value in named.items() if value is not None}

    def sentence(self) -> str:
        """What is filtered, for the reader; empty where nothing is."""
        if not self.filters:
            return ""
        only = ", ".join(f"{name} {value}" for name, value in self.filters.items())
        return f"A filter is on: only {only} is shown. All counts are of the whole audit."

    def admits(self, finding: Finding) -> bool:
        """Whether a finding passes the filters."""
        return (
            self.rule in (None, finding.rule)
            and self.bearer in (None, finding.bearer, finding.responsible)
            and self.department in (None, finding.department)
        )
