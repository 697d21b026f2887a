"""The main path of `why`: one rule, one person, one day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlglot import exp

from compliance.assess.account import people
from compliance.assess.period import known_at
from compliance.calendar import ONE_DAY, midnight
from compliance.dossier import compiled
from compliance.engines.base import Engine
from compliance.engines.duckdb import DuckDB
from compliance.judgement import Bench
from compliance.judgement.justice import justice
from compliance.model.audit import BUILT_IN
from compliance.model.finding import Finding, Verdict, Window
from compliance.model.names import Namer
from compliance.model.problem import UserError
from compliance.register.attached import with_register
from compliance.register.home import Home, home
from compliance.rulebook import Rulebook, load_rulebook, overridden
from compliance.rulebook.loading import LoadedRule, assumed
from compliance.rulebook.selection import RUNNING, check_names, informed, pack_folders
from compliance.sql import col, relation, text
from compliance.texts.attached import with_mentions
from compliance.texts.working import Working, silent
from compliance.why.answering import answer, duty
from compliance.why.choosing import chosen
from compliance.why.model import Why
from compliance.why.period import around, widened
from compliance.why.unflagged import not_run, unflagged
from compliance.why.world import Judged, World
from compliance.workspace.intake import intake, source_files
from compliance.workspace.manifest import Manifest, load_manifest
from compliance.workspace.standard import EMPLOYEES
from compliance.workspace.tables import Books, relation_of
from compliance.yamldoc import Document, did_you_mean


@dataclass(frozen=True, slots=True)
class Question:
    """Which rule is asked about, whom (None: nobody) and which day; `as_of` and `packs` as an audit takes them."""

    rule: str
    who: str | None
    on: date
    as_of: date | datetime | None = None
    packs: tuple[str, ...] = ()
    memory_limit: str = "1GB"


def why(workspace: Path, question: Question, *, working: Working = silent) -> Why:
    """The answers to a question. Raises UserError for a rule or person that nobody knows, or a workspace to mend.

    `working` hears how far a long stage is.
    """
    with opened(workspace, question.packs, question.memory_limit, working=working) as house:
        return asked(house, question)


@dataclass(frozen=True)
class House:
    """A workspace that was taken in, and may be asked as often as is wanted."""

    document: Document[Manifest]
    rulebook: Rulebook
    books: Books
    engine: Engine
    register: Home

    @property
    def manifest(self) -> Manifest:
        """The workspace's manifest."""
        return self.document.value

    @property
    def folder(self) -> Path:
        """The workspace's folder."""
        return Path(self.document.file).parent


@contextmanager
def opened(
    workspace: Path, packs: tuple[str, ...] = (), memory_limit: str = "1GB", *, working: Working = silent
) -> Iterator[House]:
    """Take a workspace in. Raises UserError for what its owner must mend."""
    document = load_manifest(workspace)
    manifest, folder = document.value, Path(document.file).parent
    rulebook = load_rulebook(pack_folders(document, folder, packs))
    check_names(document, rulebook)
    rulebook = overridden(rulebook, manifest.parameters)
    with DuckDB.opened(source_files(document, folder), memory_limit) as engine:
        books = with_mentions(intake(document, folder, engine), engine, rulebook.rules.values(), working=working)
        yield House(document, rulebook, books, engine, home(manifest.register_, folder))


def asked(house: House, question: Question) -> Why:
    """The answers to one question about a workspace that was taken in."""
    loaded = _rule(house.rulebook, question.rule)
    world = world_of(house, loaded, question)
    judged = world.judged()
    _check_person(world, judged, question.who)
    gone = not_run(loaded, house.manifest)
    found = () if gone else chosen(world, judged, question.who, question.on)
    if (period := widened(world, found)) is not None:
        as_of = _as_of(question, loaded, period, house.books)
        books = _with_register(house, world.rules, as_of)
        world = replace(world, period=period, as_of=as_of, books=books)
        judged = world.judged()
        found = chosen(world, judged, question.who, question.on)
    first = min((each.window.days[0] for each in found if each.window), default=question.on)
    info = replace(loaded.info, assumed=assumed(house.rulebook, loaded))
    told = duty(loaded, info.assumed_between(first, question.on))
    answers = tuple(answer(world, judged, each, told) for each in weighed(house, judged, found))
    return Why(
        organisation=house.manifest.organisation,
        zone=house.manifest.timezone,
        rule=told,
        who=Namer(people(judged.ground)).person(question.who),
        on=question.on,
        period=world.period,
        as_of=world.as_of,
        answers=answers,
        unflagged=() if answers else gone or tuple(unflagged(world, judged, question.who, question.on)),
    )


def _rule(rulebook: Rulebook, name: str) -> LoadedRule:
    if name in rulebook.rules:
        return rulebook.rules[name]
    advice = did_you_mean(name, rulebook.rules) or "`compliance rules list` names every rule"
    if name.startswith(BUILT_IN):
        advice = "a built-in finding is explained by its id, with `compliance explain`"
    raise UserError(f"no pack has a rule `{name}`", help=advice)


def world_of(house: House, loaded: LoadedRule, question: Question) -> World:
    """What the rule is judged on: the period that holds the day, the rule and those that it yields to."""
    manifest, rules = house.manifest, house.rulebook.rules
    period = around(question.on, loaded.rule, manifest.period.window if manifest.period else None)
    first = (rules[name] for name in loaded.rule.yields_to if name in rules)
    running = (each for each in first if each.rule.status in RUNNING and each.rule.id not in manifest.without)
    asked_rules, as_of = (loaded, *running), _as_of(question, loaded, period, house.books)
    return World(
        manifest=manifest,
        parameters=house.rulebook.parameters,
        books=_with_register(house, asked_rules, as_of),
        engine=house.engine,
        rule=loaded,
        rules=asked_rules,
        period=period,
        as_of=as_of,
    )


def _with_register(house: House, rules: tuple[LoadedRule, ...], as_of: datetime) -> Books:
    return with_register(house.books, house.register, house.engine, rules, manifest=house.manifest, as_of=as_of)


def _as_of(question: Question, loaded: LoadedRule, period: Window, books: Books) -> datetime:
    """As an audit takes it; a standing duty is asked for as of the end of the day."""
    quota = loaded.rule.quota
    if question.as_of is None and quota is not None and quota.per is None:
        return midnight(question.on + ONE_DAY)
    return known_at(question.as_of, period, books.tables.values())


def _check_person(world: World, judged: Judged, who: str | None) -> None:
    """Refuse somebody whom neither the roster nor the records know."""
    if who is None:
        return
    known = {each.bearer: each.name or each.bearer for each in judged.ground.roster.appointments}
    seen = {name for each in judged.findings for name in (each.bearer, each.responsible) if name}
    if who in known or who in seen or _recorded(world, who):
        return
    by_name = next((key for key, name in known.items() if name == who), None)
    advice = f"did you mean `{by_name}`?" if by_name else did_you_mean(who, [*known, *seen])
    raise UserError(f"nobody is known as `{who}`", help=advice or "give an id as the roster or the records write it")


def _recorded(world: World, who: str) -> bool:
    """Whether, without a roster, somebody stands in the table that the rule reads."""
    table = world.rule.rule.kind.reads
    if EMPLOYEES in world.tables or table not in world.tables:
        return False
    query = exp.select(col("_bearer")).from_(relation(relation_of(table))).limit(1)
    return bool(world.engine.fetch(query.where(exp.EQ(this=col("_bearer"), expression=text(who)))).num_rows)


def weighed(house: House, judged: Judged, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings after judgement, which says who answers and what is excused."""
    if not any(each.verdict is Verdict.BREACHED for each in found):
        return found
    justly = justice(house.document, house.folder, house.rulebook)
    ground, infos = judged.ground, informed(house.rulebook, [judged.planned])
    dossier = compiled(
        judged.findings, house.rulebook, ground, house.engine, Namer(people(ground)), waivers=justly.waivers
    )
    with Bench(justly.judgement, "plain") as bench:
        told = bench.judge(judged.findings, infos, dossier, justly.law).findings
    by_id = {each.id: each for each in told}
    return tuple(by_id.get(each.id, each) for each in found)
