"""One rule of every kind, alone and all together, against the same questions in hand-written SQL.

The rules stand in `kinds/`, their queries in `handwritten/kinds/`. An uneven world shows what turns quadratic: one
client with a third of all activities, many of one instant, and somebody without any.
"""

import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
import yaml
from answers import audited, by_hand, comparison
from processes import COMPLIANCE, FINISHED, MEBIBYTE, Run, run, stages_of

HERE: Final = Path(__file__).resolve().parent
RULES: Final = HERE / "kinds"
KINDS: Final = tuple(sorted(path.stem for path in RULES.glob("*.yaml")))
TOGETHER: Final = "together"
CHOICES: Final = (*KINDS, TOGETHER)
LOG: Final = "activities"

# A third of the log goes to one client, to the minute; nothing is left of the last employee.
UNEVEN: Final = """
    copy (
        select * exclude (heavy, gone) replace (
            case when heavy then date_trunc('minute', "at") else "at" end as "at",
            case when heavy then (select min(client_id) from log) else client_id end as client_id,
            case when employee_id = gone then (select min(employee_id) from log) else employee_id end as employee_id
        )
        from (
            select *, hash(activity_id) % 3 = 0 as heavy, (select max(employee_id) from log) as gone from log
        ) order by "at", activity_id
    ) to '{there}' (format parquet)
"""


class Pair(NamedTuple):
    """The best audit and the best hand-written run of the same rules, and the seconds of what each compares by."""

    audit: Run
    hand: Run

    @property
    def assess(self) -> float:
        """Seconds of the stage `assess`."""
        return stages_of(self.audit)["assess"]

    @property
    def queries(self) -> float:
        """Seconds of the hand-written queries themselves."""
        return sum(float(line.split()[2]) for line in self.hand.said.splitlines() if line.startswith("query "))


class Measured(NamedTuple):
    """A world of so many records, and what each kind took in it."""

    records: int
    pairs: Mapping[str, Pair]


def measure(world: Path, records: int, kinds: Sequence[str], rounds: int, scratch: Path) -> Measured:
    """Run each of these, a kind alone or all together, both ways by turns, and print it."""
    workspace = workspace_of(world, scratch / "kinds")
    print(f"{records:,} records      audit  by hand  times |  assess  queries  times |    most memory")
    pairs = {}
    for name in kinds:
        chosen = KINDS if name == TOGETHER else (name,)
        pairs[name] = best(world, workspace, chosen, rounds, scratch)
        print(line(name, pairs[name]))
        told = comparison(
            audited(scratch / "audit.json"), by_hand(scratch / "keys.tsv"), {f"kinds.{each}" for each in chosen}
        )
        print(*(f"    {each}" for each in told), sep="\n", flush=True)
    return Measured(records, pairs)


def workspace_of(world: Path, folder: Path) -> Path:
    """A workspace over the world's tables without its packs, and what it says of their rules."""
    manifest = yaml.safe_load((world / "compliance.yaml").read_text(encoding="utf-8"))
    tables = {name: str((world / file).resolve()) for name, file in manifest["tables"].items()}
    manifest = {key: value for key, value in manifest.items() if key not in {"parameters", "without"}}
    folder.mkdir(exist_ok=True)
    (folder / "compliance.yaml").write_text(
        yaml.safe_dump(manifest | {"packs": [], "tables": tables}), encoding="utf-8"
    )
    return folder


def best(world: Path, workspace: Path, kinds: Sequence[str], rounds: int, scratch: Path) -> Pair:
    """The fastest of each way."""
    pack = scratch / "pack"
    shutil.rmtree(pack, ignore_errors=True)
    pack.mkdir()
    for kind in kinds:
        shutil.copy(RULES / f"{kind}.yaml", pack)
    pairs = [pair(world, workspace, kinds, pack, scratch) for _ in range(rounds)]
    return Pair(min((each.audit for each in pairs), key=seconds), min((each.hand for each in pairs), key=seconds))


def seconds(one: Run) -> float:
    """How long a process ran."""
    return one.seconds


def pair(world: Path, workspace: Path, kinds: Sequence[str], pack: Path, scratch: Path) -> Pair:
    """One audit and one hand-written run."""
    register = scratch / "register.sqlite"
    register.unlink(missing_ok=True)
    out = ["--format", "json", "-o", scratch / "audit.json", "--register", register]
    audit = run([*COMPLIANCE, "audit", workspace, "--pack", pack, "-v", *out])
    hand = run([sys.executable, HERE / "handwritten.py", world, "--keys", scratch / "keys.tsv", "--kinds", *kinds])
    for one, fine in ((audit, FINISHED), (hand, (0,))):
        if one.status not in fine:
            raise SystemExit(f"{' '.join(kinds)} ended with status {one.status}:\n{one.said[-2000:]}")
    return Pair(audit, hand)


def line(name: str, both: Pair) -> str:
    """A kind's figures on one line."""
    whole = f"{both.audit.seconds:7.2f}  {both.hand.seconds:7.2f}  {both.audit.seconds / both.hand.seconds:5.1f}"
    own = f"{both.assess:7.2f}  {both.queries:7.2f}  {both.assess / both.queries:5.1f}"
    return f"{name:<16} {whole} | {own} | {both.audit.peak / MEBIBYTE:6,.0f} MiB"


def growth(worlds: Sequence[Measured]) -> Iterator[str]:
    """What a record costs in the largest world against the smallest, kind by kind."""
    if len(worlds) < 2:  # noqa: PLR2004 growth is from one to another
        return
    small, large = worlds[0], worlds[-1]
    yield f"microseconds a record, {small.records:,} -> {large.records:,} records"
    for name in small.pairs:
        before, after = (each.pairs[name].audit.seconds / each.records * 1e6 for each in (small, large))
        yield f"{name:<16} {before:6.2f} -> {after:6.2f}, {after / before:.2f} times"


def uneven(world: Path, even: Measured, kinds: Sequence[str], rounds: int, scratch: Path) -> None:
    """Measure the kinds in an uneven variant of a world, and print what each takes beyond the even one."""
    folder = scratch / "uneven"
    folder.mkdir()
    for path in world.iterdir():
        if path.stem != LOG:
            (folder / path.name).symlink_to(path.resolve())
    connection = duckdb.connect()
    connection.read_parquet(str(world / f"{LOG}.parquet")).create_view("log")
    connection.execute(UNEVEN.format(there=folder / f"{LOG}.parquet"))
    print("one client with a third of all activities, many of one instant, and somebody without any")
    found = measure(folder, even.records, kinds, rounds, scratch)
    print("seconds of the stage assess, even -> uneven")
    for name, both in found.pairs.items():
        before, after = even.pairs[name].assess, both.assess
        print(f"{name:<16} {before:6.2f} -> {after:6.2f}, {after / before:.2f} times")
