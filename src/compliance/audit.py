"""The main path: records and rules in, graded incidents out. It names the stages and does none of their work."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from typing import Literal

from compliance.assess.account import accounted, audit_id, notes, people, recounted
from compliance.assess.beginnings import begun_later
from compliance.assess.builtin import built_in
from compliance.assess.evidence import with_records
from compliance.assess.judging import assess
from compliance.assess.period import audited, known_at
from compliance.assess.prepare import ground
from compliance.assess.unfitting import ADVICE, unfitting
from compliance.dossier import compiled
from compliance.engines.duckdb import DuckDB
from compliance.judgement import Bench
from compliance.judgement.bench import Tally
from compliance.judgement.code import Code, code
from compliance.kinds.ground import Ground
from compliance.model.audit import Audit
from compliance.model.names import Namer
from compliance.model.problem import Problem, UserError
from compliance.register.attached import with_register
from compliance.register.home import Home, home
from compliance.register.past import covering, past
from compliance.rulebook.loading import LoadedRule, Rulebook
from compliance.rulebook.planning import Planned, counted_in, plan_rules
from compliance.rulebook.selection import informed, selected
from compliance.texts.attached import with_mentions
from compliance.texts.working import Working, silent
from compliance.workspace.cures import unreadable
from compliance.workspace.intake import intake, source_files
from compliance.workspace.layouts import Layouts
from compliance.workspace.manifest import Manifest, load_manifest
from compliance.yamldoc import Document

Moment = date | datetime
Tell = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What whoever asks for an audit may choose; moments are local, None means what the manifest or the records say.

    `keep_all` brings back `met` and `not_applicable` findings too; `records` the evidence's columns, for a page;
    `proofread` asks the lints what is an error in the rules. Without `evidence` nobody asks which records a breach
    rests on: for whoever compares verdicts alone. `register` is where earlier audits are remembered, instead of the
    workspace's own.
    """

    start: Moment | None = None
    end: Moment | None = None
    as_of: Moment | None = None
    packs: tuple[str, ...] = ()
    judge: Literal["both", "durable", "plain"] = "both"
    engine: Literal["duckdb"] = "duckdb"
    memory_limit: str = "1GB"
    keep_all: bool = False
    records: bool = False
    evidence: bool = True
    proofread: bool = False
    register: Home | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The audit, the queries that it ran, where its register is, how much was judged, and the seconds of each rule.

    `doubts` are what proof-reading its rules found, which keeps nothing from being judged.
    """

    audit: Audit
    queries: tuple[str, ...]
    register: Home
    judged: Tally
    spent: Mapping[str, float] = field(default_factory=dict)
    doubts: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Means:
    """How an audit comes by its engine and by what it judges by, and the layouts of tables that it knows beforehand.

    Many small ones in turn share them.
    """

    engine: Callable[[Sequence[Path], str], AbstractContextManager[DuckDB]] = DuckDB.opened
    code: Callable[[Document[Manifest], Path, Sequence[str]], Code] = code
    layouts: Layouts | None = None


ALONE = Means()


def audit(
    workspace: Path,
    options: Options,
    *,
    tell: Tell = lambda _stage, _seconds: None,
    working: Working = silent,
    means: Means = ALONE,
) -> Outcome:
    """Judge what the workspace records by what its rulebook demands. Raises UserError for what its owner must mend.

    `tell` hears of each stage that is over, `working` how far a long one is.
    """
    document = load_manifest(workspace)
    manifest, folder = document.value, Path(document.file).parent
    ruled = means.code(document, folder, options.packs)
    rulebook, justly = ruled.rulebook, ruled.justly
    register = options.register or home(manifest.register_, folder)
    files = source_files(document, folder)
    with Bench(justly.judgement, options.judge) as bench, means.engine(files, options.memory_limit) as engine:
        with _timed("intake", tell):
            books = intake(document, folder, engine, means.layouts)
        with _timed("duties", tell):
            period = audited(options.start, options.end, manifest.period.window if manifest.period else None, books)
            as_of = known_at(options.as_of, period, books.tables.values())
            rules = selected(rulebook, manifest)
            books = with_register(books, register, engine, rules, manifest=manifest, as_of=as_of)
            books = with_mentions(books, engine, rules, working=working)
            stands = ground(manifest, books, rulebook.parameters, engine, period=period, as_of=as_of)
            planned = _sound(plan_rules(rules, stands))
            doubts = _doubts(rulebook, rules, stands) if options.proofread else ()
        with _timed("assess", tell):
            known = people(stands)
            assessed = assess(
                planned, stands, engine, Namer(known), keep_all=options.keep_all, evidence=options.evidence
            )
            noticed = built_in(planned, assessed.unattended, stands, engine, Namer(known), manifest)
            infos = informed(rulebook, planned, noticed)
            found = (*assessed.findings, *noticed.findings)
            remembered = past(register, as_of)
            data_digest = covering(books.digest, remembered)
            dossier = compiled(found, rulebook, stands, engine, Namer(known), waivers=justly.waivers, past=remembered)
        with _timed("judge", tell):
            judged = bench.judge(found, infos, dossier, justly.law)
        told = Audit(
            id=audit_id(period, as_of, ruled.digest, data_digest),
            organisation=manifest.organisation or folder.resolve().name,
            period=period,
            as_of=as_of,
            engine=engine.name,
            rulebook_digest=ruled.digest,
            data_digest=data_digest,
            tables=accounted(books.accounts, stands),
            rules=recounted((*assessed.accounts, *noticed.accounts), found, judged.findings),
            rulebook=infos,
            people=known,
            findings=judged.findings,
            incidents=judged.incidents,
            notes=(
                *(f"{each.says}: {ADVICE}" for each in unfitting(planned, assessed)),
                *(f"{each.says}: {each.help}" for each in unreadable(books.accounts)),
                *begun_later(planned, assessed, stands),
                *notes(manifest, rulebook, stands, engine, counted_in(planned)),
                *judged.notes,
                *justly.notes,
            ),
            zone=manifest.timezone,
        )
        if options.records:
            told = with_records(told, stands, engine)
        return Outcome(told, tuple(engine.queries()), register, bench.tally, assessed.spent, doubts)


def _doubts(rulebook: Rulebook, rules: Sequence[LoadedRule], stands: Ground) -> tuple[Problem, ...]:
    """What proof-reading finds of rules that can be judged by."""
    from compliance.rulebook.lint import errors  # noqa: PLC0415 whoever does not proof-read need not wait for the lints

    return errors(rulebook, rules, stands)


def _sound(planned: tuple[Planned, ...]) -> tuple[Planned, ...]:
    """The plans, if no rule is wrong."""
    problems = [problem for each in planned for problem in each.problems]
    if problems:
        raise UserError(problems)
    return planned


@contextmanager
def _timed(stage: str, tell: Tell) -> Iterator[None]:
    start = perf_counter()
    yield
    tell(stage, perf_counter() - start)
