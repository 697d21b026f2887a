"""What may be proposed for an incident: measures of the law, each under its ceiling, until its last day."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from compliance.judgement import surroundings
from compliance.judgement.cases import Case
from compliance.judgement.grading import because
from compliance.judgement.law import Ceiling, Law, LegalMeasure
from compliance.judgement.limits import discovery, last_day
from compliance.judgement.rules import Amount, Rule
from compliance.model.incident import Measure


class _Taken(NamedTuple):
    """What a measure takes without and with its ceiling; None where it takes nothing, or the ceiling isn't known."""

    proposed: Decimal | None = None
    allowed: Decimal | None = None
    unknown: str | None = None


def measures(case: Case, applied: Sequence[Rule], law: Law) -> Iterator[Measure]:
    """The measures that these rules propose and the law knows, of those whose time has not run out."""
    for rule in applied:
        known = law.measure(rule.does.propose or "")
        if known is None:
            continue
        term = law.terms.get(known.liability)
        last = last_day(case, term, discovery(case).day)[0] if term is not None else None
        if last is None or last >= case.dossier.as_of.date():
            yield _measure(case, rule, known, last)


def _measure(case: Case, rule: Rule, known: LegalMeasure, last: date | None) -> Measure:
    ceiling = _milder(case, known)
    taken = _taken(case, rule.does.amount, known, ceiling)
    return Measure(
        measure=known.title,
        liability=known.liability.value,
        basis=known.basis,
        ceiling=f"{ceiling.says}{f' ({taken.unknown})' if taken.unknown else ''}",
        capped=taken.proposed is not None and taken.allowed is not None and taken.allowed < taken.proposed,
        proposed=_cents(taken.proposed),
        allowed=_cents(taken.allowed),
        decided_by=known.decided_by,
        last_day=last,
        lapses=str(known.lapses_after) if known.lapses_after else None,
        source=ceiling.source,
        verified=ceiling.verified,
        because=because(rule, case),
    )


def _milder(case: Case, known: LegalMeasure) -> Ceiling:
    """Of the ceiling at the time of the act and that of now, the one that takes less."""
    then, now = known.ceiling_on(surroundings.acted(case)), known.ceiling_on(case.dossier.as_of.date())
    most = [(_most(case, each), each) for each in (then, now)]
    return min(most, key=lambda pair: (pair[0] is None, pair[0] or Decimal(0)))[1]


def _most(case: Case, ceiling: Ceiling) -> Decimal | None:
    """The ceiling in money; None where there is none, or the pay is not known."""
    if ceiling.money is not None:
        return ceiling.money
    pay = case.dossier.pay.get(case.lead.responsible or "")
    return ceiling.months_of_pay * pay if ceiling.months_of_pay is not None and pay is not None else None


def _taken(case: Case, amount: Amount | None, known: LegalMeasure, ceiling: Ceiling) -> _Taken:
    proposed = _asked(case, amount, known)
    if proposed is None:
        return _Taken()
    if ceiling.money is None and ceiling.months_of_pay is None:
        return _Taken(proposed, proposed)
    most = _most(case, ceiling)
    if most is None:
        return _Taken(proposed, None, "the average pay is not kept, so what is allowed is not known")
    return _Taken(proposed, min(proposed, most))


def _asked(case: Case, amount: Amount | None, known: LegalMeasure) -> Decimal | None:
    """What would be taken if there were no ceiling: the rule's own amount, or the damage."""
    if amount is not None and amount.money is not None:
        return amount.money
    if amount is not None and amount.months_of_pay is not None:
        pay = case.dossier.pay.get(case.lead.responsible or "")
        return amount.months_of_pay * pay if pay is not None else None
    return surroundings.harm(case) if known.takes == "damage" else None


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(Decimal("0.01"))


def unlawful(rules: Iterable[Rule], law: Law) -> Iterator[tuple[Rule, str, str]]:
    """The measure rules that this law has no basis for, or whose amount lies above its ceiling, the lint, and why."""
    for rule in rules:
        name, amount = rule.does.propose, rule.does.amount
        forbidden = next((each for each in law.forbidden if each.measure == name), None)
        known = law.measure(name or "")
        if forbidden is not None:
            why = f"{law.title} gives no basis for `{name}`: {forbidden.because} ({forbidden.basis})"
            yield rule, "measure-without-basis", why
        elif known is None:
            names = ", ".join(each.id for each in law.measures)
            why = f"{law.title} gives no basis for `{name}`: it is none of its measures ({names})"
            yield rule, "measure-without-basis", why
        elif amount is not None:
            lowest = min(known.ceiling, key=lambda each: each.months_of_pay or each.money or Decimal("Infinity"))
            if above := _above(amount, lowest):
                why = f"{above}, and {law.title} allows `{name}` at most {lowest.says} ({known.basis})"
                yield rule, "measure-above-ceiling", why


def _above(amount: Amount, ceiling: Ceiling) -> str | None:
    pairs = ((amount.money, ceiling.money, "in money"), (amount.months_of_pay, ceiling.months_of_pay, "months of pay"))
    for asked, most, unit in pairs:
        if asked is not None and most is not None and asked > most:
            return f"the rule takes {asked} {unit}"
    return None
