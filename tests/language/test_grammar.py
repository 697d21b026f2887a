import pytest
from sqlglot import exp
from tests.language.sample import misread

from compliance.language.grammar import ExpressionError, extent, parameters, parse, path_of, paths

FUNCTIONS = "coalesce, lower, length, abs, round, year, month, day, weekday, working_days, nth"


@pytest.mark.parametrize(
    "text",
    [
        "kind = 'call' and (direction <> 'in' or not answered)",
        "client.category in ('main', 'potential') and amount between 1 and 2.5",
        "name like 'A%' and note is not null and closed is null",
        "-a + b - c * d / 2 > 0",
        "a || ' / ' || b",
        "case when a > 1 then 'many' when a = 1 then 'one' else 'none' end",
        "coalesce(lower(a), b) = 'x' and length(c) > 2 and abs(round(d, 2)) >= 1.5",
        "year(at) = 2026 and month(at) = 3 and day(at) = 1 and weekday(at) < 6",
        "at + interval '48 hours' < date '2026-03-31'",
        "working_days(asked_at, answered_at) <= :allowed and nth(client_id, status = 'cancelled') = 1",
        '"Ship Via" = 3',
        "set = 'show' and show <> set",
        "a = 1 -- because the form says so",
    ],
)
def test_the_language_is_read(text: str) -> None:
    assert misread(text) == f"{text} is fine"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "a = 'x",
            """
rule.yaml:1:7: a quote or bracket is never closed
  a = 'x
        ^
  help: close it""",
        ),
        (
            "a = 1 and and b",
            """
rule.yaml:1:11: this expression can't be read near `and`
  a = 1 and and b
            ^^^
  help: write it as in SQL""",
        ),
        (
            "(a = 1 or b",
            """
rule.yaml:1:12: this expression can't be read
  (a = 1 or b
             ^
  help: write it as in SQL""",
        ),
        (
            "a, b",
            """
rule.yaml:1:1: one expression is wanted here
  a, b
  ^^^^
  help: write a single condition, without `;`""",
        ),
        (
            "read_csv('/etc/passwd') = 'x'",
            f"""
rule.yaml:1:1: `read_csv` is not a function of this language
  read_csv('/etc/passwd') = 'x'
  ^^^^^^^^
  help: there are: {FUNCTIONS}""",
        ),
        (
            "a > 1 and getenv('HOME') = b",
            f"""
rule.yaml:1:11: `getenv` is not a function of this language
  a > 1 and getenv('HOME') = b
            ^^^^^^
  help: there are: {FUNCTIONS}""",
        ),
        (
            "sum(amount) > 3",
            f"""
rule.yaml:1:1: `sum` is not a function of this language
  sum(amount) > 3
  ^^^
  help: there are: {FUNCTIONS}""",
        ),
        (
            "kind = 'x' and amount % 2 = 0",
            """
rule.yaml:1:16: `amount % 2` is not allowed in an expression
  kind = 'x' and amount % 2 = 0
                 ^^^^^^^^^^""",
        ),
        (
            "name ilike 'a%'",
            """
rule.yaml:1:1: `name ilike 'a%'` is not allowed in an expression
  name ilike 'a%'
  ^^^^^^^^^^^^^^^
  help: write `lower(…) like '…'`""",
        ),
        (
            "amount > {parameter: most}",
            """
rule.yaml:1:10: `{` is not allowed in an expression
  amount > {parameter: most}
           ^
  help: a parameter is written `:name` here""",
        ),
        (
            "kind = 'x' or cast(amount as integer) = 2",
            f"""
rule.yaml:1:15: `cast` is not a function of this language
  kind = 'x' or cast(amount as integer) = 2
                ^^^^
  help: there are: {FUNCTIONS}""",
        ),
        (
            "paid_on < current_date",
            """
rule.yaml:1:11: `current_date` is not allowed in an expression, which reads records and nothing around them
  paid_on < current_date
            ^^^^^^^^^^^^
  help: compare with a column, a parameter or a date as text""",
        ),
        (
            "drop table activities",
            """
rule.yaml:1:1: this expression can't be read near `drop`
  drop table activities
  ^^^^
  help: write it as in SQL; a column of that name stands in double quotes: "drop\"""",
        ),
        (
            "Name || From",
            """
rule.yaml:1:9: this expression can't be read near `From`
  Name || From
          ^^^^
  help: write it as in SQL; a column of that name stands in double quotes: "From\"""",
        ),
        (
            "from <= until",
            """
rule.yaml:1:6: this expression can't be read near `<=`
  from <= until
       ^^
  help: write it as in SQL; a column of that name stands in double quotes: "from\"""",
        ),
        (
            "kind = 'when' and case = 7",
            """
rule.yaml:1:27: this expression can't be read
  kind = 'when' and case = 7
                            ^
  help: write it as in SQL; a column of that name stands in double quotes: "case\"""",
        ),
    ],
)
def test_what_is_not_of_the_language_is_refused_at_its_place(text: str, told: str) -> None:
    assert misread(text) == told.removeprefix("\n")


@pytest.mark.parametrize(
    ("text", "start", "culprit"),
    [
        ("client_id in (select client_id from clients)", 14, "select"),
        ("(select max(at) from orders) > at", 1, "select"),
        ("a = 1 and exists (select 1)", 10, "exists"),
        ("select", 0, "select"),
        ("with x as (select 1) select 1", 0, "with"),
    ],
)
def test_a_sub_query_is_refused_at_its_first_word(text: str, start: int, culprit: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse(text)
    error = raised.value
    assert (error.says, error.help) == (
        "a sub-query is not allowed in an expression",
        "name a column or a reference; other records are asked for by `with` and `without`",
    )
    assert (error.start, text[error.start : error.start + error.width]) == (start, culprit)


@pytest.mark.parametrize(
    "text",
    [
        "a = 1; drop table orders",
        "(a = 1) union (b = 2)",
        "a = any(b)",
        "a::integer = 1",
        "cast(a as integer) = 1",
        "extract(year from a) = 2026",
        "current_date > at",
        "row_number() over (order by a) = 1",
        "if(a, 1, 2) = 1",
        "char_length(a) = 1",
        "a = ?",
        "@a = 1",
        "a is distinct from b",
        "a similar to 'x'",
        "a -> 'b' = 'c'",
        "a[1] = 2",
        "(a, b) in ((1, 2))",
        "copy x to 'y'",
        "install httpfs",
        "a in (table orders)",
        "",
        " ",
        "*",
    ],
)
def test_nothing_else_of_sql_gets_through(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


def test_a_mistake_on_a_later_line_is_counted_from_the_beginning_of_the_text() -> None:
    with pytest.raises(ExpressionError) as raised:
        parse("a = 1\nand upper(b) = 'X'")
    assert (raised.value.start, raised.value.width) == (10, 5)


def test_references_and_parameters_are_named_once_in_the_order_of_the_text() -> None:
    tree = parse("order.client.tier = :tier and amount > :most and order.client.tier <> :tier")
    assert paths(tree) == (("order", "client", "tier"), ("amount",))
    assert parameters(tree) == ("tier", "most")


def test_a_full_name_of_a_parameter_is_one_name_with_its_own_place() -> None:
    tree = parse("minutes > :house.most and kind in (:house.kinds, 'call') and tier in :house.tiers and :most > 1")
    assert set(parameters(tree)) == {"house.most", "house.kinds", "house.tiers", "most"}
    assert paths(tree) == (("minutes",), ("kind",), ("tier",))
    named = {node.name: extent(node) for node in tree.find_all(exp.Placeholder)}
    assert named["house.most"] == (10, len(":house.most"))
    assert parameters(parse(":house.most")) == ("house.most",)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("minutes > :own-house.most", ["own-house.most"]),
        ("2 * :own-house-24.most-1 > minutes-:own-house-24.least", ["own-house-24.most", "own-house-24.least"]),
        (":most-2.5 > minutes", ["most"]),
        (":most - client.tier > minutes", ["most"]),
        (":most-this.amount > :per_day-client.tier", ["most", "per_day"]),
        ("note = ':own-house.most' and \"a :b-c.d\" > :most-:least", ["most", "least"]),
    ],
)
def test_hyphens_belong_to_the_pack_of_a_full_name_and_are_minus_elsewhere(text: str, names: list[str]) -> None:
    tree = parse(text)
    assert sorted(parameters(tree)) == sorted(names)
    assert parse(tree.sql()) == tree
    places = sorted(extent(node) for node in tree.find_all(exp.Placeholder))
    assert [text[start + 1 : start + width] for start, width in places] == names


@pytest.mark.parametrize(
    "name", ["from", "when", "select", "with", "union", "not", "like", "exists", "current_date", "values", "p", "then"]
)
def test_a_parameter_may_have_the_name_of_a_word_of_sql(name: str) -> None:
    text = f"amount > :{name} and kind in :{name}.{name} or note = ':{name}'"
    tree = parse(text)
    assert set(parameters(tree)) == {name, f"{name}.{name}"}
    assert paths(tree) == (("amount",), ("kind",), ("note",))
    assert parse(f":{name}").name == name


@pytest.mark.parametrize("written", [":House.limit", ": house.limit", ":house . limit"])
def test_a_full_name_is_written_in_one(written: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse(f"amount > {written}")
    assert (raised.value.says, raised.value.start, raised.value.width, raised.value.help) == (
        "a parameter's name is lower case, without blanks",
        9,
        len(written),
        "write `:house.limit`",
    )


def test_a_reference_of_many_parts_keeps_their_order() -> None:
    tree = parse("a.b.c.d.e")
    assert path_of(tree) == ("a", "b", "c", "d", "e")  # type: ignore[arg-type]
    assert extent(tree) == (0, 9)
