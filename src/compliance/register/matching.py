"""Which incidents the register knew, and which of those it knew are gone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from compliance.model.incident import Incident


@dataclass(frozen=True, slots=True)
class Earlier:
    """An incident as the last audit that found it left it.

    `live`: neither gone nor continued in another since. `covered`: the audit at hand looks at all that the earlier
    one looked at, so that not finding it means that it is gone.
    """

    id: str
    responsible: str | None
    live: bool
    covered: bool


@dataclass(frozen=True, slots=True)
class Matches:
    """Ids of this audit's incidents that are new or known, of earlier ones gone, and earlier ones under a new id."""

    new: tuple[str, ...]
    known: tuple[str, ...]
    gone: tuple[str, ...]
    continued: Mapping[str, str]


def match(incidents: Iterable[Incident], earlier: Mapping[str, Earlier], shared: Mapping[str, list[str]]) -> Matches:
    """Compare by id, then by shared findings (`shared`: the earlier incidents that each finding stood in).

    A finding may stand in an incident of its bearer and in one of the bearer's superior. So an earlier incident that
    is found again under its own id is no other one's predecessor, unless the same person answers for both.
    """
    found = {incident.id: incident for incident in incidents}
    before = {key: _before(incident, found, earlier, shared) for key, incident in found.items()}
    known = sorted(key for key in found if key in earlier or before[key])
    continued = _continued(found, earlier, before)
    gone = (each.id for each in earlier.values() if each.live and each.covered and each.id not in found)
    return Matches(
        new=tuple(sorted(found.keys() - set(known))),
        known=tuple(known),
        gone=tuple(sorted(key for key in gone if key not in continued)),
        continued=continued,
    )


def _before(
    incident: Incident, found: Mapping[str, Incident], earlier: Mapping[str, Earlier], shared: Mapping[str, list[str]]
) -> Counter[str]:
    """The incident's predecessors, each with the number of findings that both hold."""
    candidates = Counter(key for finding in incident.findings for key in shared.get(finding, ()))
    return Counter(
        {
            key: count
            for key, count in candidates.items()
            if key not in found or earlier[key].responsible == incident.responsible
        },
    )


def _continued(
    found: Mapping[str, Incident], earlier: Mapping[str, Earlier], before: Mapping[str, Counter[str]]
) -> dict[str, str]:
    """Each live predecessor that is no longer found, with the incident that holds most of its findings now."""
    heirs: dict[str, tuple[int, str]] = {}
    for key in sorted(found):
        for old, count in before[key].items():
            if old not in found and earlier[old].live and count > heirs.get(old, (0, ""))[0]:
                heirs[old] = (count, key)
    return {old: key for old, (_, key) in sorted(heirs.items())}
