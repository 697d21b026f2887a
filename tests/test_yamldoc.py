"""YAML files: what is read, what is refused, and where each mistake is shown."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, RootModel, field_validator, model_validator

from compliance.model.base import Strict
from compliance.model.problem import Place, Problem, UserError
from compliance.yamldoc import MAX_BYTES, MAX_DEPTH, Document, Misplaced, load, parse
from compliance.yamldoc import reading as reading_module


class Force(StrEnum):
    MUST = "must"
    SHOULD = "should"
    MAY = "may"


class Parameter(Strict):
    parameter: str


class Quota(Strict):
    of: str
    at_least: int | Decimal | str | Parameter | None = None
    per: Literal["day", "working_day", "week"] | None = None
    for_each: "str | list[Quota] | Quota | None" = None


class Rule(Strict):
    id: str
    title: str
    force: Force = Force.MUST
    quota: Quota | None = None


class Open(Strict):
    from_: date | datetime | None = Field(None, alias="from")
    to: date | None = None
    names: tuple[str, ...] = ()
    count: Annotated[int, Field(ge=1)] = 1
    share: Decimal = Decimal(0)
    header: bool = True
    every: Annotated[int, Field(ge=3)] | Literal["none"] = "none"
    by_name: dict[str, Parameter | str] = Field({})
    by_force: dict[Force, int] = Field({})
    anything: Any = None


@pytest.fixture(autouse=True, params=["libyaml", "pure"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pure":
        monkeypatch.setattr(reading_module, "PARSER", yaml.SafeLoader)


def problems(text: str, model: type = Rule) -> list[Problem]:
    with pytest.raises(UserError) as caught:
        parse(text, "a.yaml", model)
    return list(caught.value.problems)


def shown(text: str, model: type = Rule) -> str:
    return "\n".join(problem.shown() for problem in problems(text, model))


def anything(written: str) -> object:
    return parse(f"anything: {written}", "a.yaml", Open).value.anything


# --- what scalars are ---


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("", None),
        ("~", None),
        ("Null", None),
        ("TRUE", True),
        ("false", False),
        ("30", 30),
        ("-1", -1),
        ("0", 0),
        ("0.1", Decimal("0.1")),
        ("-.5", Decimal("-0.5")),
        ("2026-01-31", date(2026, 1, 31)),
        ("2026-01-31 09:00", datetime(2026, 1, 31, 9)),  # noqa: DTZ001 local, as written
        ("2026-01-31T09:00:01.5Z", datetime(2026, 1, 31, 9, 0, 1, 500_000, tzinfo=UTC)),
    ],
)
def test_unquoted_values_have_their_type(written: str, value: object) -> None:
    got = anything(written)
    assert (got, type(got)) == (value, type(value))


@pytest.mark.parametrize(
    "written",
    [
        *("on", "no", "yes", "y", "18:00", "007", "1_000", "1e3", "0x1F", "5.", ".inf", "=", "<<"),
        *("2026-02-30", "2026-01-31 25:00", "9" * 5000, "1." + "0" * 5000),
    ],
)
def test_everything_else_is_text_as_written(written: str) -> None:
    assert anything(written) == written


@pytest.mark.parametrize("written", ["'30'", '"true"', "'2026-01-01'", "'~'", "''"])
def test_quoted_values_are_text(written: str) -> None:
    assert anything(written) == written[1:-1]


def test_a_field_for_text_gets_the_scalar_as_written() -> None:
    text = "{id: 007, title: 2026, quota: {of: 2026-01-01, for_each: [{of: true}, {of: 1.50}]}}"
    rule = parse(text, "a.yaml", Rule).value
    assert (rule.id, rule.title) == ("007", "2026")
    assert rule.quota is not None
    assert rule.quota.of == "2026-01-01"
    assert rule.quota.for_each == [Quota(of="true"), Quota(of="1.50")]


def test_a_list_of_texts_holds_them_as_written() -> None:
    assert parse("names: [true, 1.50, yes, 2026-01-01]", "a.yaml", Open).value.names == (
        "true",
        "1.50",
        "yes",
        "2026-01-01",
    )


def test_a_field_for_a_number_or_text_keeps_the_number_exact() -> None:
    rule = parse("{id: a, title: b, quota: {of: c, at_least: 0.1}}", "a.yaml", Rule).value
    assert rule.quota is not None
    assert rule.quota.at_least == Decimal("0.1")


def test_keys_are_text_as_written() -> None:
    document = parse("by_name: {2026: a, on: b, true: c, 2026-01-01: d}", "a.yaml", Open)
    assert list(document.value.by_name) == ["2026", "on", "true", "2026-01-01"]


def test_a_merge_sign_is_a_key_like_any_other() -> None:
    assert problems("{id: a, title: b, <<: {force: must}}")[0].says == "unknown key `<<`"


def test_a_list_may_be_the_whole_file() -> None:
    assert parse("[{id: a, title: b}]", "a.yaml", list[Rule]).value == [Rule(id="a", title="b")]
    assert [problem.says for problem in problems("- {id: a}\n- 3", list[Rule])] == [
        "`title` is missing in entry 1 of the file",
        "entry 2 of the file must be a mapping (`key: value`), not `3`",
    ]
    assert problems("", list[Rule])[0].says == "the file must be a list, not empty"


# --- what is refused ---


def test_every_mistake_is_told_in_the_order_of_its_place() -> None:
    text = "id: 2026\ntitel: x\nforce: shuold\nquota:\n  of: a\n  at_leest: 3\n  per: wek\n  at_least: [3]\n"
    assert shown(text) == (
        "a.yaml:1:1: `title` is missing\n"
        "  id: 2026\n"
        "  ^\n"
        "a.yaml:2:1: unknown key `titel`\n"
        "  titel: x\n"
        "  ^^^^^\n"
        "  help: did you mean `title`?\n"
        "a.yaml:3:8: `force` must be must, should or may, not `shuold`\n"
        "  force: shuold\n"
        "         ^^^^^^\n"
        "  help: did you mean `should`?\n"
        "a.yaml:6:3: unknown key `at_leest`\n"
        "    at_leest: 3\n"
        "    ^^^^^^^^\n"
        "  help: did you mean `at_least`?\n"
        "a.yaml:7:8: `per` must be day, working_day or week, not `wek`\n"
        "    per: wek\n"
        "         ^^^\n"
        "  help: did you mean `week`?\n"
        "a.yaml:8:13: `at_least` must be a number, text or a mapping (`key: value`), not a list\n"
        "    at_least: [3]\n"
        "              ^"
    )


def test_an_empty_file_lacks_its_required_keys() -> None:
    for text in ("", "\n\n", "# only a comment\n", "---\n", "~"):
        assert [(problem.says, problem.where and problem.where.file) for problem in problems(text)] == [
            ("`id` is missing", "a.yaml"),
            ("`title` is missing", "a.yaml"),
        ]


def test_a_key_given_twice_is_refused_with_the_line_of_the_first() -> None:
    assert shown("id: a\ntitle: b\nid: c") == (
        "a.yaml:3:1: key `id` is given twice, first on line 1\n  id: c\n  ^^\n  help: keep one of them"
    )


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("id: a\ntitle: &x b", "2:8", "anchors such as `&x` are not allowed"),
        ("id: a\ntitle: *x", "2:8", "aliases such as `*x` are not allowed"),
        ("id: a\ntitle: !!str b", "2:8", "tags such as `!!str` are not allowed"),
        (
            "id: a\ntitle: !!python/object/apply:os.system [ls]",
            "2:8",
            "tags such as `!!python/object/apply:os.system` are not allowed",
        ),
        ("id: a\ntitle: b\n---\nid: c", "3:1", "a second document begins here"),
        ("id: a\ntitle: b\n? [x]\n: y", "3:3", "a key must be text, not a list or a mapping"),
        ("{id: a, title: b, '': y}", "1:19", "a key must not be empty"),
    ],
)
def test_what_yaml_allows_and_we_do_not(text: str, place: str, says: str) -> None:
    (problem,) = problems(text)
    assert problem.line() == f"a.yaml:{place}: {says}"


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("id:\n\t- b", "2:1", "a tab can't indent: YAML wants spaces"),
        ("id: a\n\ttitle: b", "2:1", "a tab can't indent: YAML wants spaces"),
        ("id: a: b", "1:6", "a colon stands here where no key can be"),
        ("id: - a", "1:5", "a list can't begin here"),
        ("id: 'x\ntitle: b", "1:5", "a quote is opened here and never closed"),
        ("id: [1, 2\ntitle: b", "1:5", "a list is opened here and not closed"),
        ("id: {a: b\n", "1:5", "a brace is opened here and not closed"),
        ("id: @b", "1:5", "text can't begin with `@` unless quoted"),
        ("id: %b", "1:5", "text can't begin with `%` unless quoted"),
        ("id: 'it's'", "1:9", "this does not fit what stands before it"),
        ("id: |x\n  b", None, "nothing can follow `|` or `>` on its line"),
        ("id: }", "1:5", "a value is missing here"),
        ('id: "\\q"', None, "there is no such escape in double quotes"),
        ('id: "\\UFFFFFFFF"', None, None),
        ("id: &", "1:6", "text can't begin with `&` or `*` unless quoted"),
        ("ö: 1\nid: \x01", "2:5", "a character that YAML does not allow (code 0x0001)"),
        ("a: b\n- c", None, "this does not fit what stands before it"),
        ("a:\n  - b\n c: d", "3:2", "this does not fit what stands before it"),
    ],
)
def test_what_is_no_yaml_is_told_in_our_words(text: str, place: str | None, says: str | None) -> None:
    (problem,) = problems(text)
    assert says is None or problem.says == says
    assert problem.help
    assert place is None or str(problem.where) == f"a.yaml:{place}"


def test_depth_is_bounded() -> None:
    deepest = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    assert parse(f"{{anything: {deepest}}}", "a.yaml", Open).value.anything
    (problem,) = problems(f"{{anything: [{deepest}]}}", Open)
    assert problem.says == "nested deeper than 32 levels"
    (problem,) = problems("[" * 100_000, Open)
    assert problem.says == "nested deeper than 32 levels"


def test_a_document_has_no_marks_of_a_terminal_in_its_problems() -> None:
    found = problems('{id: a, title: b, "\\e[31mx": 1, "y\\n::error::z": 2}')
    assert len(found) > 1
    assert all(problem.line().isprintable() for problem in found)
    assert all(problem.shown().replace("\n", "").isprintable() for problem in found)


# --- files ---


def test_a_file_is_loaded_under_the_name_given(tmp_path: Path) -> None:
    path = tmp_path / "rule.yaml"
    path.write_text("\ufeffid: a\r\ntitle: b\r\nforce: x\r\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"rules/rule.yaml:3:8: `force` must be") as caught:
        load(path, Rule, name="rules/rule.yaml")
    assert caught.value.problems[0].excerpt == "force: x"
    path.write_text("id: a\ntitle: b", encoding="utf-8")
    assert load(path, Rule) == Document(
        str(path), "id: a\ntitle: b", load(path, Rule).root, value=Rule(id="a", title="b")
    )


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no such file"):
        load(tmp_path / "none.yaml", Rule)
    with pytest.raises(UserError, match="is a folder, not a file"):
        load(tmp_path, Rule)
    with pytest.raises(UserError, match="is not a regular file"):
        load(Path("/dev/null"), Rule)
    with pytest.raises(UserError, match="can't be read"):
        load(tmp_path / ("x" * 300), Rule)


def test_what_is_not_utf8_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("id: é\ntitle: ".encode() + b"\xe9")
    with pytest.raises(UserError) as caught:
        load(path, Rule, name="a.yaml")
    assert caught.value.problems == (Problem(Place("a.yaml", 2, 8), "byte 0xe9 is not UTF-8 text", "save it as UTF-8"),)


def test_a_file_of_one_mebibyte_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    head = "id: a\ntitle: b\n#"
    path.write_text(head + "x" * (MAX_BYTES - len(head)), encoding="utf-8")
    assert load(path, Rule).value.id == "a"
    path.write_text(head + "x" * (MAX_BYTES - len(head) + 1), encoding="utf-8")
    with pytest.raises(UserError, match="larger than 1024 KiB"):
        load(path, Rule)


# --- sentences ---


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("count: thirty", "`count` must be a whole number, not text"),
        ("count: 1.5", "`count` must be a whole number, not `1.5`"),
        ("count: 0", "`count` must be at least 1"),
        ("count: true", "`count` must be a whole number, not `true`"),
        ("count:", "`count` must be a whole number, not empty"),
        ("share: x", "`share` must be a number, not text"),
        ("share: {a: 1}", "`share` must be a number, not a mapping"),
        ("header: maybe", "`header` must be true or false, not text"),
        ("header: 1", "`header` must be true or false, not `1`"),
        ("to: 2026-02-30", "`to` must be a date such as 2026-01-31, not `2026-02-30`"),
        ("to: 20260101", "`to` must be a date such as 2026-01-31, not `20260101`"),
        ("to: 86400", "`to` must be a date, or a date and time such as 2026-01-31 09:00, not `86400`"),
        ("to: 2026-01-01 09:00", "`to` must be a date such as 2026-01-31, not `2026-01-01 09:00`"),
        ("names: a", "`names` must be a list, not text"),
        ("names: [a, [b]]", "entry 2 of `names` must be text, not a list"),
        ("names: [a, ~]", "entry 2 of `names` must be text, not empty"),
        ("every: 2", "`every` must be at least 3"),
        ("every: x", "`every` must be a whole number or none, not `x`"),
        ("by_name: {a: {}}", "`parameter` is missing in `a`"),
        ("by_name: {a: []}", "`a` must be a mapping (`key: value`) or text, not a list"),
        ("by_name: {a: {parametr: x, parameter: y}}", "unknown key `parametr`"),
        ("by_force: {mus: 1}", "a key of `by_force` must be must, should or may, not `mus`"),
        ("[]", "the file must be a mapping (`key: value`), not a list"),
    ],
)
def test_sentences(text: str, says: str) -> None:
    (problem,) = problems(text, Open)
    assert problem.says == says


def test_an_unknown_key_far_from_all_known_ones_gets_the_list_of_them() -> None:
    assert problems("{id: a, title: b, xyzzy: 1}")[0].help == "known here: id, title, force, quota"


def test_what_stands_behind_the_comma_of_an_expression_is_no_key_that_is_misspelt() -> None:
    (problem,) = problems("{id: a, title: round(force, 2) = quota}")[:1]
    assert problem.says == "unknown key `2) = quota`"
    assert problem.help == "a comma ends the value before it: put a value with a comma into double quotes"


class Checked(Strict):
    note: str = ""
    first: int = 0
    last: int = 0

    @field_validator("note")
    @classmethod
    def _no_shouting(cls, note: str) -> str:
        if "!" in note:
            raise Misplaced("no shouting, please", offset=note.index("!"), help="leave it out")
        if note == "bad":
            raise ValueError("this note is bad")
        return note

    @model_validator(mode="after")
    def _in_order(self) -> "Checked":
        if self.last < self.first:
            raise Misplaced("`last` is before `first`", "last")
        return self


class Wrapper(RootModel[list[Checked]]):
    pass


def test_what_validators_say_is_told_word_for_word() -> None:
    assert shown("- note: bad\n- {first: 2, last: 1}\n- note: 'it''s no!'", Wrapper) == (
        "a.yaml:1:9: this note is bad\n"
        "  - note: bad\n"
        "          ^^^\n"
        "a.yaml:2:20: `last` is before `first`\n"
        "  - {first: 2, last: 1}\n"
        "                     ^\n"
        "a.yaml:3:18: no shouting, please\n"
        "  - note: 'it''s no!'\n"
        "                   ^\n"
        "  help: leave it out"
    )


def test_a_root_model_and_a_list_know_their_keys() -> None:
    assert problems("[{nota: x}]", Wrapper)[0].help == "did you mean `note`?"
    assert problems("{id: a, title: b, quota: {of: c, for_each: [{of: d, pre: day}]}}")[0].help == "did you mean `per`?"


# --- places ---


def test_places_of_keys_and_values() -> None:
    document = parse("id: a\ntitle: 'b'\nquota:\n  of: c\n  for_each:\n  - of: dé\n    per: day\n", "a.yaml", Rule)
    assert document.place(("title",)) == Place("a.yaml", 2, 8)
    assert document.place(("title",), offset=0) == Place("a.yaml", 2, 9)
    assert document.place(("title",), key=True) == Place("a.yaml", 2, 1)
    assert document.place(("quota",)) == Place("a.yaml", 4, 3)
    assert document.place(("quota", "for_each", 0, "per")) == Place("a.yaml", 7, 10)
    assert document.place(("quota", "for_each", 0, "at_least")) == Place("a.yaml", 6, 5)
    assert document.place(("quota", "for_each", 7)) == Place("a.yaml", 6, 3)
    assert document.place(()) == Place("a.yaml", 1, 1)
    assert document.place(("nothing", "at", "all")) == Place("a.yaml", 1, 1)
    assert document.written(("quota", "for_each", 0, "of")) == "dé"
    assert document.written(("quota",)) is None
    assert document.written(("quota", "of", "x")) is None


def test_a_problem_is_as_wide_as_what_it_points_to() -> None:
    document = parse("id: 'a b'\ntitle: >\n  two\n  words\n", "a.yaml", Rule)
    assert document.problem(("id",), "no") == Problem(Place("a.yaml", 1, 5), "no", "", "id: 'a b'", 5)
    assert document.problem(("id",), "no", key=True).width == 2
    assert document.problem(("id",), "no", "so", offset=2, width=3) == Problem(
        Place("a.yaml", 1, 8), "no", "so", "id: 'a b'", 3
    )
    assert document.problem(("id",), "no", offset=2).width == 1
    assert document.problem(("title",), "no").width == 1
    assert document.problem((), "no").width == 1


def test_an_empty_value_is_shown_at_its_key() -> None:
    (problem,) = problems("count:\nshare: 1", Open)
    assert str(problem.where) == "a.yaml:1:1"


def test_a_line_too_long_to_show_has_no_excerpt() -> None:
    (problem,) = problems("id: a\ntitle: {" + "x" * 500 + ": 1}")
    assert problem.excerpt == ""
    assert parse("id: a\ntitle: b", "a.yaml", Rule).excerpt(9) == ""


@pytest.mark.parametrize(
    "source",
    [
        "kind = 'call' and x",
        "\"kind = 'call' and x\"",
        "'kind = ''call'' and x'",
        '"kind = \\x27call\\u0027 and x"',
        ">\n  kind = 'call'\n  and x",
        ">-\n    kind = 'call'\n\n    and x",
        "|\n  kind = 'call'\n    and x\n",
        "|2-\n  kind\n   =\n  'call' and x\n",
        "kind = 'call'\n  and x",
        "'kind = ''call''\n\n   and x'",
        "\"kind = 'call' \\\n   and x\"",
        "# a remark\n  kind = 'call' and x",
        "\"kind = 'c\\\n   all' and x\"",
    ],
)
def test_a_caret_finds_each_word_of_a_scalar(source: str) -> None:
    document = parse(f"id: a\ntitle: {source}\n", "a.yaml", Rule)
    title = document.value.title
    for word in ("kind", "call", "and", "x"):
        place = document.place(("title",), offset=title.rindex(word))
        assert document.excerpt(place.line)[place.column - 1 :].startswith(word[:1])
    place = document.place(("title",), offset=title.rindex("and"))
    assert document.excerpt(place.line)[place.column - 1 :].startswith("and x")


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_a_caret_is_exact_within_one_line(quote: str) -> None:
    document = parse(f"id: a\ntitle:   {quote}a  b c{quote} # d\n", "a.yaml", Rule)
    begin = 10 + len(quote)
    columns = [document.place(("title",), offset=offset).column for offset in range(7)]
    assert columns == [begin, begin + 1, begin + 2, begin + 3, begin + 4, begin + 5, begin + 6]
    assert document.place(("title",), offset=99).column == begin + 6


@given(st.text(max_size=30), st.sampled_from(["'", '"', "|", ">", ""]), st.integers(20, 90))
def test_every_printed_character_is_found_again(text: str, style: str, width: int) -> None:
    dumped = yaml.safe_dump({"title": text}, default_style=style or None, allow_unicode=True, width=width)
    if any(sign in dumped for sign in ("!!", "...")):
        return
    document = parse(f"id: a\n{dumped}", "a.yaml", Rule)
    for offset, character in enumerate(document.value.title):
        place = document.place(("title",), offset=offset)
        found = document.lines[place.line - 1][place.column - 1 :][:1]
        assert character.isspace() or found in {character, "\\"}


@given(st.text(st.sampled_from("ab:- \n\t[]{}'\"#&*!|>%@`,?\\~0é"), max_size=40))
def test_any_text_gives_a_document_or_problems_with_places(text: str) -> None:
    try:
        parse(text, "a.yaml", Rule)
    except UserError as error:
        found = error.problems
    else:
        return
    assert all(problem.where and problem.where.line > 0 for problem in found)
    assert not any("nput should" in problem.says for problem in found)


def test_a_duration_is_no_number() -> None:
    class Timed(Strict):
        within: timedelta

    assert problems("within: 5", Timed)[0].says == "`within` must be a duration, not `5`"


def test_a_text_in_the_place_of_a_mapping_is_told_its_keys() -> None:
    class Inner(Strict):
        of: str
        where: str | None = None

    class Outer(Strict):
        after: Inner

    (problem,) = problems("after: orders", Outer)
    assert problem.line().endswith("`after` must be a mapping (`key: value`), not text")
    assert problem.help == "its keys: of, where"
