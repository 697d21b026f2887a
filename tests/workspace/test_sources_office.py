"""CSV as offices of the client's home write it: comma and spaced thousands, percent signs, days, words, cp1251."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.workspace.taken import at, problems, take_in

NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


def test_a_whole_export_of_an_office(tmp_path: Path) -> None:
    text = (
        "№;Дата;Время;Сумма;Скидка;Оплачен\r\n"
        "1;02.03.2026;02.03.2026 09:30;1 234,56;15 %;да\r\n"
        f"2;03.03.2026;03.03.2026 10:00;12{WIDE}345{WIDE}678,9;7,5%;Нет\r\n"
        "3;31.02.2026;04.03.2026 10:00;-1 000;0;yes\r\n"
        "4;04.03.2026;04.03.2026 10:00;12 34,5;5 %;может\r\n"
    )
    manifest = """
        t:
          source: t.csv
          delimiter: ";"
          encoding: cp1251
          decimal: ","
          key: permit_id
          columns: {permit_id: №, granted_on: Дата, seen_at: Время, amount: Сумма, rate: Скидка, paid: Оплачен}
          types: {rate: percent, paid: boolean}
          format: {granted_on: "%d.%m.%Y", Время: "%d.%m.%Y %H:%M"}
          true: [yes, да]
    """
    taken = take_in(tmp_path, manifest, {"t.csv": text.encode("cp1251")})
    assert taken.rows("t") == [
        ("1", date(2026, 3, 2), at("2026-03-02 09:30"), Decimal("1234.56"), Decimal(15), True),
        ("2", date(2026, 3, 3), at("2026-03-03 10:00"), Decimal("12345678.90"), Decimal("7.5"), False),
    ]
    assert taken.account("t").rejects == (
        't.csv:4: granted_on: "31.02.2026" is not a date',
        't.csv:5: amount: "12 34,5" is not an amount',
    )


@pytest.mark.parametrize("blank", [" ", WIDE, NARROW], ids=["a space", "a no-break space", "a narrow one"])
def test_thousands_are_told_apart_by_any_blank(tmp_path: Path, blank: str) -> None:
    text = f"k;n;m\n1;1{blank}234,56;1{blank}000\n2;,5;999\n"
    taken = take_in(tmp_path, "t: {source: t.csv, key: k, delimiter: ';', decimal: ','}", {"t.csv": text})
    assert taken.types("t") == {"k": "id", "n": "decimal", "m": "integer"}
    assert taken.rows("t") == [("1", Decimal("1234.56"), 1000), ("2", Decimal("0.5"), 999)]


def test_with_a_decimal_comma_dots_stand_between_thousands_and_nowhere_else(tmp_path: Path) -> None:
    text = "k;n;m\n1;1.234,50;-1.234.567\n2;1.23,5;7\n3;1234.567,8;7\n4;1.234 567,8;7\n5;12.345;1.000\n"
    manifest = "t: {source: t.csv, key: k, delimiter: ';', decimal: ',', types: {n: money, m: integer}}"
    taken = take_in(tmp_path, manifest, {"t.csv": text})
    assert taken.rows("t") == [("1", Decimal("1234.50"), -1_234_567), ("5", Decimal(12_345), 1000)]
    assert taken.account("t").rejects == (
        't.csv:3: n: "1.23,5" is not an amount',
        't.csv:4: n: "1234.567,8" is not an amount',
        't.csv:5: n: "1.234 567,8" is not an amount',
    )


def test_without_a_decimal_comma_spaced_digits_are_a_number_only_where_one_is_asked_for(tmp_path: Path) -> None:
    text = "k,phone,amount,n\n1,495 123,1 234.56,1 000\n2,499 321,12,12 00\n"
    taken = take_in(tmp_path, "t: {source: t.csv, key: k, types: {n: integer}}", {"t.csv": text})
    assert taken.rows("t") == [("1", "495 123", Decimal("1234.56"), 1000)]
    assert taken.account("t").rejects == ('t.csv:3: n: "12 00" is not an integer',)


@pytest.mark.parametrize(
    ("keys", "words", "kind", "read"),
    [
        ("true: [ja], false: [nein]", ("ja", "Nein"), "boolean", (True, False)),
        ("true: [да]", ("Да", "нет"), "boolean", (True, False)),
        ("true: [no], false: [yes]", ("no", "yes"), "boolean", (True, False)),
        ("decimal: '.'", ("да", "нет"), "text", ("да", "нет")),
    ],
)
def test_yes_and_no_in_words(
    tmp_path: Path, keys: str, words: tuple[str, str], kind: str, read: tuple[object, object]
) -> None:
    text = f"k,paid\n1,{words[0]}\n2,{words[1]}\n"
    taken = take_in(tmp_path, f"t: {{source: t.csv, key: k, {keys}}}", {"t.csv": text})
    assert taken.types("t")["paid"] == kind
    assert taken.rows("t", "paid") == [(each,) for each in read]


def test_a_word_can_not_mean_both(tmp_path: Path) -> None:
    assert problems(tmp_path, "t: {source: t.csv, true: [x], false: [o, X]}", {"t.csv": "k\n1\n"}) == (
        "compliance.yaml:3:44: `X` can't mean both yes and no\n"
        "    t: {source: t.csv, true: [x], false: [o, X]}\n"
        "                                             ^"
    )


def test_days_in_another_order_than_iso_are_text_unless_a_format_is_given(tmp_path: Path) -> None:
    taken = take_in(tmp_path, "t: {source: t.csv, key: k}", {"t.csv": "k,day\n1,31.12.2026\n"})
    assert taken.types("t")["day"] == "text"
