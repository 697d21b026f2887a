from datetime import date

import pytest

from compliance.judgement.conditions import NEVER, AllOf, AnyOf, Compare, Not, comparisons, ways
from compliance.judgement.reading import read
from compliance.language.grammar import ExpressionError
from compliance.language.parameters import DatedValue

PARAMETERS = {
    "large": (DatedValue(value=1),),
    "lenient": (
        DatedValue(value=10),
        DatedValue(since=date(2026, 1, 1), value=5),
        DatedValue(since=date(2026, 4, 1), value=3),
    ),
    "late_born": (DatedValue(since=date(2026, 1, 1), value=5),),
}


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("extent >= 0.5", Compare("extent", ">=", 5000)),
        ("finding.extent >= 0.5", Compare("extent", ">=", 5000)),
        ("client.tier = 'A'", Compare("client_tier", "=", "A")),
        ("bearer.tenure_months < 6", Compare("tenure_months", "<", 6)),
        ("history.upheld_before >= 1", Compare("upheld_before", ">=", 1)),
        ("0.5 <= extent", Compare("extent", ">=", 5000)),
        ("harm > 99.50", Compare("harm", ">", 9950)),
        ("days_late > -1", Compare("days_late", ">", -1)),
        ("severity >= 'serious'", Compare("severity", ">=", 3)),
        ("acted_on < '2026-04-01'", Compare("acted_on", "<", date(2026, 4, 1).toordinal())),
        ("force = 'may'", Compare("force", "=", "may")),
        ("how <> 'it''s'", Compare("how", "<>", "it's")),
        ("ratified_late", Compare("ratified_late", "=", value=True)),
        ("ratified_late = false", Compare("ratified_late", "=", value=False)),
        ("findings >= :large", Compare("findings", ">=", 1)),
        ("true", AllOf()),
        ("false", NEVER),
        ("not ratified_late", Not(Compare("ratified_late", "=", value=True))),
        ("findings between 2 and 4", AllOf((Compare("findings", ">=", 2), Compare("findings", "<=", 4)))),
        ("how in ('late', 'gap')", AnyOf((Compare("how", "=", "late"), Compare("how", "=", "gap")))),
        ("how not in ('late')", Not(AnyOf((Compare("how", "=", "late"),)))),
        (
            "findings = 1 and (rules = 2 or rules = 3) and harm = 4",
            AllOf(
                (
                    Compare("findings", "=", 1),
                    AnyOf((Compare("rules", "=", 2), Compare("rules", "=", 3))),
                    Compare("harm", "=", 400),
                )
            ),
        ),
    ],
)
def test_a_condition_is_read(text: str, condition: object) -> None:
    assert read(text, PARAMETERS) == condition


def test_a_dated_parameter_holds_by_the_day_of_the_act_from_its_day_on() -> None:
    january, april = date(2026, 1, 1).toordinal(), date(2026, 4, 1).toordinal()
    assert read("findings >= :lenient", PARAMETERS) == AnyOf(
        (
            AllOf((Compare("acted_on", "<", january), Compare("findings", ">=", 10))),
            AllOf((Compare("acted_on", ">=", january), Compare("acted_on", "<", april), Compare("findings", ">=", 5))),
            AllOf((Compare("acted_on", ">=", april), Compare("findings", ">=", 3))),
        )
    )


@pytest.mark.parametrize(
    ("text", "marked", "says", "help_"),
    [
        ("findings > 1 and exent > 1", "exent", "there is no field `exent`", "did you mean `extent`?"),
        ("bearer.level = 1", "bearer.level", "there is no field `bearer.level`", "the fields are rule, pack"),
        ("findings > 'many'", "'many'", "`findings` can't be compared with the text 'many'", "write a whole number"),
        ("findings = true", "", "`findings` can't be compared with true", "write a whole number"),
        ("findings > 1.5", "1.5", "`findings` can't be compared with 1.5", "write a whole number"),
        ("extent > 0.00001", "0.00001", "`extent` can't be compared with 0.00001", "write a number such as 0.5"),
        ("harm > 1" + "0" * 30, "1" + "0" * 30, "`harm` can't be compared with 1" + "0" * 30, "write an amount"),
        ("how = 10", "10", "`how` can't be compared with 10", "write a text in quotes"),
        ("how > 'late'", "how", "`how` is not more or less than another", "use `=`, `<>` or `in`"),
        ("severity > 'grave'", "'grave'", "`severity` can't be compared with the text 'grave'", "one of observation"),
        ("acted_on > '2026-02-30'", "'2026-02-30'", "`acted_on` can't be compared with the text", "a date such as"),
        ("findings > :larg", ":larg", "there is no parameter `larg`", "did you mean `large`?"),
        ("findings > :late_born", ":late_born", "`late_born` has no value before 2026-01-01", "leave out `from`"),
        ("findings", "findings", "`findings` is not a yes or no", "compare it with a whole number"),
        ("findings > rules", "rules", "a field is compared with a value", "write a number"),
        ("1 < 2", "1 < 2", "a comparison is between one field and one value", "the fields are"),
        ("1 < findings < 3", "1 < findings < 3", "a comparison is between one field and one value", "the fields are"),
        ("-findings > 3", "findings > 3", "a comparison is between one field and one value", "the fields are"),
        (
            "lower(how) = 'late'",
            "lower(how) = 'late'",
            "a comparison is between one field and one value",
            "the fields are",
        ),
        ("lower(how) in ('late')", "lower", "a comparison is between one field and one value", "the fields are"),
        ("how like 'l%'", "how like 'l%'", "this is not a comparison", "only comparisons"),
        ("how in :large", "how", "this is not a comparison", "only comparisons"),
        ("findings between symmetric 9 and 1", "findings between symmetric 9 and 1", "this is not", "only comparisons"),
        ("harm is null", "harm", "this is not a comparison", "only comparisons"),
        ("findings > (select 1)", "1", "a field is compared with a value", "write a number"),
        ("findings > 1; drop table t", "findings > 1; drop table t", "one condition is wanted here", "without `;`"),
        ("findings >", ">", "this condition can't be read near `>`", "only comparisons"),
        ("how = 'late", "how = 'late", "a quote is never closed", "close it"),
        ("", "", "one condition is wanted here", "without `;`"),
    ],
)
def test_anything_else_is_refused_with_a_caret(text: str, marked: str, says: str, help_: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        read(text, PARAMETERS)
    error = refused.value
    assert error.says.startswith(says)
    assert help_ in error.help
    if marked:
        assert text[error.start : error.start + error.width] == marked


def test_every_comparison_is_found_in_its_order() -> None:
    found = comparisons(read("not (findings = 1 or how = 'late') and rules in (2, 3)", {}))
    assert [(one.field, one.value) for one in found] == [("findings", 1), ("how", "late"), ("rules", 2), ("rules", 3)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("true", 1),
        ("false", 1),
        ("findings = 1", 1),
        ("findings = 1 and (rules = 1 or rules = 2)", 2),
        ("(findings = 1 or findings = 2) and (rules = 1 or rules = 2)", 4),
        ("not (findings = 1 and rules = 1 and how = 'late')", 3),
        ("not (findings = 1 or findings = 2)", 1),
        ("how in ('late', 'gap', 'over') or ratified_late", 4),
    ],
)
def test_ways_are_counted(text: str, count: int) -> None:
    assert ways(read(text, {})) == count


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("(" * 300 + "extent > 1" + ")" * 300, "nested deeper than 25 brackets"),
        ("extent > " + "[" * 80, "nested too deep to be read"),
        (" and ".join(["extent > 1"] * 200), "joins too many parts"),
        ("extent > 3e", "`3e` is not a number"),
        ("extent > 1e999999999", "`1e999999999` is not a number"),
    ],
    ids=["brackets", "signs", "chain", "number", "exponent"],
)
def test_what_explodes_is_refused_with_its_reason(text: str, says: str) -> None:
    with pytest.raises(ExpressionError, match=says):
        read(text, {})
