from pathlib import Path

from tests.assess.workspaces import MANIFEST, audited, findings, house, written

GIFTS = "title: No gifts\nseverity: serious\nprohibition: {of: calls, where: kind = 'gift'}\n"
FOUND = "{} of a for calls/4 breached (forbidden)"


def test_only_stable_and_announced_rules_run_and_only_stable_ones_raise_incidents(tmp_path: Path) -> None:
    folder = house(tmp_path, rules_calls="id: own.x\nstatus: draft\n" + GIFTS)
    written(
        folder, {f"rules/{each}.yaml": f"id: own.{each}\nstatus: {each}\n{GIFTS}" for each in ("retired", "announced")}
    )
    found = audited(folder)
    assert [rule.rule for rule in found.rules] == ["house.gifts", "own.announced"]
    assert [incident.rules for incident in found.incidents] == [("house.gifts",)]
    assert found.notes[:3] == (
        "rule own.announced is announced: its breaches are told, but raise no incident",
        "rule own.retired is retired and was not run",
        "rule own.x is draft and was not run",
    )


def test_a_rule_that_yields_is_not_applicable_where_the_other_has_a_finding_on_the_same_record(tmp_path: Path) -> None:
    general = "id: own.general\ntitle: G\nseverity: minor\nyields_to: [house.gifts]\n"
    general += "condition: {of: calls, must: minutes > 8}\n"
    folder = house(tmp_path, rules_calls=general)
    first = "nothing was owed by this rule, since another one comes first"
    assert findings(folder, keep_all=True) == [
        FOUND.format("house.gifts"),
        *(
            f"own.general of {who} for calls/{key} {verdict}"
            for who, key, verdict in (
                ("a", "1", "breached (false)"),
                ("a", "2", "breached (false)"),
                ("a", "4", f"not_applicable, because {first}"),
                ("b", "3", "breached (false)"),
                ("c", "5", "met"),
            )
        ),
    ]


def test_a_rule_that_does_not_apply_is_not_applicable_once(tmp_path: Path) -> None:
    folder = house(tmp_path, rules_gifts=f"id: house.gifts\nwhen: \":profile = 'trade'\"\n{GIFTS}")
    written(folder, {"rules/parameters.yaml": "profile: [{value: service, source: x}]\n"})
    assert findings(folder, keep_all=True)[2:] == ["house.gifts not_applicable, because the rule does not apply here"]
    own = MANIFEST + "parameters: {house.profile: trade}\n"
    found = audited(written(folder, {"compliance.yaml": own}))
    assert found.notes[0] == "parameter house.profile is trade, set by the organisation"
    assert found.rules[1].breached == 1
