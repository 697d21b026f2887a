"""The main path of a check: as an audit up to its findings, but nobody is judged."""

from collections.abc import Sequence
from pathlib import Path

from compliance.assess.account import people
from compliance.assess.judging import assess
from compliance.assess.period import audited, known_at
from compliance.assess.prepare import ground
from compliance.assess.unfitting import ADVICE, unfitting
from compliance.check.answers import answers, unanswered
from compliance.check.model import Check, Oddity
from compliance.check.oddities import Looked, oddities
from compliance.check.tables import seen
from compliance.check.titles import unmapped
from compliance.check.unlocking import unlocks
from compliance.engines.base import Engine
from compliance.engines.duckdb import DuckDB
from compliance.kinds.ground import Ground
from compliance.model.names import Namer
from compliance.model.problem import UserError
from compliance.register.attached import with_register
from compliance.register.home import home
from compliance.rulebook import Rulebook, load_rulebook, overridden
from compliance.rulebook.planning import plan_rules
from compliance.rulebook.selection import check_names, pack_folders, selected
from compliance.texts.attached import with_mentions
from compliance.texts.working import Working, silent
from compliance.workspace.intake import intake, source_files
from compliance.workspace.manifest import Manifest, load_manifest
from compliance.workspace.tables import Books


def check(workspace: Path, packs: Sequence[str] = (), *, memory_limit: str = "1GB", working: Working = silent) -> Check:
    """What the workspace's records can answer of its rules. Raises UserError for what its owner must mend.

    `working` hears how far a long stage is.
    """
    document = load_manifest(workspace)
    manifest, folder = document.value, Path(document.file).parent
    rulebook = load_rulebook(pack_folders(document, folder, packs))
    check_names(document, rulebook)
    rulebook = overridden(rulebook, manifest.parameters)
    with DuckDB.opened(source_files(document, folder), memory_limit) as engine:
        books = intake(document, folder, engine)
        try:
            period = audited(None, None, manifest.period.window if manifest.period else None, books)
        except UserError as error:
            if manifest.period is not None:
                raise
            return _without_period(manifest, rulebook, books, engine, error.problems[0].says)
        as_of = known_at(None, period, books.tables.values())
        rules, register = selected(rulebook, manifest), home(manifest.register_, folder)
        books = with_register(books, register, engine, rules, manifest=manifest, as_of=as_of)
        books = with_mentions(books, engine, rules, working=working)
        stands = ground(manifest, books, rulebook.parameters, engine, period=period, as_of=as_of)
        return _checked(manifest, rulebook, books, stands, engine)


def _checked(manifest: Manifest, rulebook: Rulebook, books: Books, stands: Ground, engine: Engine) -> Check:
    """What can be said where there is a period."""
    rules = selected(rulebook, manifest)
    planned = plan_rules(rules, stands)
    if problems := [problem for each in planned for problem in each.problems]:
        raise UserError(problems)
    # Looked at first: rules hand tables of their own to the engine.
    odd = oddities(Looked(manifest, books, engine, stands.period, stands.as_of, stands.calendar))
    tables, titles = seen(manifest, books, engine), unmapped(manifest, rulebook.parameters, rules, books, engine)
    assessed = assess(planned, stands, engine, Namer(people(stands)), keep_all=False)
    answered = answers(planned, assessed)
    unmatched = (Oddity(each.table, each.says, ADVICE) for each in unfitting(planned, assessed))
    return Check(
        organisation=manifest.organisation,
        period=stands.period,
        as_of=stands.as_of,
        tables=tables,
        rules=answered,
        unlocks=unlocks(answered),
        titles=titles,
        oddities=(*odd, *unmatched),
    )


def _without_period(manifest: Manifest, rulebook: Rulebook, books: Books, engine: Engine, cause: str) -> Check:
    """What can be said where no record has a time, so that there is no period to be judged."""
    rules = selected(rulebook, manifest)
    return Check(
        organisation=manifest.organisation,
        period=None,
        as_of=None,
        tables=seen(manifest, books, engine),
        rules=unanswered(rules, cause),
        unlocks=(),
        titles=unmapped(manifest, rulebook.parameters, rules, books, engine),
        oddities=oddities(Looked(manifest, books, engine, None, None, None)),
    )
