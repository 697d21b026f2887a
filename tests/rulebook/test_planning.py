"""What is wrong with a rule is known before a record is read: names, types and shapes, each at its place."""

from pathlib import Path

import pytest
from tests.assess.workspaces import written

from compliance.model.problem import Level
from compliance.rulebook.lint import lint

HEAD = "id: own.a\ntitle: A\nseverity: minor\n"
PARAMETERS = "most: [{value: 3, source: x}]\nkinds: [{value: [a, b], source: y}]\nwhile: [{value: 3 days, source: x}]\n"


def errors(folder: Path, body: str) -> str:
    written(folder, {"rules/a.yaml": f"{HEAD}{body}\n", "rules/parameters.yaml": PARAMETERS})
    found = (each for each in lint([folder / "rules"]) if each.level is Level.ERROR)
    return "\n".join(each.shown() for each in found).replace(f"{folder}/rules/", "")


@pytest.mark.parametrize(
    "body",
    [
        "prohibition: {of: activities, where: client.owner.name = 'a' and bearer.tenure_days < 90}",
        "prohibition: {of: activities, where: 'kind in :kinds and minutes > :most'}",
        "when: ':most > 2'\ncondition: {of: activities, must: minutes > 0}",
        "bearer: {who: client.owner_id, position: [x, y], level: 2}\ncondition: {of: orders, must: amount > 0}",
        "bearer: {level: 3}\ncondition: {of: orders, must: 'working_days(placed_at, shipped_on) < 3'}",
        "limit: {of: orders, value: amount, at_most: {authority: order}, unless: approved}",
        "limit: {of: orders, value: amount, at_most: ':most * 100', split: {same: [client_id], within: 1 day}}",
        "quota: {of: activities, measure: share(kind = 'call'), at_least: 0.5, at_most: 0.9, per: quarter}",
        "quota: {of: activities, at_least: {plan: calls}, per: month}",
        "quota: {for_each: {of: clients}, of: activities, more_than: 0, within: {parameter: while}}",
        "deadline: {of: reports, at: submitted_at, period: period, every: month, by: 3 working_days}",
    ],
)
def test_a_sound_rule_has_no_errors(tmp_path: Path, body: str) -> None:
    assert errors(tmp_path, body) == ""


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "prohibition: {of: activites}",
            """
a.yaml:4:19: there is no table `activites`; tables of your own are known with --workspace
  prohibition: {of: activites}
                    ^^^^^^^^^
  help: did you mean `activities`?""",
        ),
        (
            "prohibition: {of: activities, where: klnd = 'a'}",
            """
a.yaml:4:38: table `activities` has no column `klnd`
  prohibition: {of: activities, where: klnd = 'a'}
                                       ^^^^
  help: did you mean `kind`?""",
        ),
        (
            "prohibition: {of: activities, where: client.tyer = 'a'}",
            """
a.yaml:4:38: table `clients` has no column `tyer`
  prohibition: {of: activities, where: client.tyer = 'a'}
                                       ^^^^^^^^^^^
  help: did you mean `tier`?""",
        ),
        (
            "prohibition: {of: activities, where: bearer.levl = 1}",
            """
a.yaml:4:38: a bearer has no `levl`
  prohibition: {of: activities, where: bearer.levl = 1}
                                       ^^^^^^^^^^^
  help: did you mean `level`?""",
        ),
        (
            "prohibition: {of: activities, where: 'minutes > :moost'}",
            """
a.yaml:4:49: there is no parameter `moost`
  prohibition: {of: activities, where: 'minutes > :moost'}
                                                  ^^^^^^
  help: did you mean `most`?""",
        ),
        (
            "condition: {of: activities, must: minutes}",
            """
a.yaml:4:35: this is a number, but yes or no is wanted here
  condition: {of: activities, must: minutes}
                                    ^^^^^^^
  help: write a condition, such as `amount > 100`""",
        ),
        (
            "bearer: {who: created_at}\ncondition: {of: clients, must: tier is not null}",
            """
a.yaml:4:15: this is a datetime, but text is wanted here
  bearer: {who: created_at}
                ^^^^^^^^^^
  help: name a column that holds text; ids that look like numbers are `id` under `types` in the manifest""",
        ),
        (
            "bearer: {where: bearer.tenure_days, position: {parameter: moost}}\nprohibition: {of: orders}",
            """
a.yaml:4:17: this is a number, but yes or no is wanted here
  bearer: {where: bearer.tenure_days, position: {parameter: moost}}
                  ^^^^^^^^^^^^^^^^^^
  help: write a condition, such as `amount > 100`
a.yaml:4:59: there is no parameter `moost`
  bearer: {where: bearer.tenure_days, position: {parameter: moost}}
                                                            ^^^^^
  help: did you mean `most`?""",
        ),
        (
            "when: ':most'\ncondition: {of: activities, must: minutes > 0}",
            """
a.yaml:4:8: this is a number, but yes or no is wanted here
  when: ':most'
         ^^^^^
  help: write a condition, such as `amount > 100`""",
        ),
        (
            "limit: {of: orders, value: client_id, at_most: {parameter: kinds}}",
            """
a.yaml:4:28: this is text, but a number is wanted here
  limit: {of: orders, value: client_id, at_most: {parameter: kinds}}
                             ^^^^^^^^^
  help: name a column that holds a number; `types` in the manifest says what a column holds
a.yaml:4:60: `kinds` is a list, not a bound
  limit: {of: orders, value: client_id, at_most: {parameter: kinds}}
                                                             ^^^^^""",
        ),
        (
            "condition: {of: orders, must: amount < 10000000000000000000000000000000}",
            """
a.yaml:4:40: a number has at most 28 digits, 18 of them decimal places
  condition: {of: orders, must: amount < 10000000000000000000000000000000}
                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^""",
        ),
        (
            "quota: {of: orders, per: month, at_most: 0.0000000000000000001}",
            """
a.yaml:4:42: a number has at most 28 digits, 18 of them decimal places
  quota: {of: orders, per: month, at_most: 0.0000000000000000001}
                                           ^^^^^^^^^^^^^^^^^^^^^""",
        ),
        (
            "response: {after: {of: orders}, within: 2 days, expect: {of: activities, where: at > this.placed_on}}",
            """
a.yaml:4:86: table `orders` has no column `placed_on`
  response: {after: {of: orders}, within: 2 days, expect: {of: activities, where: at > this.placed_on}}
                                                                                       ^^^^^^^^^^^^^^
  help: did you mean `placed_at`?""",
        ),
        (
            "limit: {of: orders, value: amount, at_most: {plan: sales}}",
            """
a.yaml:4:45: a plan is for a period, not for a single act
  limit: {of: orders, value: amount, at_most: {plan: sales}}
                                              ^
  help: use a number, a parameter, an authority or a second measure""",
        ),
        (
            "limit: {of: orders, value: amount, at_most: 3, split: {same: [clientid], within: 1 day}}",
            """
a.yaml:4:62: table `orders` has no column `clientid`
  limit: {of: orders, value: amount, at_most: 3, split: {same: [clientid], within: 1 day}}
                                                               ^^^^^^^^
  help: did you mean `client_id`?""",
        ),
        (
            "quota: {of: activities, measure: cout, at_least: 1, per: month}",
            """
a.yaml:4:34: `cout` is not a measure
  quota: {of: activities, measure: cout, at_least: 1, per: month}
                                   ^^^^
  help: write count, count(distinct x), sum(x), avg(x), min(x), max(x) or share(condition)""",
        ),
        (
            "quota: {of: activities, measure: sum(kind), at_least: 1, per: month}",
            """
a.yaml:4:38: this is text, but a number is wanted here
  quota: {of: activities, measure: sum(kind), at_least: 1, per: month}
                                       ^^^^
  help: name a column that holds a number; `types` in the manifest says what a column holds""",
        ),
        (
            "quota: {of: activities, per: month}",
            """
a.yaml:4:1: a quota needs a bound
  quota: {of: activities, per: month}
  ^^^^^
  help: add at_least, more_than, at_most or less_than""",
        ),
        (
            "quota: {of: activities, at_least: minutes, per: month}",
            """
a.yaml:4:35: `minutes` means nothing here
  quota: {of: activities, at_least: minutes, per: month}
                                    ^^^^^^^
  help: there are: bearer""",
        ),
        (
            "quota: {for_each: {of: clints}, of: activities, at_least: 1, per: month}",
            """
a.yaml:4:24: there is no table `clints`; tables of your own are known with --workspace
  quota: {for_each: {of: clints}, of: activities, at_least: 1, per: month}
                         ^^^^^^
  help: did you mean `clients`?""",
        ),
        (
            "quota: {for_each: {item: []}, of: activities, at_least: 1, per: month}",
            """
a.yaml:4:26: the list is empty
  quota: {for_each: {item: []}, of: activities, at_least: 1, per: month}
                           ^
  help: name at least one member""",
        ),
        (
            "quota: {for_each: {item: [north, 1.5]}, of: activities, where: kind = each.item, at_least: 1, per: month}",
            """
a.yaml:4:26: the members are a number and text, and can't be compared with the same
  quota: {for_each: {item: [north, 1.5]}, of: activities, where: kind = each.item, at_least: 1, per: month}
                           ^
  help: put a number between words into quotes""",
        ),
        (
            "quota: {for_each: [{of: clients}, kind], of: activities, at_least: 1, per: month}",
            """
a.yaml:4:19: columns beside other parts of `for_each` are a list of their own, such as `[{of: clients}, [chain]]`
  quota: {for_each: [{of: clients}, kind], of: activities, at_least: 1, per: month}
                    ^""",
        ),
        (
            "deadline: {of: reports, every: month, by: {day: 3}, at: kind}",
            """
a.yaml:4:57: `at` is a date or datetime, not text
  deadline: {of: reports, every: month, by: {day: 3}, at: kind}
                                                          ^^^^
  help: say under `types` that the column is a date or datetime""",
        ),
        (
            "deadline: {of: reports, every: month, by: {parameter: most}}",
            """
a.yaml:4:55: `3` is not a duration; write for example 90 days, 48 hours, 2 working_days or 1 month
  deadline: {of: reports, every: month, by: {parameter: most}}
                                                        ^^^^""",
        ),
        (
            "deadline: {of: reports, every: month, by: {day: {parameter: kinds}}}",
            """
a.yaml:4:61: the day of a deadline is a whole number from 1 to 31
  deadline: {of: reports, every: month, by: {day: {parameter: kinds}}}
                                                              ^^^^^
  help: correct `kinds` among the parameters""",
        ),
        (
            "deadline: {of: reports, every: month, by: {parameter: moost}}",
            """
a.yaml:4:55: there is no parameter `moost`
  deadline: {of: reports, every: month, by: {parameter: moost}}
                                                        ^^^^^
  help: did you mean `most`?""",
        ),
        (
            "deadline: {of: reports, every: month, by: {day: 3, month: 100000000000}}",
            """
a.yaml:4:59: `month` must be at most 1200
  deadline: {of: reports, every: month, by: {day: 3, month: 100000000000}}
                                                            ^^^^^^^^^^^^""",
        ),
        (
            "limit: {of: orders, value: amount, at_most: {of: contracts, minimum: 1000000000000000000000000000000}}",
            """
a.yaml:4:70: a number has at most 28 digits, 18 of them decimal places
  limit: {of: orders, value: amount, at_most: {of: contracts, minimum: 1000000000000000000000000000000}}
                                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^""",
        ),
        (
            "response: {after: {of: orders}, within: [2 days], expect: {of: activities, match: [client_id]}}",
            """
a.yaml:4:41: this is not a duration; write for example 90 days, 48 hours, 2 working_days or 1 month
  response: {after: {of: orders}, within: [2 days], expect: {of: activities, match: [client_id]}}
                                          ^""",
        ),
        (
            "quota: {of: activities, at_least: {of: leads, times: 1000000000000}, per: month}",
            """
a.yaml:4:54: `times` must be a number with at most 12 digits
  quota: {of: activities, at_least: {of: leads, times: 1000000000000}, per: month}
                                                       ^^^^^^^^^^^^^""",
        ),
        (
            "prohibition: {of: orders, where: 2 days}",
            """
a.yaml:4:34: this expression can't be read
  prohibition: {of: orders, where: 2 days}
                                   ^^^^^^
  help: write it as in SQL, a stretch of time as `interval '2 days'`""",
        ),
        (
            "prohibition: {of: orders, where: each.tier = 'key'}",
            """
a.yaml:4:34: `each` is the entity of `for_each`, and there is none here
  prohibition: {of: orders, where: each.tier = 'key'}
                                   ^^^^^^^^^
  help: there are: bearer""",
        ),
        (
            "prohibition: {for_each: {of: products}, of: orders, where: amount > 5}",
            """
a.yaml:4:15: nothing says which records belong to which entity
  prohibition: {for_each: {of: products}, of: orders, where: amount > 5}
                ^^^^^^^^
  help: add `match`""",
        ),
        (
            "level: {of: orders, measure: sum(amount), at_most: {plan: sales}}",
            """
a.yaml:4:52: a plan is for a period, not for a single act
  level: {of: orders, measure: sum(amount), at_most: {plan: sales}}
                                                     ^
  help: use a number, a parameter, an authority or a second measure""",
        ),
        (
            "quota: {of: orders, where: each.tier = 'key', per: month, at_least: 1}",
            """
a.yaml:4:28: `each` is the entity of `for_each`, and there is none here
  quota: {of: orders, where: each.tier = 'key', per: month, at_least: 1}
                             ^^^^^^^^^
  help: there are: bearer""",
        ),
        (
            "interval: {of: orders, at_most: 5 days, with: {of: leads, match: [client_id], where: each.tier = 'a'}}",
            """
a.yaml:4:86: `each` is the entity of `for_each`, and there is none here
  interval: {of: orders, at_most: 5 days, with: {of: leads, match: [client_id], where: each.tier = 'a'}}
                                                                                       ^^^^^^^^^
  help: there are: bearer""",
        ),
        (
            (
                "precedence: {for_each: {item: [1]}, before: {of: leads},"
                " expect: {of: leads, with: {of: leads, where: each.no > 1}}}"
            ),
            """
a.yaml:4:103: `each` has no `no`
  precedence: {for_each: {item: [1]}, before: {of: leads}, expect: {of: leads, with: {of: leads, where: each.no > 1}}}
                                                                                                        ^^^^^^^
  help: there are: item""",
        ),
        (
            "prohibition: {of: orders, with: {of: invoices, match: {clientid: client_id}}}",
            """
a.yaml:4:56: table `invoices` has no column `clientid`
  prohibition: {of: orders, with: {of: invoices, match: {clientid: client_id}}}
                                                         ^^^^^^^^
  help: did you mean `client_id`?""",
        ),
        (
            "prohibition: {of: orders, with: {of: invoices, match: client_id}}",
            """
a.yaml:4:55: `match` is a list of columns that are equal, or a mapping from its column to the other record's
  prohibition: {of: orders, with: {of: invoices, match: client_id}}
                                                        ^^^^^^^^^""",
        ),
        (
            "prohibition: {of: orders, for_each: client_id}",
            """
a.yaml:4:37: `for_each` is a block with `of`, a list with `item`, column names, or a list of several of these
  prohibition: {of: orders, for_each: client_id}
                                      ^^^^^^^^^""",
        ),
        (
            "quota: {of: orders, measure: share(amount > 5), at_least: 50, per: month}",
            """
a.yaml:4:59: a share is a fraction from 0 to 1
  quota: {of: orders, measure: share(amount > 5), at_least: 50, per: month}
                                                            ^^
  help: write 5 % as 0.05""",
        ),
        (
            "quota: {of: orders, at_least: 1, per: month, within: 3 days}",
            """
a.yaml:4:46: `within` belongs to a standing duty, which has no `per`
  quota: {of: orders, at_least: 1, per: month, within: 3 days}
                                               ^^^^^^
  help: leave `within` out, or `per` for a standing duty""",
        ),
        (
            "quota: {for_each: {of: clients}, of: orders, at_least: 1, per: month, prorate: each}",
            """
a.yaml:4:71: `prorate: each` is for what is owed for each of `employees`, in windows longer than a day
  quota: {for_each: {of: clients}, of: orders, at_least: 1, per: month, prorate: each}
                                                                        ^^^^^^^
  help: leave it out, or say `for_each: {of: employees}`""",
        ),
        (
            "quota: {for_each: {of: employees}, of: orders, at_least: 1, per: day, prorate: each}",
            """
a.yaml:4:71: `prorate: each` is for what is owed for each of `employees`, in windows longer than a day
  quota: {for_each: {of: employees}, of: orders, at_least: 1, per: day, prorate: each}
                                                                        ^^^^^^^
  help: leave it out, or say `for_each: {of: employees}`""",
        ),
        (
            "prohibition: {of: orders, with: {of: invoices, match: [client_id], measure: sum(amount)}}",
            """
a.yaml:4:68: this measure has no bound
  prohibition: {of: orders, with: {of: invoices, match: [client_id], measure: sum(amount)}}
                                                                     ^^^^^^^
  help: add at_least, more_than, at_most or less_than, or leave `measure` out""",
        ),
        (
            "bearer: {where: amount > 5}\nprohibition: {of: orders}",
            """
a.yaml:4:17: `amount` is not the bearer's
  bearer: {where: amount > 5}
                  ^^^^^^^^^^
  help: name `bearer.department` and the like; what a record says is asked in the block's `where`""",
        ),
        (
            "interval: {for_each: [kind], over: {of: events, from: at, to: planned_on}, of: checks, at_most: 1 day}",
            """
a.yaml:4:12: beside `over`, `for_each` can't be columns of the records
  interval: {for_each: [kind], over: {of: events, from: at, to: planned_on}, of: checks, at_most: 1 day}
             ^^^^^^^^
  help: name a table with `of`, or a list with `item`""",
        ),
        (
            "reconciliation: {of: timesheets, declared: hours, against: {of: activities}, tolerance: -1}",
            """
a.yaml:4:89: a tolerance is 0 or more, in the unit declared
  reconciliation: {of: timesheets, declared: hours, against: {of: activities}, tolerance: -1}
                                                                                          ^^
  help: write how far the two may lie apart""",
        ),
        (
            "sequence: {of: contract_stages, case: contract_id, stage: at, order: [a, b]}",
            """
a.yaml:4:59: a stage is a name, not a datetime
  sequence: {of: contract_stages, case: contract_id, stage: at, order: [a, b]}
                                                            ^^
  help: name a column of text""",
        ),
    ],
)
def test_a_rule_that_can_not_be_planned_is_refused_at_its_place(tmp_path: Path, body: str, told: str) -> None:
    assert errors(tmp_path, body) == told.removeprefix("\n")
