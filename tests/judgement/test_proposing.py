from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.judgement.around import ACT, LAWS, RU, dossier, entry, pay
from tests.judgement.sample import CALLS, RULEBOOK, SECRET, SHIPPED, breach

from compliance.dossier import Dossier
from compliance.judgement import judge, load_judgement
from compliance.judgement.law import Ceiling, Law, load_law
from compliance.model.incident import Incident
from compliance.model.problem import UserError

JUDGEMENT = load_judgement([SHIPPED], law=RU)
NO_FINE = (
    "Labour Code of the Russian Federation gives no basis for `fine`: measures that no federal law names may not be "
    "applied, and none names a fine by the employer (article 192)"
)
NO_MEASURE = (
    "Labour Code of the Russian Federation gives no basis for `bonus-cut`: it is none of its measures (remark, "
    "reprimand, dismissal, recovery, full-recovery)"
)
TOO_MUCH = (
    "the rule takes 2 months of pay, and Labour Code of the Russian Federation allows `recovery` at most average pay "
    "of one month (articles 238 and 241)"
)
HARM = entry("h", "2026-03-02 10:00", "harm", "90000")


def _incident(around: Dossier, rule: str = CALLS, law: Law = RU) -> Incident:
    [incident] = judge([breach("1", rule, at=ACT)], RULEBOOK, JUDGEMENT, around, law).incidents
    return incident


def _proposed(
    around: Dossier, rule: str = CALLS, law: Law = RU
) -> list[tuple[str, Decimal | None, Decimal | None, bool]]:
    measures = _incident(around, rule, law).measures
    return [(each.measure, each.proposed, each.allowed, each.capped) for each in measures]


def test_the_graver_the_incident_the_more_may_be_proposed() -> None:
    assert _proposed(dossier()) == [("remark", None, None, False)]
    assert _proposed(dossier(), SECRET) == [("remark", None, None, False), ("reprimand", None, None, False)]


@pytest.mark.parametrize(
    ("monthly", "allowed", "capped"),
    [(89_999, 89_999, True), (90_000, 90_000, False), (90_001, 90_000, False)],
)
def test_damage_is_recovered_up_to_a_month_s_average_pay(monthly: int, allowed: int, *, capped: bool) -> None:
    around = dossier(HARM, pay=pay(anna=monthly))
    assert _proposed(around) == [
        ("recovery of damage", 90_000, allowed, capped),
        ("remark", None, None, False),
    ]


def test_where_the_pay_is_not_kept_the_ceiling_is_said_to_be_unknown() -> None:
    [measure] = [each for each in _incident(dossier(HARM)).measures if each.liability == "material"]
    assert (measure.proposed, measure.allowed, measure.capped) == (Decimal(90_000), None, False)
    assert measure.ceiling == (
        "average pay of one month (the average pay is not kept, so what is allowed is not known)"
    )


def test_the_milder_of_two_ceilings_counts() -> None:
    recovery = RU.measure("recovery")
    assert recovery is not None
    strict = recovery.ceiling[0].model_copy(update={"since": date(2026, 1, 1), "months_of_pay": Decimal(2)})
    mild = Ceiling.model_validate({"says": "half", "source": "s", "from": "2026-03-15", "months_of_pay": "0.5"})
    law = RU.model_copy(update={"measures": (recovery.model_copy(update={"ceiling": (strict, mild)}),)})
    assert _proposed(dossier(HARM, pay=pay(anna=60_000)), law=law) == [
        ("recovery of damage", Decimal(90_000), Decimal(30_000), True)
    ]


def test_after_the_last_day_no_measure_is_left() -> None:
    old = ACT.replace(year=2025)
    [incident] = judge([breach("1", SECRET, at=old)], RULEBOOK, JUDGEMENT, dossier(), RU).incidents
    assert (incident.measures, incident.limitation.expired) == ((), True)


def test_every_value_of_the_law_is_unverified_and_says_what_it_rests_on() -> None:
    for path in sorted(LAWS.glob("*.yaml")):
        law = load_law(LAWS, path.stem)
        assert len(law.unverified) == len(law.terms) + len(law.measures) + (law.hearing is not None)
    [measure] = _incident(dossier()).measures
    assert (measure.basis, measure.source, measure.verified) == ("article 192", "article 193 of the code", False)


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("{propose: fine}", f"own.yaml:4:7: {NO_FINE}"),
        ("{propose: bonus-cut}", f"own.yaml:4:7: {NO_MEASURE}"),
        ("{propose: recovery, amount: {months_of_pay: 2}}", f"own.yaml:4:7: {TOO_MUCH}"),
        ("{propose: recovery, amount: {months_of_pay: 1}}", None),
    ],
)
def test_a_measure_without_a_basis_or_above_its_ceiling_is_an_error_of_the_rule_set(
    tmp_path: Path, does: str, says: str | None
) -> None:
    rule = f"id: measure.own\nstage: measure\ntitle: Own\ndoes: {does}\nbecause: so\nsource: own\n"
    (tmp_path / "own.yaml").write_text(rule)
    try:
        load_judgement([SHIPPED, tmp_path], law=RU)
        found = None
    except UserError as error:
        [problem] = error.problems
        found = problem.line().replace(f"{tmp_path}/", "")
    assert found == says


def test_an_unknown_jurisdiction_is_told() -> None:
    with pytest.raises(UserError, match="no law is known for the jurisdiction `ru-labor-code`"):
        load_law(LAWS, "ru-labor-code")
