import pytest

from compliance.ruletest.pipes import csv_of, rows_of
from compliance.yamldoc import Misplaced


def test_cells_stand_between_pipes_and_an_empty_one_is_nothing() -> None:
    assert csv_of("k | name | note\n1 | A b  |\n2 |      | x\n") == "k,name,note\n1,A b,\n2,,x\n"


def test_a_count_before_the_key_repeats_the_row_with_numbered_keys() -> None:
    assert [*rows_of("k | v\n3 * call | x\n2 * a b | y\n0 * none | z")] == [
        ["k", "v"],
        ["call-1", "x"],
        ["call-2", "x"],
        ["call-3", "x"],
        ["a b-1", "y"],
        ["a b-2", "y"],
    ]


@pytest.mark.parametrize("key", ["3 *a", "* a", "3 a", "-3 * a", "3*a"])
def test_nothing_else_before_a_key_repeats_a_row(key: str) -> None:
    assert [*rows_of(f"k | v\n{key} | x")] == [["k", "v"], [key, "x"]]


def test_comments_stand_behind_two_spaces_or_on_a_line_of_their_own() -> None:
    text = "k | v   # the key\n# what comes\n1 | a #1\n#2 | b  # 30 * x\n\n3 | c  #, d\n"
    assert [*rows_of(text)] == [["k", "v"], ["1", "a #1"], ["#2", "b"], ["3", "c"]]


def test_quotes_and_commas_are_nothing_special() -> None:
    assert csv_of('k | v\n"1" | say "a, b"\n\'2 | it\'s') == 'k,v\n"""1""","say ""a, b"""\n\'2,it\'s\n'


def test_a_table_may_be_empty() -> None:
    assert csv_of("k | v\n") == "k,v\n"
    assert csv_of("  # nothing\n") == ""


@pytest.mark.parametrize(
    ("text", "says", "culprit"),
    [
        ("k | v\n1 | a\n2\n", "this row has 1 cell, the header has 2", "2"),
        ("k | v\n1 | a | b  # c\n", "this row has 3 cells, the header has 2", "1 | a | b"),
        ("k | v | k\n", "the column `k` stands twice", "k"),
        ("k |  | w\n", "a column of this table has no name", "k"),
        ("k\n1000001 * a\n", "1000001 rows are more than the 100000 that a case may have", "1"),
    ],
)
def test_a_mistake_is_told_at_its_row(text: str, says: str, culprit: str) -> None:
    with pytest.raises(Misplaced) as raised:
        csv_of(text)
    error = raised.value
    assert error.offset is not None
    assert (str(error), text[error.offset : error.offset + (error.width or 1)]) == (says, culprit)
