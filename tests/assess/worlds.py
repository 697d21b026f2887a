"""Small made-up worlds: a few people and a month of records, damaged here and there, judged by a rule of each kind."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from tests.assess.workspaces import written

Row = tuple[str, ...]
MANIFEST = """organisation: World
timezone: Europe/Moscow
period: {from: 2026-03-02, to: 2026-04-06}
calendar: {country: RU}
packs: [./rules]
tables:
"""
HEADERS: Mapping[str, str] = {
    "employees": "employee_id name position level superior_id hired_on left_on",
    "absences": "absence_id employee_id starts_on ends_on excused",
    "clients": "client_id owner_id category created_at",
    "activities": "activity_id at employee_id kind client_id minutes recorded_at",
    "contracts": "contract_id client_id employee_id status signed_on",
    "orders": "order_id employee_id client_id placed_at amount",
    "authority": "authority_id position level act at_most",
    "approvals": "approval_id act act_id approver_id decision decided_at",
    "reports": "report_id employee_id kind period submitted_at",
}
RULES: Mapping[str, str] = {
    "calls": "bearer: {position: seller}\nquota: {of: activities, where: kind = 'call', at_least: 2, per: working_day}",
    "talk": "quota: {of: activities, where: minutes > 0, measure: avg(minutes), at_least: 5, at_most: 30, per: week}",
    "money": "bearer: {position: seller}\nquota: {of: orders, measure: sum(amount), at_least: 900, per: month}",
    "contact": "quota: {for_each: {of: clients}, of: activities, where: kind <> 'gift', at_least: 1, per: month}",
    "new": "quota: {of: contracts, measure: count(distinct client_id), at_least: 1, per: week}",
    "report": (
        "deadline: {of: reports, where: kind = 'month', at: submitted_at, period: period, every: month,"
        " by: {day: 3, time: 18:00, roll: next_working_day}}"
    ),
    "limit": "limit: {of: orders, value: amount, at_most: {authority: order}, unless: approved,"
    " split: {same: [client_id], within: 1 day}}",
    "sound": "condition: {of: contracts, must: \"status in ('signed', 'void') and client.category is not null\"}",
    "gifts": "prohibition: {of: activities, where: kind = 'gift' and minutes > 3}",
}


@dataclass(frozen=True)
class World:
    """Its tables, and what each rule's file is called."""

    tables: Mapping[str, tuple[Row, ...]]
    names: Mapping[str, str]

    def changed(self, change: Callable[[str, tuple[Row, ...]], Sequence[Row]]) -> "World":
        """The world with other rows."""
        return replace(self, tables={name: tuple(change(name, rows)) for name, rows in self.tables.items()})

    def write(self, folder: Path) -> Path:
        """Write it down as a workspace."""
        files = {f"{name}.csv": _csv([HEADERS[name].split(" "), *rows]) for name, rows in self.tables.items()}
        for id_, rule in RULES.items():
            files[f"rules/{self.names[id_]}.yaml"] = f"id: world.{id_}\ntitle: {id_}\nseverity: minor\n{rule}\n"
        files["compliance.yaml"] = MANIFEST + "".join(f"  {name}: {name}.csv\n" for name in self.tables)
        return written(folder, files)


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def world(seed: int) -> World:
    """The world of a seed."""
    maker = _Maker(Random(seed))  # noqa: S311 a made-up world
    tables: dict[str, list[Row]] = {
        "employees": maker.employees(),
        "absences": maker.rows(3, maker.absence),
        "clients": maker.rows(6, maker.client),
        "activities": maker.damaged(maker.rows(90, maker.activity)),
        "contracts": maker.damaged(maker.rows(7, maker.contract)),
        "orders": maker.damaged(maker.rows(14, maker.order)),
        "authority": [
            ("1", "seller", "", "order", "300"),
            ("2", "seller", "2", "order", "400"),
            ("3", "head", "", "order", "800"),
        ],
        "approvals": maker.rows(6, maker.approval),
        "reports": maker.damaged(maker.rows(5, maker.report)),
    }
    return World({name: tuple(rows) for name, rows in tables.items()}, {id_: id_ for id_ in RULES})


@dataclass(frozen=True)
class _Maker:
    random: Random

    def rows(self, count: int, make: Callable[[], Row]) -> list[Row]:
        return [(str(number), *make()) for number in range(1, count + 1)]

    def damaged(self, rows: list[Row]) -> list[Row]:
        """The rows with a few that can't be read, that stand twice, or that contradict one another."""
        made = list(rows)
        for row in self.random.sample(rows, max(2, len(rows) // 12)):
            other = list(row)
            other[self.random.randrange(1, len(row))] = self.random.choice(("", "soon", "zed"))
            made.append(tuple(self.random.choice((row, other))))
            if self.random.random() < 0.3:
                made.remove(row)
        return made

    def employees(self) -> list[Row]:
        people: list[Row] = [("c", "C", "head", "", "", "", "")]
        for name in "abd":
            left = "2026-03-20" if name == "d" and self.random.random() < 0.5 else ""
            hired = self.day() if self.random.random() < 0.3 else ""
            people.append((name, name.upper(), "seller", self.random.choice(("", "1", "2")), "c", hired, left))
        return people

    def anybody(self) -> str:
        return self.random.choice("abbccd")

    def day(self, first: str = "2026-02-25", days: int = 45) -> str:
        return str(date.fromisoformat(first) + timedelta(days=self.random.randrange(days)))

    def moment(self, first: str = "2026-02-25", days: int = 45) -> str:
        minutes = self.random.randrange(days * 24 * 4) * 15
        return str(datetime.fromisoformat(first) + timedelta(minutes=minutes))

    def absence(self) -> Row:
        first = date.fromisoformat(self.day())
        last = first + timedelta(days=self.random.randrange(9))
        return self.anybody(), str(first), str(last), self.random.choice(("true", "true", "false", ""))

    def client(self) -> Row:
        return self.anybody(), self.random.choice(("main", "other", "")), self.moment("2026-01-01", 80)

    def some_client(self) -> str:
        return str(self.random.randrange(1, 7))

    def activity(self) -> Row:
        at, kind = self.moment(), self.random.choice(("call", "call", "call", "mail", "gift", ""))
        late = datetime.fromisoformat(at) + timedelta(days=self.random.choice((0, 0, 0, 9)))
        return at, self.anybody(), kind, self.some_client(), str(self.random.randrange(40)), str(late)

    def contract(self) -> Row:
        return self.some_client(), self.anybody(), self.random.choice(("signed", "signed", "void", "draft")), self.day()

    def order(self) -> Row:
        return self.anybody(), self.some_client(), self.moment(), str(self.random.randrange(5000, 60000) / 100)

    def approval(self) -> Row:
        act_id = str(self.random.randrange(1, 15))
        return "order", act_id, self.anybody(), self.random.choice(("granted", "granted", "refused", "")), self.moment()

    def report(self) -> Row:
        return (
            self.anybody(),
            "month",
            self.random.choice(("2026-02", "2026-03", "2026-03-10", "")),
            self.moment("2026-03-20", 20),
        )
