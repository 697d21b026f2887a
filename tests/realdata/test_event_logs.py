"""Cases that nobody on this project recorded, step by step, under rules written from the guides alone.

Each figure asked for was known before; the others were worked out in SQL over the same files. Where a norm can be read
in more than one way, each reading is a rule of its own.
"""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from tests.realdata.records import DATA, answers, audited, breached, breaches, keys, ways

from compliance.model.audit import Audit, RuleAccount, TableAccount
from compliance.model.finding import How, Verdict

FINES, TRAVEL = DATA / "traffic_fines", DATA / "international_declarations"
LOG = FINES / "traffic_fines_10000.csv"


@pytest.fixture(scope="module")
def fines(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return audited(tmp_path_factory.mktemp("real"), "traffic_fines", [LOG])


@pytest.fixture(scope="module")
def travel(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    files = [TRAVEL / "bpic2020_international_declarations.parquet"]
    return audited(tmp_path_factory.mktemp("real"), "international_declarations", files)


def steps(activity: str) -> dict[str, dict[str, str]]:
    """The one step of this name in each case of the police office that has it, by case."""
    return {row["case_id"]: row for row in answers(LOG) if row["activity"] == activity}


def keys_of(activity: str, answer: str) -> list[str]:
    """Keys of the steps of this name in the cases that an answer lists."""
    found = steps(activity)
    return sorted(found[row["case_id"]]["activity_instance_id"] for row in answers(FINES / answer))


def day(row: dict[str, str]) -> date:
    """The day of a step of the police office."""
    return date.fromisoformat(row["timestamp"])


def cases(answer: str, *, approved: bool | None = None) -> list[str]:
    """The cases that an answer lists, all or only those with (or without) an approved permit."""
    listed = answers(TRAVEL / answer)
    return sorted(row["case:concept:name"] for row in listed if approved in {None, bool(row["permit_final"])})


def told(found: Audit, rule: str, how: How) -> list[str]:
    """The cases in which the rule was breached in this way, by the first part of their records' keys."""
    records = [each.record for each in breaches(found, rule) if each.how is how]
    return sorted(each.key.split(" / ")[0] for each in records if each)


def test_every_step_of_the_police_office_is_accepted(fines: Audit) -> None:
    assert fines.tables == (TableAccount("steps", 34724, 34724, 0),)


def test_every_obligation_of_the_police_office_is_counted(fines: Audit) -> None:
    assert [each for each in fines.rules if each.rule != "fines.officer-at-work"] == [
        # 232 appeals, one of them without a notification, which has no term to be out of ...
        RuleAccount("fines.appeal-follows-notification", met=195, breached=37),
        RuleAccount("fines.appeal-in-time", met=195, breached=36),
        # ... and 3 cases of the prefecture's alone
        RuleAccount("fines.appeal-stages", met=225, breached=10),
        RuleAccount("fines.every-fine-sent", met=2600, breached=7400),
        # 6,570 of 10,000 are sent at all; an appeal is made after 231 of 4,635 notifications
        RuleAccount("fines.every-notification-appealed", met=195, breached=4440),
        RuleAccount("fines.fines-sent-in-time", met=2600, breached=3970),
        RuleAccount("fines.no-appeal-out-of-time", breached=36),
        # A penalty on the 60th day, neither before nor after: 4,635 of 4,635
        RuleAccount("fines.penalty-on-day-60", met=4635),
        RuleAccount("fines.penalty-within-59-days", breached=4635),
        RuleAccount("fines.penalty-within-60-days", met=4635),
        RuleAccount("fines.sent-fine-is-recent", met=2600, breached=3970),
    ]
    assert {each.verdict for each in fines.findings} == {Verdict.BREACHED}


def test_the_fines_sent_late_are_those_of_the_answer_and_whoever_wrote_them_is_named(fines: Audit) -> None:
    late = breached(fines, "fines.fines-sent-in-time", How.LATE)
    assert keys(late) == keys_of("Create Fine", "traffic10k_fine_sent_gt_90d.csv")
    officer = {row["activity_instance_id"]: row["resource"] for row in steps("Create Fine").values()}
    assert all(each.record and each.bearer == each.responsible == officer[each.record.key] for each in late)


def test_a_fine_sent_on_exactly_the_ninetieth_day_is_in_time(fines: Audit) -> None:
    sent, created = steps("Send Fine"), steps("Create Fine")
    last = {case for case in sent if day(sent[case]) == day(created[case]) + timedelta(days=90)}
    assert len(last) == 80
    told = [*breaches(fines, "fines.fines-sent-in-time"), *breaches(fines, "fines.sent-fine-is-recent")]
    in_time = {each[case]["activity_instance_id"] for case in last for each in (sent, created)}
    assert in_time.isdisjoint(keys(told))


def test_of_all_fines_those_that_were_never_sent_are_told_apart_from_those_sent_late(fines: Audit) -> None:
    assert ways(fines, "fines.every-fine-sent") == {How.LATE: 3970, How.MISSING: 3430}


def test_looking_back_from_the_sending_finds_the_same_fines_but_nobody_who_sent_them(fines: Audit) -> None:
    # What was created is never created again afterwards: nothing is ratified late. Who sends is not recorded.
    sent = breached(fines, "fines.sent-fine-is-recent", How.MISSING)
    assert keys(sent) == keys_of("Send Fine", "traffic10k_fine_sent_gt_90d.csv")
    assert {(each.bearer, each.responsible) for each in sent} == {(None, None)}


def test_the_appeals_out_of_time_are_those_of_the_answer_in_either_wording(fines: Audit) -> None:
    expected = keys_of("Insert Date Appeal to Prefecture", "traffic10k_appeal_prefecture_gt_60d.csv")
    assert keys(breached(fines, "fines.appeal-in-time", How.MISSING)) == expected
    assert keys(breached(fines, "fines.no-appeal-out-of-time", How.FORBIDDEN)) == expected


def test_an_appeal_without_a_notification_has_none_in_the_sixty_days_before(fines: Audit) -> None:
    told = set(keys(breached(fines, "fines.appeal-follows-notification", How.MISSING)))
    alone = steps("Insert Date Appeal to Prefecture")["A16980"]["activity_instance_id"]
    assert told - set(keys(breaches(fines, "fines.appeal-in-time"))) == {alone}


def test_of_all_notifications_those_without_an_appeal_are_told_apart_from_those_with_a_late_one(fines: Audit) -> None:
    assert ways(fines, "fines.every-notification-appealed") == {How.LATE: 36, How.MISSING: 4404}


def test_a_penalty_on_the_sixtieth_day_is_late_where_fiftynine_are_allowed(fines: Audit) -> None:
    assert ways(fines, "fines.penalty-within-59-days") == {How.LATE: 4635}


def test_the_appeals_that_skip_a_stage_or_turn_back_are_seven_and_three(fines: Audit) -> None:
    received, sent = (steps(f"{each} Prefecture") for each in ("Receive Result Appeal from", "Send Appeal to"))
    skipped = {case for case in received if case not in sent}
    turned = {case for case in received if case in sent and day(received[case]) < day(sent[case])}
    assert (len(skipped), len(turned)) == (7, 3)
    assert keys(breached(fines, "fines.appeal-stages", How.OUT_OF_ORDER)) == sorted(skipped | turned)


def test_an_officer_is_found_after_every_gap_of_more_than_thirty_days_and_after_the_last_fine(fines: Audit) -> None:
    created = sorted((row["resource"], day(row)) for row in steps("Create Fine").values())
    gaps = [one for one, next_one in pairwise(created) if one[0] != next_one[0] or (next_one[1] - one[1]).days > 30]
    expected = Counter([*gaps, created[-1]])
    assert expected.total() == 45  # 31 between two fines, 14 after the last of each officer
    days = {row["activity_instance_id"]: day(row) for row in steps("Create Fine").values()}
    found = breached(fines, "fines.officer-at-work", How.GAP)
    assert Counter((each.bearer, days[each.record.key]) for each in found if each.record) == expected


def test_every_step_of_the_travellers_is_accepted(travel: Audit) -> None:
    # An id is unique only within a case: 69,073 ids in 72,151 rows.
    assert travel.tables == (TableAccount("steps", 72151, 72151, 0),)


def test_every_obligation_of_the_travellers_is_counted(travel: Audit) -> None:
    assert travel.rules == (
        RuleAccount("travel.approved-then-paid", met=5996, breached=432),
        # One trip ends in the audit's last month; its declaration, handed in before, does not count for this rule.
        RuleAccount("travel.declared-afterwards", met=5301, breached=1147, pending=1),
        RuleAccount("travel.declared-within-1440-hours", met=6054, breached=395),
        # The days are those of Amsterdam, and the sixtieth lasts until its midnight.
        RuleAccount("travel.declared-within-60-days", met=6066, breached=383),
        RuleAccount("travel.no-late-declaration", breached=321),
        RuleAccount("travel.permit-before-payment", met=5761, breached=426),
        RuleAccount("travel.permit-before-trip", met=4871, breached=1578),
    )
    assert {each.verdict for each in travel.findings} == {Verdict.BREACHED, Verdict.PENDING}


def test_the_trips_started_before_or_without_a_permit_are_those_of_the_answer(travel: Audit) -> None:
    answer = "bpi2020_trip_started_before_or_without_permit_approval.csv"
    assert ways(travel, "travel.permit-before-trip") == {How.RATIFIED_LATE: 1130, How.MISSING: 448}
    assert told(travel, "travel.permit-before-trip", How.RATIFIED_LATE) == cases(answer, approved=True)
    assert told(travel, "travel.permit-before-trip", How.MISSING) == cases(answer, approved=False)


def test_the_payments_without_a_permit_are_those_of_the_answer(travel: Audit) -> None:
    answer = "bpi2020_paid_without_permit_final_approval.csv"
    assert ways(travel, "travel.permit-before-payment") == {How.MISSING: 426}
    assert told(travel, "travel.permit-before-payment", How.MISSING) == cases(answer)


def test_the_declarations_handed_in_late_are_those_of_the_answer_beside_74_never_handed_in(travel: Audit) -> None:
    answer = "bpi2020_declaration_submitted_gt_60d_after_trip_end.csv"
    assert ways(travel, "travel.declared-within-1440-hours") == {How.LATE: 321, How.MISSING: 74}
    assert told(travel, "travel.declared-within-1440-hours", How.LATE) == cases(answer)
    assert told(travel, "travel.no-late-declaration", How.FORBIDDEN) == cases(answer)


def test_counted_in_days_twelve_of_them_are_still_in_time_on_the_sixtieth(travel: Audit) -> None:
    assert ways(travel, "travel.declared-within-60-days") == {How.LATE: 309, How.MISSING: 74}


def test_where_only_later_declarations_count_those_handed_in_before_the_end_are_missing(travel: Audit) -> None:
    assert ways(travel, "travel.declared-afterwards") == {How.LATE: 321, How.MISSING: 826}
    running = [each for each in travel.findings if each.verdict is Verdict.PENDING]
    assert [each.record and each.record.key.split(" / ")[0] for each in running] == ["declaration 61184"]


def test_most_cases_out_of_order_were_paid_without_a_permit(travel: Audit) -> None:
    disordered = keys(breached(travel, "travel.approved-then-paid", How.OUT_OF_ORDER))
    assert len(disordered) == 432
    assert set(cases("bpi2020_paid_without_permit_final_approval.csv")) <= set(disordered)
