"""The review pages over a small and a large register: how long overview and search take, and with many readers at once.

    python bench/pages.py [--large 100000] [--readers 50]

The registers are made by the register's own code, with a deed on every tenth incident. It prints and never gates.
"""

import argparse
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server
from statistics import fmean, median
from typing import Final, NamedTuple

import uvicorn

from compliance.model.audit import Audit, Person, RuleInfo
from compliance.model.finding import Finding, How, Verdict, Window
from compliance.model.history import Deed
from compliance.model.incident import GRADES, Incident, Limitation
from compliance.register.chain import Link, add
from compliance.register.deeds import do
from compliance.register.file import writing
from compliance.register.store import record
from compliance.review import access, accounts
from compliance.review.app import app
from compliance.review.desk import COOKIE, Desk
from compliance.review.sessions import Sessions
from compliance.workspace.manifest import Calendar

NOW: Final = datetime(2026, 4, 1, 9)  # noqa: DTZ001 - local, as all moments of a register
RULES: Final = tuple(f"pack.rule-{number}" for number in range(12))
DEPARTMENTS: Final = ("Sales", "Logistics", "Wholesale", "Office", "Marketing")
SMALL, ROUNDS = 1_000, 15
ADDRESSES: Final = {
    "overview": ("/",),
    "one department": ("/?department=Sales",),
    "search, few found": tuple(f"/?q=e{number:05}" for number in range(60)),
    "search, many found": tuple(f"/?q=name+{number}" for number in range(60)),
}


class Served(NamedTuple):
    """A running server: its port, the session's cookie, its register."""

    port: int
    cookie: str
    register: Path


Way = Callable[[Served, str, int], float]


def register_of(path: Path, incidents: int) -> Path:
    """A register of so many incidents, with a deed on every tenth."""
    record(path, audit_of(incidents))
    with writing(path) as db:
        for number in range(0, incidents, 10):
            add(db.conn, Link(Deed.COMMENTED, NOW, f"i{number:015}", "ann", {}, "seen"))
    return path


def audit_of(incidents: int) -> Audit:
    """An audit with so many incidents of one finding each, spread over people, departments, rules and months."""
    people = {f"e{number:05}": Person(f"e{number:05}", f"Name {number}") for number in range(max(1, incidents // 20))}
    findings, graded = zip(*(_incident(number, len(people)) for number in range(incidents)), strict=True)
    return Audit(
        id=f"audit-{incidents}",
        organisation="The house",
        period=Window(NOW - timedelta(days=365), NOW),
        as_of=NOW,
        engine="none",
        rulebook_digest="0",
        data_digest="0",
        tables=(),
        rules=(),
        rulebook={key: RuleInfo(key, f"Title of {key}", "pack", "quota", GRADES[1]) for key in RULES},
        people=people,
        findings=findings,
        incidents=graded,
    )


def _incident(number: int, people: int) -> tuple[Finding, Incident]:
    rule, who = RULES[number % len(RULES)], f"e{number % people:05}"
    department, at = DEPARTMENTS[number % len(DEPARTMENTS)], NOW - timedelta(days=number % 300)
    last = Limitation(date(2026, 3, 1), date(2026, 4, 10) + timedelta(days=number % 100))
    finding = Finding(f"f{number:015}", rule, Verdict.BREACHED, How.MISSING, who, who, department, message="-", at=at)
    grade = GRADES[number % len(GRADES)]
    return finding, Incident(f"i{number:015}", (rule,), grade, grade, who, department, (finding.id,), limitation=last)


@contextmanager
def serving(register: Path) -> Iterator[Served]:
    """The pages over a register, and a session of an officer's."""
    accounts.add(register, "ann", access.Person("ann", access.Role.OFFICER))
    sessions = Sessions(time.monotonic)
    desk = Desk(register, "The house", Calendar(), sessions, lambda: NOW)
    token = sessions.begin("ann", accounts.accounts(register)["ann"].hash)
    with create_server(("127.0.0.1", 0), backlog=256) as listening:
        server = uvicorn.Server(uvicorn.Config(app(desk), log_level="error", access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield Served(listening.getsockname()[1], f"{COOKIE}={token}", register)
        finally:
            server.should_exit = True
            thread.join()


def took(served: Served, path: str) -> float:
    """How many seconds a page took; raises where it did not come whole."""
    begin = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", served.port, timeout=120)
    connection.request("GET", path, headers={"Cookie": served.cookie})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 200 or b"</html>" not in text:  # noqa: PLR2004 - the status of a page that came
        raise RuntimeError(f"{path}: {answer.status}")
    return time.perf_counter() - begin


def alone(served: Served, path: str, _readers: int) -> float:
    """A page asked for by itself."""
    return took(served, path)


def together(served: Served, path: str, readers: int) -> float:
    """As many readers at once, each of whom asks once; how long one waits on average."""
    with ThreadPoolExecutor(readers) as all_readers:
        return fmean(all_readers.map(lambda _: took(served, path), range(readers)))


def after_a_deed(served: Served, path: str, _readers: int) -> float:
    """The first page after something was done."""
    do(served.register, f"i{1:015}", Deed.COMMENTED, by="ann", at=NOW, text="seen again")
    return took(served, path)


WAYS: Final[Mapping[str, Way]] = {"alone": alone, "with {} readers": together, "after a deed": after_a_deed}


def compared(both: Sequence[Served], way: Way, paths: Sequence[str], readers: int) -> tuple[float, ...]:
    """The median of each server, asked in turn, so that a busy machine is busy for both."""
    turns = [[way(served, paths[turn % len(paths)], readers) for served in both] for turn in range(ROUNDS)]
    return tuple(median(spent) for spent in zip(*turns, strict=True))


def main() -> None:
    """Make both registers, serve both, ask in every way, and print the medians side by side."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--large", type=int, default=100_000)
    told.add_argument("--readers", type=int, default=50)
    given = told.parse_args()
    sizes = SMALL, given.large
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        registers = [register_of(Path(folder) / f"{count}.sqlite", count) for count in sizes]
        both = [running.enter_context(serving(register)) for register in registers]
        row("incidents", *(f"{count:,}" for count in sizes))
        row("the first page of all", *(f"{took(served, '/') * 1000:.0f} ms" for served in both))
        for name, paths in ADDRESSES.items():
            for how, way in WAYS.items():
                small, large = compared(both, way, paths, given.readers)
                figures = f"{small * 1000:.1f} ms", f"{large * 1000:.1f} ms", f"{large / small:.1f} x"
                row(f"{name}, {how.format(given.readers)}", *figures)


def row(name: str, *figures: str) -> None:
    """Print a line of the table."""
    print(f"{name:44}", *(f"{each:>12}" for each in figures), flush=True)


if __name__ == "__main__":
    main()
