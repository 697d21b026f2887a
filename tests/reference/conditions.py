"""Conditions for hypothesis: expressions of every type over a table's columns, and whatever the language offers."""

from collections.abc import Iterator, Mapping

from hypothesis import strategies as st
from tests.reference.columns import TYPES

DEEP = 3
"""So many signs lie in one another at most."""

Expressions = st.SearchStrategy[str]
NUMBERS = ("0", "1", "2", "2.5", "10", "0.01", "100")
TEXTS = ("'fire'", "'stock'", "'main'", "'Small'", "''", "'x''y'")
DAYS = ("'2026-01-31'", "'2024-02-29'", "'2025-12-28'", "'2026-05-04'")
PATTERNS = ("'%i%'", "'f_re'", "'%'", "'fire'", "'S%'", "'_%k'")
LENGTHS = ("interval '1 day'", "interval '30 days'", "interval '36 hours'")
REFERENCES: Mapping[str, Mapping[str, str]] = {
    "orders": {"client.category": "text", "client.created_at": "datetime", "client.owner_id": "text"},
    "complaints": {"client.category": "text", "client.created_at": "datetime"},
    "activities": {"client.category": "text"},
}


class Over:
    """The expressions over one table: `numbers`, `texts`, `days`, `moments`, `truths`, each so deep."""

    def __init__(self, table: str) -> None:
        own = {name: "text" if kind == "id" else kind for name, kind in TYPES[table].items()}
        types = {**own, **REFERENCES.get(table, {})}
        self.columns = {
            "number": [name for name, kind in types.items() if kind in {"integer", "decimal", "money"}],
            "text": [name for name, kind in types.items() if kind == "text"],
            "date": [name for name, kind in types.items() if kind == "date"],
            "datetime": [name for name, kind in types.items() if kind == "datetime"],
        }

    def numbers(self, deep: int) -> Expressions:
        """Numbers: columns, arithmetic, what is counted in texts and between times."""
        leaves = st.sampled_from((*self.columns["number"] * 3, *NUMBERS))
        if not deep:
            return leaves
        one, text = self.numbers(deep - 1), self.texts(deep - 1)
        made = [
            leaves,
            st.builds("({} {} {})".format, one, st.sampled_from(("+", "-", "*")), one),
            st.builds("({} / {})".format, one, st.sampled_from(("2", "5", "0", "0.5"))),
            st.builds("{}({})".format, st.sampled_from(("abs", "-", "round")), one),
            st.builds("round({}, {})".format, one, st.sampled_from(("0", "1", "2"))),
            st.builds("length({})".format, text),
            st.builds("coalesce({}, {})".format, one, one),
            self._cases(deep, one),
        ]
        return st.one_of(*made, *self._of_times(deep))

    def _of_times(self, deep: int) -> Iterator[Expressions]:
        parts = st.sampled_from(("year", "month", "day", "weekday"))
        for time in self._times(deep):
            yield st.builds("{}({})".format, parts, time)
            yield st.builds("({} - {})".format, time, time)
            yield st.builds("working_days({}, {})".format, time, time)

    def texts(self, deep: int) -> Expressions:
        """Texts: columns, in small letters, put together."""
        leaves = st.sampled_from((*self.columns["text"] * 2, *TEXTS))
        if not deep:
            return leaves
        one = self.texts(deep - 1)
        made = (
            st.builds("lower({})".format, one),
            st.builds("({} || {})".format, one, one),
            st.builds("coalesce({}, {})".format, one, one),
            self._cases(deep, one),
        )
        return st.one_of(leaves, leaves, *made)

    def times(self, kind: str, deep: int) -> Expressions:
        """Dates, or datetimes: columns, and moved ones."""
        leaves = st.sampled_from(self.columns[kind])
        if not deep:
            return leaves
        one = self.times(kind, deep - 1)
        made = [st.builds("coalesce({}, {})".format, one, one), self._cases(deep, one)]
        made.append(st.builds("({} {} {})".format, one, st.sampled_from(("+", "-")), st.sampled_from(LENGTHS)))
        if kind == "date":
            made.append(st.builds("({} {} {})".format, one, st.sampled_from(("+", "-")), st.sampled_from(("1", "30"))))
        return st.one_of(leaves, leaves, *made)

    def _times(self, deep: int) -> Iterator[Expressions]:
        return (self.times(kind, deep - 1) for kind in ("date", "datetime") if self.columns[kind])

    def truths(self, deep: int) -> Expressions:
        """Conditions: comparisons of what is of one type, joined and denied."""
        return st.one_of(*self._compared(deep), *([self._joined(deep)] * 2 if deep else []))

    def _joined(self, deep: int) -> Expressions:
        one = self.truths(deep - 1)
        return st.one_of(
            st.builds("({} {} {})".format, one, st.sampled_from(("and", "or")), one),
            st.builds("not ({})".format, one),
        )

    def _compared(self, deep: int) -> Iterator[Expressions]:
        signs = st.sampled_from(("=", "<>", "<", "<=", ">", ">="))
        number, text = self.numbers(max(deep - 1, 0)), self.texts(max(deep - 1, 0))
        yield st.builds("{} {} {}".format, number, signs, number)
        yield st.builds("{} {}between {} and {}".format, number, st.sampled_from(("", "not ")), number, number)
        yield st.builds("{} {}in ({}, {})".format, number, st.sampled_from(("", "not ")), number, number)
        yield st.builds("{} {} {}".format, text, signs, text)
        yield st.builds("{} {}like {}".format, text, st.sampled_from(("", "not ")), st.sampled_from(PATTERNS))
        yield st.builds("{} {}in ({}, {})".format, text, st.sampled_from(("", "not ")), text, text)
        yield st.builds("{} is {}null".format, st.one_of(number, text), st.sampled_from(("", "not ")))
        for time in self._times(max(deep, 1)):
            yield st.builds("{} {} {}".format, time, signs, time)
            yield st.builds("{} {} {}".format, time, signs, st.sampled_from(DAYS))
            yield st.builds("{} between {} and {}".format, time, st.sampled_from(DAYS), time)
        yield from self._of_two_kinds(deep, signs)

    def _of_two_kinds(self, deep: int, signs: Expressions) -> Iterator[Expressions]:
        """A date beside a datetime: both are days."""
        if self.columns["date"] and self.columns["datetime"]:
            day, moment = (self.times(kind, max(deep - 1, 0)) for kind in ("date", "datetime"))
            yield st.builds("{} {} {}".format, day, signs, moment)

    def _cases(self, deep: int, one: Expressions) -> Expressions:
        when = st.deferred(lambda: self.truths(deep - 1))
        whole = st.builds("case when {} then {} else {} end".format, when, one, one)
        return st.one_of(whole, st.builds("case when {} then {} end".format, when, one))


CONDITIONS: Mapping[str, Expressions] = {
    table: Over(table).truths(DEEP) for table in ("checks", "complaints", "activities", "expenses", "orders")
}
