"""Who decides an incident: the nearest superior who has no part in it."""

from collections.abc import Iterable

from compliance.judgement import surroundings
from compliance.judgement.cases import Case
from compliance.model.incident import Link


def decider(case: Case, chain: Iterable[Link]) -> str | None:
    """The head of the department of who answers, else the next superior; never one of the chain, nor who bears it.

    None where nobody without a part is known.
    """
    involved = {link.person for link in chain} | {finding.bearer for finding in case.findings}
    day, who = surroundings.acted(case), case.lead.responsible
    if day is None or who is None:
        return None
    roster, asked = case.dossier.roster, {who}
    held = roster.on(who, day)
    head = case.dossier.heads.get((held.department or "") if held else "")
    if head is not None and head not in involved:
        return head
    while held is not None and held.superior_id is not None and held.superior_id not in asked:
        if held.superior_id not in involved:
            return held.superior_id
        asked.add(held.superior_id)
        held = roster.on(held.superior_id, day)
    return None
