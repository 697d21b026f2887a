import os
from datetime import date
from pathlib import Path

import pytest
from tests.assess.workspaces import written

from compliance.kinds import KINDS
from compliance.language.parameters import DatedValue
from compliance.model.audit import Assumed, RuleInfo
from compliance.model.incident import Grade
from compliance.model.problem import UserError
from compliance.rulebook import Rulebook, load_rulebook, overridden, pack_folder
from compliance.rulebook.lint import packs_of
from compliance.rulebook.loading import assumed, digest_of
from compliance.rulebook.selection import pack_folders
from compliance.workspace.manifest import Manifest
from compliance.yamldoc import parse

HEAD = "id: own.a\ntitle: A\nseverity: minor\n"
RULE = HEAD + "prohibition: {of: calls}\n"
DOCUMENT = "id: form\ntitle: The form\nclauses: [{section: '1', number: 1, text: No calls.}]\n"


def loaded(folder: Path, files: dict[str, str]) -> Rulebook:
    return load_rulebook([written(folder / "own", files)])


def refused(folder: Path, files: dict[str, str]) -> str:
    with pytest.raises(UserError) as raised:
        loaded(folder, files)
    return "\n" + str(raised.value).replace(f"{folder}/own/", "")


def test_a_rule_knows_its_pack_kind_and_clause(tmp_path: Path) -> None:
    more = "clause: form/1/1\nnorms: [S1]\nremedy: Stop it.\nincident: {per: month}\nforce: should\nstatus: announced\n"
    book = loaded(tmp_path, {"a.yaml": RULE + more, "document.yaml": DOCUMENT})
    assert book.rules["own.a"].info == RuleInfo(
        id="own.a",
        title="A",
        pack="own",
        kind="prohibition",
        severity=Grade.MINOR,
        force="should",
        clause="form/1/1",
        clause_text="No calls.",
        document="The form",
        norms=("S1",),
        remedy="Stop it.",
        incident_per="month",
        raises_incidents=False,
    )
    assert book.rules["own.a"].cases == tmp_path / "own" / "a.test.yaml"


def test_cases_are_no_rules_and_what_the_other_party_does_raises_no_incident(tmp_path: Path) -> None:
    book = loaded(tmp_path, {"a.yaml": RULE + "bearer: {who: none}\n", "a.test.yaml": "not: [read"})
    assert [*book.rules] == ["own.a"]
    assert not book.rules["own.a"].info.raises_incidents


def test_rules_come_in_the_order_of_their_ids_whatever_their_files_are_called(tmp_path: Path) -> None:
    files = {"1.yaml": RULE.replace("own.a", "own.c"), "2.yaml": RULE, "3.yaml": RULE.replace("own.a", "own.b")}
    assert [*loaded(tmp_path, files).rules] == ["own.a", "own.b", "own.c"]


def test_the_digest_is_that_of_the_files_wherever_they_are(tmp_path: Path) -> None:
    one, two = (loaded(tmp_path / name, {"a.yaml": RULE}) for name in ("one", "two"))
    assert digest_of(one) == digest_of(two)
    assert digest_of(loaded(tmp_path / "three", {"a.yaml": RULE.replace("minor", "serious")})) != digest_of(one)
    assert digest_of(one, [tmp_path / "one" / "own" / "a.yaml"]) != digest_of(one)


def test_parameters_are_known_by_the_first_part_of_the_rules_ids_oldest_value_first(tmp_path: Path) -> None:
    text = "most: [{from: 2026-01-01, value: 1, source: form 3}, {value: 2 days}]\nkinds: [{value: [a, b]}]\n"
    values = loaded(tmp_path, {"a.yaml": RULE, "parameters.yaml": text}).parameters.values
    assert values == {
        "own.most": (
            DatedValue(value="2 days"),
            DatedValue.model_validate({"from": date(2026, 1, 1), "value": 1, "source": "form 3"}),
        ),
        "own.kinds": (DatedValue(value=("a", "b")),),
    }


def test_own_values_win_always_and_are_not_assumed(tmp_path: Path) -> None:
    text = "most: [{from: 2026-01-01, value: 1}]\nleast: [{value: 1, source: form}]\nother: [{value: 1}]\n"
    rule = HEAD + "prohibition: {of: calls, where: \"n > :most and n < :least and at >= '2026-01-01 18:00'\"}\n"
    book = loaded(tmp_path, {"a.yaml": rule, "parameters.yaml": text})
    assert assumed(book, book.rules["own.a"]) == (Assumed("own.most", date(2026, 1, 1)),)
    own = overridden(book, {"own.most": 5})
    assert own.parameters.on("own.most", date(1999, 1, 1)) == 5
    assert own.parameters.overridden == {"own.most"}
    assert assumed(own, own.rules["own.a"]) == ()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "",
            """
a.yaml:1:1: the rule has no kind; give it one of KINDS
  id: own.a
  ^""",
        ),
        (
            "prohibition: {of: a}\ncondition: {of: a, must: b}",
            """
a.yaml:5:1: a rule has one kind, this one has prohibition and condition
  condition: {of: a, must: b}
  ^^^^^^^^^""",
        ),
        (
            "prohibition: {of: a, unless: aproved}\nforce: mut\nstatus: stabel",
            """
a.yaml:4:30: `unless` must be approved, not `aproved`
  prohibition: {of: a, unless: aproved}
                               ^^^^^^^
  help: did you mean `approved`?
a.yaml:5:8: `force` must be must, should or may, not `mut`
  force: mut
         ^^^
  help: did you mean `must`?
a.yaml:6:9: `status` must be draft, announced, stable or retired, not `stabel`
  status: stabel
          ^^^^^^
  help: did you mean `stable`?""",
        ),
        (
            'prohibition: {of: a}\nmessage: "{measrued} of {required}"',
            """
a.yaml:5:11: `{measrued}` is not a placeholder
  message: "{measrued} of {required}"
            ^^^^^^^^^^
  help: there are: {measured}, {required}, {window}, {bearer}, {record}, {due}, {done}, {how}, {cause}""",
        ),
        (
            'prohibition: {of: a}\nmessage: "{measured} } of {required}"',
            """
a.yaml:5:10: a brace in a message stands alone
  message: "{measured} } of {required}"
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: double it: `{{` and `}}`""",
        ),
        (
            "prohibition: {of: a}\nin_force: {from: 2026-02-01, to: 2026-01-01}",
            """
a.yaml:5:34: the rule ends before it begins
  in_force: {from: 2026-02-01, to: 2026-01-01}
                                   ^^^^^^^^^^""",
        ),
        (
            "quota: {of: a, at_least: 1, more_than: 2}",
            """
a.yaml:4:8: `at_least` and `more_than` bound the same side; keep one
  quota: {of: a, at_least: 1, more_than: 2}
         ^""",
        ),
        (
            "quota: {at_least: 1, wher: x, per: fortnight}",
            """
a.yaml:4:8: `of` is missing in `quota`
  quota: {at_least: 1, wher: x, per: fortnight}
         ^
a.yaml:4:22: unknown key `wher`
  quota: {at_least: 1, wher: x, per: fortnight}
                       ^^^^
  help: did you mean `where`?
a.yaml:4:36: `per` must be day, working_day, week, month, quarter or year, not `fortnight`
  quota: {at_least: 1, wher: x, per: fortnight}
                                     ^^^^^^^^^""",
        ),
        (
            "quota: {of: a, at_least: 1, for_each: {item: [1], where: x}}",
            """
a.yaml:4:39: `where`, `at`, `owner`, `with` and `without` belong to a `for_each` with `of`
  quota: {of: a, at_least: 1, for_each: {item: [1], where: x}}
                                        ^""",
        ),
        (
            "deadline: {of: a, every: day, by: {day: 3}}",
            """
a.yaml:4:31: a daily deadline has only a `time`, or a duration
  deadline: {of: a, every: day, by: {day: 3}}
                                ^^""",
        ),
        (
            "deadline: {of: a, every: month, by: {time: 18:00}}",
            """
a.yaml:4:33: `by` needs a `day`
  deadline: {of: a, every: month, by: {time: 18:00}}
                                  ^^
  help: or write a duration such as `3 working_days`""",
        ),
        (
            "deadline: {of: a, every: week, by: {day: 8}}",
            """
a.yaml:4:42: the day of a weekly deadline is 1 to 7
  deadline: {of: a, every: week, by: {day: 8}}
                                           ^""",
        ),
        (
            "deadline: {of: a, every: month, by: {day: 3, time: 25:00}}",
            """
a.yaml:4:52: `25:00` is not a time of day; write it as 18:00
  deadline: {of: a, every: month, by: {day: 3, time: 25:00}}
                                                     ^^^^^""",
        ),
        (
            "deadline: {of: a, every: month, by: 3 fortnights}",
            """
a.yaml:4:37: `3 fortnights` is not a duration; write for example 90 days, 48 hours, 2 working_days or 1 month
  deadline: {of: a, every: month, by: 3 fortnights}
                                      ^^^^^^^^^^^^""",
        ),
        (
            "limit: {of: a, value: b}",
            """
a.yaml:4:8: a limit needs a bound: at_most, at_least, more_than or less_than
  limit: {of: a, value: b}
         ^""",
        ),
        (
            "bearer: {position: x, postion: y}\nprohibition: {of: a}",
            """
a.yaml:4:23: unknown key `postion`
  bearer: {position: x, postion: y}
                        ^^^^^^^
  help: did you mean `position`?""",
        ),
    ],
)
def test_a_rule_file_is_refused_with_every_mistake_at_its_place(tmp_path: Path, body: str, told: str) -> None:
    kinds = ", ".join(kind.name for kind in KINDS)
    assert refused(tmp_path, {"a.yaml": f"{HEAD}{body}\n"}) == told.replace("KINDS", kinds)


@pytest.mark.parametrize(
    ("id_", "told"),
    [
        ("dutybook.x", "ids beginning with `dutybook.` are the built-in findings'"),
        ("Own", "`Own` is not a rule id; write small letters, digits and hyphens in parts joined by dots"),
        ("own", "`own` is not a rule id; write small letters, digits and hyphens in parts joined by dots"),
    ],
)
def test_an_id_that_is_none(tmp_path: Path, id_: str, told: str) -> None:
    shown = refused(tmp_path, {"a.yaml": RULE.replace("own.a", id_)})
    assert shown == f"\na.yaml:1:5: {told}\n  id: {id_}\n      {'^' * len(id_)}"


def test_an_id_that_is_taken(tmp_path: Path) -> None:
    told = refused(tmp_path, {"a.yaml": RULE, "b.yaml": RULE})
    assert told == (
        "\nb.yaml:1:5: the id `own.a` is taken already by a.yaml\n  id: own.a\n      ^^^^^\n  help: give it another"
    )


def test_a_clause_that_no_document_has(tmp_path: Path) -> None:
    told = refused(tmp_path, {"a.yaml": RULE + "clause: form/1/2\n", "document.yaml": DOCUMENT})
    assert told == (
        "\na.yaml:5:9: no document of the pack has a clause `form/1/2`\n"
        "  clause: form/1/2\n"
        "          ^^^^^^^^\n"
        "  help: did you mean `form/1/1`?"
    )


def test_a_parameter_without_values_or_with_two_from_one_day(tmp_path: Path) -> None:
    text = "most: []\nleast: [{value: 1}, {value: 2}]\nfine: [{value: 3}, {from: 2026-01-01, value: 4}]\n"
    assert refused(tmp_path, {"a.yaml": RULE, "parameters.yaml": text}) == (
        "\nparameters.yaml:1:1: `most` needs values, each from another day\n"
        "  most: []\n"
        "  ^^^^\n"
        "parameters.yaml:2:1: `least` needs values, each from another day\n"
        "  least: [{value: 1}, {value: 2}]\n"
        "  ^^^^^"
    )


def test_every_file_is_told_of_at_once(tmp_path: Path) -> None:
    files = {
        "a.yaml": RULE.replace("minor", "miner"),
        "b.yaml": RULE.replace("title: A\n", "").replace("own.a", "own.b"),
        "document.yaml": "{id: form, title: Form, clauses: [{section: '1', number: 1, kind: dutty, text: x}]}",
        "parameters.yaml": "most: [{value: 3, sorce: x}]",
    }
    with pytest.raises(UserError) as raised:
        loaded(tmp_path, files)
    assert [problem.line().removeprefix(f"{tmp_path}/own/") for problem in raised.value.problems] == [
        "document.yaml:1:67: `kind` must be duty, right or liability, not `dutty`",
        "parameters.yaml:1:19: unknown key `sorce`",
        "a.yaml:3:11: `severity` must be observation, minor, moderate, serious or critical, not `miner`",
        "b.yaml:1:1: `title` is missing",
    ]


def test_a_pack_is_named_by_its_shipped_name_or_by_a_path(tmp_path: Path) -> None:
    written(tmp_path / "rules", {"a.yaml": RULE})
    assert pack_folder("./rules", tmp_path) == tmp_path / "rules"
    assert pack_folder("rules", tmp_path) == tmp_path / "rules"
    assert pack_folder("confidentiality", tmp_path).name == "confidentiality"
    with pytest.raises(UserError) as raised:
        pack_folder("confidentialty", tmp_path)
    assert str(raised.value) == "there is no pack `confidentialty`\n  help: did you mean `confidentiality`?"


def test_a_pack_that_is_named_twice_is_read_once_in_the_place_of_the_first(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    manifest = parse("packs: [./two, ./one, ./two/]", "compliance.yaml", Manifest)
    assert pack_folders(manifest, tmp_path, ()) == [tmp_path / "two", tmp_path / "one"]
    assert pack_folders(manifest, tmp_path, ("./one", "./one/../one")) == [tmp_path / "one"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        load_rulebook([tmp_path / "none"])
    assert str(raised.value) == f"there is no folder of rules {tmp_path}/none\n  help: name a folder of rule files"


@pytest.mark.parametrize("name", ["b.yaml", "document.yaml", "parameters.yaml"])
def test_what_is_named_like_a_file_of_rules_and_is_none_is_told(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: hunter2\n", encoding="utf-8")
    path = written(tmp_path / "own", {"a.yaml": RULE}) / name
    path.mkdir()
    assert refused(tmp_path, {}) == f"\n{name}: is a folder, not a file\n  help: name a file in it"
    path.rmdir()
    path.symlink_to("nowhere.yaml")
    assert refused(tmp_path, {}) == f"\n{name}: there is no such file"
    path.unlink()
    path.symlink_to("../secret.yaml")
    told = f"\n{name}: is a link that leads out of {tmp_path}/own\n  help: put the file itself here"
    assert refused(tmp_path, {}) == told
    path.unlink()
    os.mkfifo(path)
    assert refused(tmp_path, {}) == f"\n{name}: is not a regular file"


def test_a_link_within_a_pack_is_read_and_a_linked_folder_is_no_pack_of_its_own(tmp_path: Path) -> None:
    pack = written(tmp_path / "own", {"..data/a.txt": RULE})
    (pack / "a.yaml").symlink_to("..data/a.txt")
    (pack / "again").symlink_to(".")
    assert packs_of([tmp_path]) == [pack]
    assert list(load_rulebook([pack]).rules) == ["own.a"]


def test_a_name_of_a_file_steers_no_terminal(tmp_path: Path) -> None:
    shown = refused(tmp_path, {"a\n::error::b\x1b[2J.yaml": "id: a.b"})
    assert "\n" not in shown.removeprefix("\n").split(": ", 1)[0]
    assert shown.replace("\n", "").isprintable()
