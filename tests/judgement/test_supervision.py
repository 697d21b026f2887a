from dataclasses import replace

from tests.judgement.around import ACT, dossier, person
from tests.judgement.sample import CALLS, RULEBOOK, SHIPPED, VISITS, breach

from compliance.judgement import judge, load_judgement
from compliance.model.finding import Finding
from compliance.model.incident import Grade, Incident, Role

JUDGEMENT = load_judgement([SHIPPED], own={"judgement.supervision_people": 2, "judgement.supervision_findings": 4})
PEOPLE = tuple(person(who, department="Sales North", superior_id="head") for who in ("anna", "ben", "head"))
AROUND = dossier(people=PEOPLE, heads={"Sales North": "head"})


def _found(*who: str, rule: str = CALLS, month: int = 3) -> list[Finding]:
    moments = [(place, each, ACT.replace(day=place + 2, month=month)) for place, each in enumerate(who)]
    return [breach(f"{rule}-{month}-{place}", rule, each, at=at) for place, each, at in moments]


def _derived(*findings: Finding) -> list[Incident]:
    incidents = judge(findings, RULEBOOK, JUDGEMENT, AROUND).incidents
    return [each for each in incidents if each.derived_from]


def test_four_breaches_of_two_people_are_an_incident_of_their_head() -> None:
    findings = _found("anna", "ben", "anna", "ben")
    [derived] = _derived(*findings)
    assert (derived.responsible, derived.findings, derived.rules, derived.grade) == ("head", (), (CALLS,), Grade.MINOR)
    assert [(each.role, each.person, each.because) for each in derived.chain] == [
        (Role.HEAD, "head", "2 people of the department breached this rule 4 times in one quarter")
    ]
    others = [each.id for each in judge(findings, RULEBOOK, JUDGEMENT, AROUND).incidents if each.findings]
    assert derived.derived_from == tuple(sorted(others))


def test_three_breaches_or_one_person_are_none() -> None:
    assert _derived(*_found("anna", "ben", "anna")) == []
    assert _derived(*_found("anna", "anna", "anna", "anna")) == []


def test_two_rules_or_two_quarters_are_not_added_up() -> None:
    assert _derived(*_found("anna", "ben"), *_found("anna", "ben", rule=VISITS)) == []
    assert _derived(*_found("anna", "ben"), *_found("anna", "ben", month=4)) == []


def test_people_of_no_department_have_a_superior_whose_incident_is_of_none_either() -> None:
    around = dossier(people=tuple(person(who, superior_id="head") for who in ("anna", "ben", "head")))
    findings = [replace(each, department=None) for each in _found("anna", "ben", "anna", "ben")]
    [derived] = [each for each in judge(findings, RULEBOOK, JUDGEMENT, around).incidents if each.derived_from]
    assert (derived.responsible, derived.department) == ("head", None)


def test_the_head_s_own_breaches_are_left_aside() -> None:
    assert _derived(*_found("anna", "ben", "head", "head")) == []
    assert len(_derived(*_found("anna", "ben", "anna", "ben", "head"))) == 1


def test_its_id_depends_neither_on_the_list_nor_on_the_grade() -> None:
    [few], [many] = _derived(*_found("anna", "ben", "anna", "ben")), _derived(*_found(*["anna", "ben"] * 4))
    assert few.id == many.id
    assert many.grade is not few.grade
