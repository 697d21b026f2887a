from dataclasses import replace
from datetime import date, datetime

from tests.judgement.around import ACT, case, dossier, entry, person
from tests.judgement.sample import CALLS, RULEBOOK, SHIPPED, breach

from compliance.dossier import Dossier, Unsigned
from compliance.judgement import judge, load_judgement
from compliance.judgement.deciding import decider
from compliance.judgement.responsibility import chain
from compliance.model.finding import Finding, RecordRef
from compliance.model.incident import Link, Role
from compliance.roster import Roster, StandIn

JUDGEMENT = load_judgement([SHIPPED])
ANNA = Link(Role.BEARER, "anna", "anna owed this")
ORDER = entry("o1", "2026-03-02 08:00", "order", "boss")


def _judged(around: Dossier, finding: Finding) -> tuple[str | None, list[tuple[Role, str | None, RecordRef | None]]]:
    _, [incident], _ = judge([finding], RULEBOOK, JUDGEMENT, around)
    return incident.responsible, [(each.role, each.person, each.record) for each in incident.chain]


def test_the_bearer_alone() -> None:
    assert _judged(dossier(), breach("1", CALLS, at=ACT)) == ("anna", [(Role.BEARER, "anna", None)])


def test_a_deputy_in_force_answers_by_the_order_that_names_both() -> None:
    rows = (
        StandIn("d1", "anna", "ben", date(2026, 3, 1), date(2026, 3, 10)),
        StandIn("d2", "anna", "carl", date(2026, 3, 2), date(2026, 3, 10)),
        StandIn("d3", "anna", "ben", date(2026, 3, 5), date(2026, 3, 10)),
    )
    around = replace(dossier(), roster=Roster((), deputies=rows))
    late = breach("1", CALLS, responsible="ben", due=datetime.fromisoformat("2026-03-05 00:00"))
    assert _judged(around, late) == (
        "ben",
        [(Role.BEARER, "anna", None), (Role.DEPUTY, "ben", RecordRef("deputies", "d1"))],
    )


def test_who_had_to_obtain_the_signature_answers_and_nobody_where_nobody_is_known() -> None:
    unsigned = dossier(unsigned={"1": Unsigned("boss", "anna had not signed")})
    assert _judged(unsigned, breach("1", CALLS, at=ACT))[0] == "boss"
    nobody = dossier(unsigned={"1": Unsigned(None, "anna had not signed")})
    assert judge([breach("1", CALLS, at=ACT)], RULEBOOK, JUDGEMENT, nobody, mode="plain").incidents == ()


def test_who_ordered_the_act_answers_before_all_others() -> None:
    around = dossier(ORDER, unsigned={"1": Unsigned("head", "anna had not signed")})
    assert _judged(around, breach("1", CALLS, at=ACT)) == (
        "boss",
        [
            (Role.BEARER, "anna", None),
            (Role.OBTAINER, "head", None),
            (Role.ORDERER, "boss", RecordRef("circumstances", "o1")),
        ],
    )


def test_an_order_to_oneself_is_none() -> None:
    around = dossier(entry("o1", "2026-03-02 08:00", "order", "anna"))
    assert _judged(around, breach("1", CALLS, at=ACT))[0] == "anna"


def test_the_own_head_decides_but_never_one_of_the_chain() -> None:
    people = (
        person("anna", department="North", superior_id="head"),
        person("head", department="North", superior_id="director"),
        person("director", department="House"),
    )
    around = dossier(ORDER, people=people, heads={"North": "head", "House": "director"})
    plain, links = case(around), (ANNA,)
    assert decider(plain, links) == "head"
    assert decider(plain, (*links, Link(Role.ORDERER, "head", "head ordered the act"))) == "director"
    by_head = case(around, breach("1", CALLS, "head", at=ACT))
    assert decider(by_head, (Link(Role.BEARER, "head", "head owed this"),)) == "director"
    by_director = case(around, breach("1", CALLS, "director", at=ACT))
    assert decider(by_director, (Link(Role.BEARER, "director", "director owed this"),)) is None


def test_a_cycle_of_superiors_ends() -> None:
    people = (person("anna", superior_id="ben"), person("ben", superior_id="anna"))
    assert decider(case(dossier(people=people)), (ANNA, Link(Role.ORDERER, "ben", "ben ordered the act"))) is None


def test_the_chain_tells_each_step() -> None:
    assert chain(case(dossier(ORDER)), {Role.BEARER, Role.ORDERER}) == (
        ANNA,
        Link(Role.ORDERER, "boss", "boss ordered the act", RecordRef("circumstances", "o1")),
    )
