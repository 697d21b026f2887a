"""The main path on tiny workspaces, whole: what is found, what is told of it, and what is refused."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.assess.workspaces import FILES, MANIFEST, audited, findings, house, refused, written

from compliance.audit import Options, audit
from compliance.model.audit import Person, RuleAccount, TableAccount
from compliance.model.finding import Finding, How, RecordRef, Verdict, Window
from compliance.model.incident import Grade
from compliance.model.problem import UserError
from compliance.ruletest.comparing import shown

CALLS, GIFTS, LOG = FILES["rules/calls.yaml"], FILES["rules/gifts.yaml"], FILES["calls.csv"]
MONDAY = Window(datetime.fromisoformat("2026-03-02"), datetime.fromisoformat("2026-03-03"))
SHORT, GIFT = (
    "house.calls of b in 2026-03-02 breached (short), 1 of 2",
    "house.gifts of a for calls/4 breached (forbidden)",
)
UNTOLD = "house.calls of b in 2026-03-02 undetermined, 1 of 2, because "
UNTOLD += "records that could not be read, or tell too little, may have been the ones that count"


def test_an_audit_brings_back_what_was_breached_with_all_that_it_rests_on(tmp_path: Path) -> None:
    short, gift = audited(house(tmp_path)).findings
    assert short == Finding(
        id=short.id,
        rule="house.calls",
        verdict=Verdict.BREACHED,
        how=How.SHORT,
        bearer="b",
        responsible="b",
        window=MONDAY,
        measured=1,
        required=2,
        message="Bob (b): calls that count: 1 of 2 on 2026-03-02",
        at=MONDAY.start,
        extent=short.extent,
        evidence=(RecordRef("calls", "3"),),
    )
    assert str(short.extent) == "0.5000"
    assert (shown(gift), gift.record, gift.at) == (
        GIFT,
        RecordRef("calls", "4"),
        datetime.fromisoformat("2026-03-03 10:00"),
    )


def test_with_all_it_brings_back_what_was_met_too(tmp_path: Path) -> None:
    assert findings(house(tmp_path), keep_all=True) == ["house.calls of a in 2026-03-02 met, 2 of 2", SHORT, GIFT]


def test_without_evidence_nothing_else_is_missing(tmp_path: Path) -> None:
    """A breach by a record still tells that record."""
    whole = audited(house(tmp_path))
    without = audited(tmp_path, options=Options(judge="plain", evidence=False))
    short, gift = whole.findings
    assert short.evidence
    assert without.findings == (replace(short, evidence=()), gift)
    assert (without.incidents, without.rules) == (whole.incidents, whole.rules)


def test_everything_read_and_judged_is_counted(tmp_path: Path) -> None:
    found = audited(house(tmp_path))
    assert found.tables == (TableAccount("employees", 3, 3, 0), TableAccount("calls", 5, 5, 0))
    assert found.rules == (
        RuleAccount("house.calls", met=1, breached=1),
        RuleAccount("house.gifts", breached=1),
        RuleAccount("dutybook.unmapped-title"),
    )
    assert found.people["a"] == Person("a", "Ann", "seller", None)
    assert [(each.rules, each.responsible, each.grade) for each in found.incidents] == [
        (("house.gifts",), "a", Grade.SERIOUS),
        (("house.calls",), "b", Grade.MODERATE),
    ]
    assert found.notes[0] == "absences are not kept: nobody's duties are pro-rated or excused by leave"


def test_the_same_records_and_rules_give_the_same_audit(tmp_path: Path) -> None:
    first, second = audited(house(tmp_path / "one" / "House")), audited(house(tmp_path / "two" / "House"))
    assert first == second
    assert audited(house(tmp_path / "one" / "House", calls=LOG + "6,2026-03-06 10:00,c,call,1\n")).id != first.id


def test_what_the_caller_asks_for_wins_over_the_manifest(tmp_path: Path) -> None:
    folder = house(tmp_path)
    elsewhere = written(tmp_path / "other", {"gifts.yaml": GIFTS.replace("house.gifts", "other.gifts")})
    options = Options(start=date(2026, 3, 3), end=date(2026, 3, 5), packs=(str(elsewhere),), judge="plain")
    found = audited(folder, options=options)
    assert (str(found.period), found.as_of) == ("2026-03-03 to 2026-03-04", datetime.fromisoformat("2026-03-05"))
    assert [shown(each) for each in found.findings] == ["other.gifts of a for calls/4 breached (forbidden)"]


def test_without_a_period_whole_months_of_the_records_are_audited_as_of_the_last(tmp_path: Path) -> None:
    folder = house(
        tmp_path,
        compliance=MANIFEST.replace("period: {from: 2026-03-02, to: 2026-03-09}\n", ""),
        calls=f"{LOG}6,2026-01-15 10:00,a,call,1\n",
    )
    found = audited(folder)
    assert (found.period.start, found.period.end, found.as_of) == tuple(
        datetime.fromisoformat(each) for each in ("2026-01-01", "2026-04-01", "2026-04-01")
    )


def test_what_happened_after_as_of_is_not_seen(tmp_path: Path) -> None:
    options = Options(as_of=datetime.fromisoformat("2026-03-02 11:30"), judge="plain", keep_all=True)
    assert [shown(each) for each in audited(house(tmp_path), options=options).findings] == [
        "house.calls of a in 2026-03-02 met, 2 of 2",
        "house.calls of b in 2026-03-02 pending, 0 of 2",
    ]


def test_before_an_act_that_is_still_to_come_what_it_needs_may_yet_happen(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        {
            "compliance.yaml": "organisation: House\nperiod: {from: 2026-03-01, to: 2026-04-01}\npacks: [./rules]\n"
            "tables: {employees: employees.csv, events: events.csv, invitations: invitations.csv}\n",
            "employees.csv": "employee_id,name\na,A\n",
            "events.csv": "event_id,at,employee_id\n1,2026-03-19 10:00,a\n2,2026-03-19 10:01,a\n3,2026-03-25 10:00,a\n",
            "invitations.csv": "invitation_id,event_id,at\n1,3,2026-03-18 10:00\n",
            "rules/asked.yaml": "id: house.asked\ntitle: Guests are asked first\nseverity: minor\n"
            "precedence: {before: {of: events}, expect: {of: invitations, match: [event_id]}}\n",
        },
    )
    options = Options(as_of=datetime.fromisoformat("2026-03-19 10:00"), judge="plain", keep_all=True)
    assert [shown(each) for each in audited(folder, options=options).findings] == [
        "house.asked of a for events/1 breached (missing)",
        "house.asked of a for events/2 pending",
        "house.asked of a for events/3 met",
    ]


def test_stages_are_told_as_they_end_and_queries_are_kept(tmp_path: Path) -> None:
    stages: list[str] = []
    outcome = audit(house(tmp_path), Options(judge="plain"), tell=lambda stage, _seconds: stages.append(stage))
    assert stages == ["intake", "duties", "assess", "judge"]
    assert outcome.register == tmp_path / "register.sqlite"
    assert any(query.lstrip().startswith(("WITH", "SELECT", "CREATE")) for query in outcome.queries)


def test_both_judges_agree(tmp_path: Path) -> None:
    folder = house(tmp_path)
    assert audited(folder, options=Options(judge="both")) == audited(folder)


# --- rows that can't be read -----------------------------------------------------------------


def rejected(folder: Path) -> TableAccount:
    return audited(folder).tables[1]


def test_a_moment_that_can_not_be_read_is_told_with_its_line(tmp_path: Path) -> None:
    folder = house(tmp_path, calls=f"{LOG}6,soon,a,call,4\n7,2026-03-05 10:00,a,call,4\n")
    assert rejected(folder) == TableAccount(
        "calls",
        read=7,
        accepted=6,
        rejected=1,
        reasons={"at: not a datetime": 1},
        rejects=('calls.csv:7: at: "soon" is not a datetime',),
    )
    assert findings(folder) == [SHORT, GIFT]


def test_it_leaves_open_what_it_might_have_cured_and_nothing_else(tmp_path: Path) -> None:
    assert findings(house(tmp_path, calls=f"{LOG}6,soon,b,call,4\n")) == [UNTOLD, GIFT]
    assert findings(house(tmp_path, calls=f"{LOG}6,soon,b,gift,4\n")) == [SHORT, GIFT]


def test_an_employee_whom_nobody_knows_may_be_anybody(tmp_path: Path) -> None:
    folder = house(tmp_path, calls=f"{LOG}6,2026-03-02 18:00,zed,call,4\n")
    assert rejected(folder).reasons == {"employee_id: nobody on the roster": 1}
    assert rejected(folder).rejects == ('calls.csv:7: employee_id: nobody on the roster has id "zed"',)
    assert findings(folder) == [UNTOLD, GIFT]
    assert findings(house(tmp_path, calls=f"{LOG}6,2026-03-03 18:00,zed,call,4\n")) == [SHORT, GIFT]


def test_two_different_rows_of_one_key_are_both_rejected_and_are_one_doubt(tmp_path: Path) -> None:
    folder = house(tmp_path, calls=f"{LOG}3,2026-03-02 13:00,b,call,4\n")
    assert rejected(folder).rejects == (
        'calls.csv:4: two different rows have key "3"',
        'calls.csv:7: two different rows have key "3"',
    )
    assert findings(folder) == ["house.calls of b in 2026-03-02 breached (short), 0 of 2", GIFT]


def test_equal_rows_of_one_key_are_accepted_and_stand_once(tmp_path: Path) -> None:
    folder = house(tmp_path, calls=f"{LOG}3,2026-03-02 12:00,b,call,7\n")
    assert rejected(folder) == TableAccount("calls", read=6, accepted=6, rejected=0, repeated=1)
    assert findings(folder) == [SHORT, GIFT]


def test_an_empty_bearer_is_nobody_s_and_cures_nothing(tmp_path: Path) -> None:
    folder = house(tmp_path, calls=f"{LOG}6,2026-03-02 18:00,,call,4\n")
    assert rejected(folder).rejected == 0
    assert findings(folder) == [SHORT, GIFT]


def test_a_rule_with_a_table_of_no_rows_is_undetermined_once(tmp_path: Path) -> None:
    folder = house(tmp_path, calls="call_id,at,employee_id,kind,minutes\n")
    assert findings(folder, keep_all=True) == ["house.calls undetermined, because the table calls holds no record"]


def test_rules_on_what_the_workspace_lacks_are_undetermined_once(tmp_path: Path) -> None:
    of_orders = GIFTS.replace("calls, where: kind = 'gift'", "orders")
    of_level = GIFTS.replace("prohibition:", "bearer: {level: 1}\nprohibition:")
    assert [findings(house(tmp_path, rules_gifts=rule))[1] for rule in (of_orders, of_level)] == [
        "house.gifts undetermined, because the table orders is not there",
        "house.gifts undetermined, because the column employees.level is not there",
    ]


def test_without_a_roster_a_rule_for_a_position_is_undetermined_once(tmp_path: Path) -> None:
    folder = house(tmp_path, compliance=MANIFEST.replace("  employees: employees.csv\n", ""))
    assert findings(folder) == ["house.calls undetermined, because there is no roster (no table employees)", GIFT]


@pytest.mark.parametrize("moment", ["9999-12-31 23:59:59", "9998-01-01", "0001-01-01", "1850-06-01"])
def test_a_moment_at_the_ends_of_time_is_a_moment_outside_the_period(tmp_path: Path, moment: str) -> None:
    folder = house(tmp_path, calls=f"{LOG}6,{moment},a,call,4\n")
    assert rejected(folder).rejected == 0
    assert findings(folder) == [SHORT, GIFT]


def test_the_ends_of_time_are_open_ends_of_employment_and_absence(tmp_path: Path) -> None:
    people = (
        "employee_id,name,position,hired_on,left_on\na,Ann,seller,0001-01-01,9999-12-31\nb,Bob,seller,,9999-12-31\n"
    )
    calls = "".join(line for line in LOG.splitlines(keepends=True) if ",c," not in line)
    folder = house(tmp_path, compliance=MANIFEST + "  absences: absences.csv\n", employees=people, calls=calls)
    written(folder, {"absences.csv": "absence_id,employee_id,starts_on,ends_on\n1,b,2026-03-03,9999-12-31\n"})
    assert findings(folder) == [SHORT, GIFT]
    written(folder, {"absences.csv": "absence_id,employee_id,starts_on,ends_on\n1,b,0001-01-01,9999-12-31\n"})
    assert findings(folder) == [GIFT]


def test_a_number_too_large_to_reckon_with_leaves_its_own_record_open(tmp_path: Path) -> None:
    rule = GIFTS.partition("prohibition")[0] + "condition: {of: calls, must: minutes / 0.0001 / 0.0001 < 1000000000}\n"
    folder = house(tmp_path, calls=f"{LOG}6,2026-03-05 10:00,a,call,99999999999999\n", rules_gifts=rule)
    assert findings(folder) == [
        SHORT,
        "house.gifts of a for calls/6 undetermined, because a value that decides is not recorded",
    ]


# --- what can't be worked with at all --------------------------------------------------------

ENTRY = "    calls: {source: calls.csv, key: call_id, at: at, bearer: employee_id}\n"


def refused_entry(folder: Path, old: str, new: str) -> str:
    return refused(house(folder, compliance=MANIFEST.replace(old, new)))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused_entry(tmp_path, "calls.csv", "cals.csv") == (
        "compliance.yaml:6:19: there is no file cals.csv\n"
        + ENTRY.replace("calls.csv", "cals.csv")
        + "                    ^^^^^^^^\n"
        + "  help: did you mean `calls.csv`?"
    )


@pytest.mark.parametrize(("source", "kind"), [("calls.parquet", "a Parquet"), ("calls.sqlite::calls", "an SQLite")])
def test_a_file_that_is_not_what_its_name_says(tmp_path: Path, source: str, kind: str) -> None:
    name = source.partition("::")[0]
    written(tmp_path, {name: LOG})
    assert refused_entry(tmp_path, "calls.csv", source) == (
        f"compliance.yaml:6:19: {name} is not {kind} file, whatever its name says\n"
        + ENTRY.replace("calls.csv", source)
        + "                    "
        + "^" * len(source)
        + "\n  help: check what was exported"
    )


def test_a_file_without_a_header(tmp_path: Path) -> None:
    assert refused(house(tmp_path, calls="")) == (
        "compliance.yaml:6:19: calls.csv is empty: it has not even a header\n"
        + ENTRY
        + "                    ^^^^^^^^^\n"
        + "  help: write `header: false` with `names` for one without"
    )


def test_a_misspelt_key(tmp_path: Path) -> None:
    assert refused_entry(tmp_path, "bearer:", "bearrer:") == (
        "compliance.yaml:6:52: unknown key `bearrer`\n"
        + ENTRY.replace("bearer:", "bearrer:")
        + "                                                     ^^^^^^^\n"
        + "  help: did you mean `bearer`?"
    )


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    assert refused_entry(tmp_path, "key: call_id", "key: cal_id") == (
        "compliance.yaml:6:35: no column `cal_id`\n"
        + ENTRY.replace("key: call_id", "key: cal_id")
        + "                                    ^^^^^^\n"
        + "  help: did you mean `call_id`?"
    )


def test_a_key_that_stands_twice(tmp_path: Path) -> None:
    assert refused(house(tmp_path, compliance=MANIFEST + "packs: [./other]\n")) == (
        "compliance.yaml:7:1: key `packs` is given twice, first on line 3\n"
        "  packs: [./other]\n"
        "  ^^^^^\n"
        "  help: keep one of them"
    )


def test_a_small_file_that_would_grow_huge(tmp_path: Path) -> None:
    bomb = 'waivers: &a "x"\nregister: *a\n'
    assert refused(house(tmp_path, compliance=MANIFEST + bomb)) == (
        "compliance.yaml:7:10: anchors such as `&a` are not allowed\n"
        '  waivers: &a "x"\n'
        "           ^\n"
        "  help: write the value out where it is needed\n"
        "compliance.yaml:8:11: aliases such as `*a` are not allowed\n"
        "  register: *a\n"
        "            ^\n"
        "  help: write the value out"
    )


def test_a_period_that_ends_before_it_begins(tmp_path: Path) -> None:
    assert refused_entry(tmp_path, "to: 2026-03-09", "to: 2026-03-02") == (
        "compliance.yaml:2:32: the period ends no later than it begins\n"
        "  period: {from: 2026-03-02, to: 2026-03-02}\n"
        "                                 ^^^^^^^^^^\n"
        "  help: `to` is the first day after the period"
    )
    options = Options(start=date(2026, 4, 1), end=date(2026, 3, 1))
    assert refused(house(tmp_path), options) == (
        "the period ends no later than it begins: from 2026-04-01 00:00:00 to 2026-03-01 00:00:00\n"
        "  help: `to` is the first moment after the period"
    )


@pytest.mark.parametrize("period", ["{from: 2201-01-01, to: 2202-01-01}", "{from: 1500-01-01, to: 2026-03-09}"])
def test_a_period_of_another_age(tmp_path: Path, period: str) -> None:
    assert "the period must lie between 1900-01-01 and 2200-01-01" in refused_entry(
        tmp_path, "{from: 2026-03-02, to: 2026-03-09}", period
    )


def test_records_without_any_time_give_no_period(tmp_path: Path) -> None:
    manifest = MANIFEST.replace("period: {from: 2026-03-02, to: 2026-03-09}\n", "").replace("at: at", "at: null")
    assert refused(house(tmp_path, compliance=manifest)) == (
        "there is no period to audit: no record has a time\n  help: give the manifest a `period`, or --from and --to"
    )


def test_no_manifest_and_no_folder(tmp_path: Path) -> None:
    assert refused(tmp_path).endswith(
        ": this folder has no compliance.yaml\n  help: `compliance init NEW-FOLDER` writes one"
    )
    assert refused(tmp_path / "none").endswith(
        ": there is no such folder or file\n  help: name a folder with compliance.yaml"
    )


def rule(folder: Path, old: str, new: str) -> str:
    return refused(house(folder, rules_calls=CALLS.replace(old, new)))


def test_a_name_that_no_table_has(tmp_path: Path) -> None:
    assert rule(tmp_path, "kind =", "kin =") == (
        "rules/calls.yaml:8:10: table `calls` has no column `kin`\n"
        "    where: kin = 'call'\n"
        "           ^^^\n"
        "  help: did you mean `kind`?"
    )


def test_a_table_that_nobody_has(tmp_path: Path) -> None:
    assert rule(tmp_path, "of: calls", "of: cals") == (
        "rules/calls.yaml:7:7: there is no table `cals`\n    of: cals\n        ^^^^\n  help: did you mean `calls`?"
    )


def test_a_condition_of_the_wrong_type(tmp_path: Path) -> None:
    assert rule(tmp_path, "kind = 'call'", "minutes + 1") == (
        "rules/calls.yaml:8:10: this is a number, but yes or no is wanted here\n"
        "    where: minutes + 1\n"
        "           ^^^^^^^^^^^\n"
        "  help: write a condition, such as `amount > 100`"
    )


@pytest.mark.parametrize(
    ("condition", "column", "culprit", "says"),
    [
        ("kind in (select kind from calls)", 19, "select", "a sub-query is not allowed in an expression"),
        ("kind = read_text('/etc/passwd')", 17, "read_text", "`read_text` is not a function of this language"),
        ("kind = getenv('HOME')", 17, "getenv", "`getenv` is not a function of this language"),
    ],
)
def test_a_condition_that_would_read_more_than_the_record(
    tmp_path: Path, condition: str, column: int, culprit: str, says: str
) -> None:
    told = rule(tmp_path, "kind = 'call'", condition)
    assert told.splitlines()[:3] == [
        f"rules/calls.yaml:8:{column}: {says}",
        f"    where: {condition}",
        " " * (column + 1) + "^" * len(culprit),
    ]


def test_every_mistake_of_every_rule_is_told_at_once(tmp_path: Path) -> None:
    folder = house(tmp_path, rules_calls=CALLS.replace("kind =", "kin ="), rules_gifts=GIFTS.replace("kind =", "knd ="))
    with pytest.raises(UserError) as raised:
        audited(folder)
    assert [problem.line().replace(f"{folder}/", "") for problem in raised.value.problems] == [
        "rules/calls.yaml:8:10: table `calls` has no column `kin`",
        "rules/gifts.yaml:4:33: table `calls` has no column `knd`",
    ]


def test_a_rule_to_leave_out_that_there_is_none_of(tmp_path: Path) -> None:
    told = refused(house(tmp_path, compliance=MANIFEST + "without: {house.cals: not ours}\n"))
    assert "no pack has a rule `house.cals`" in told
    assert told.endswith("help: did you mean `house.calls`?")
    found = audited(house(tmp_path, compliance=MANIFEST + "without: {house.calls: not ours}\n"))
    assert [each.rule for each in found.rules] == ["house.gifts"]
    assert found.notes[0] == "rule house.calls is left out: not ours"
