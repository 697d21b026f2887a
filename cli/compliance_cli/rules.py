"""`compliance rules`: look at rules, proof-read them, run and measure their cases, and tell what they cover."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from compliance import shipped
from compliance.model.problem import Level, Problem, UserError
from compliance.standing import Exit
from compliance_cli import options, output
from compliance_cli.authoring import diff, new, schema
from compliance_cli.progress import Progress
from compliance_cli.talk import Group, Talk, talking

if TYPE_CHECKING:
    from compliance.rulebook import Rulebook


class Where(TypedDict):
    """Which rules are meant."""

    paths: tuple[Path, ...]
    pack: tuple[str, ...]


class Filters(Where):
    """Which of them are listed."""

    kind: str | None
    norm: str | None
    clause: str | None
    position: str | None
    table: str | None


class Linting(TypedDict):
    """What is proof-read, against what, and how it is told."""

    paths: tuple[Path, ...]
    workspace: Path | None
    on: date | None
    strict: bool
    fix: bool
    format: str
    explain: str | None


PROBLEMS = ("text", "json", "github", "sarif", "junit", "md")
"""The forms of problems, each but text a module of `compliance.reports`."""

PATHS = click.argument("paths", metavar="[PATH]...", nargs=-1, type=options.FOLDER)


@click.group(cls=Group)
def rules() -> None:
    """Look at rules, proof-read them, run their cases, and tell what they cover."""


@rules.command(name="list", short_help="List rules, a line each.")
@PATHS
@options.pack
@click.option("--kind", metavar="KIND", help="Only rules of this kind: quota, deadline, prohibition ...")
@click.option("--norm", metavar="ID", help="Only rules that cover this norm.")
@click.option("--clause", metavar="CLAUSE", help="Only rules that rest on this clause, or on one of this section.")
@click.option("--position", metavar="NAME", help="Only rules that ask something of this position.")
@click.option("--table", metavar="NAME", help="Only rules that read this table.")
@talking
def listed(talk: Talk, **given: Unpack[Filters]) -> None:
    """List rules with id, kind, force, severity, clause and title, a line each.

    Without a PATH (a folder of rule files, or one of packs) or --pack: the rules of all shipped packs.
    """
    from compliance_cli import rule_pages  # noqa: PLC0415 `--help` must not wait for it

    found = rule_pages.chosen(_rulebook(given), given)
    if not found:
        talk.say("no rule is like that")
        return
    output.write(rule_pages.lines(found), None, exact=False)


@rules.command(short_help="Show a rule with its clause and parameters.")
@click.argument("id", metavar="ID")
@PATHS
@options.pack
def show(id: str, **given: Unpack[Where]) -> None:  # noqa: A002 the word users see
    """Show the rule ID: its file as it is, its clause and document, its parameters and where their values come from."""
    from compliance.yamldoc import did_you_mean  # noqa: PLC0415 `--help` must not wait for it
    from compliance_cli import rule_pages  # noqa: PLC0415 as above

    rulebook = _rulebook(given)
    if id not in rulebook.rules:
        advice = did_you_mean(id, rulebook.rules) or "`compliance rules list` names them; --pack or a path adds others"
        raise UserError(f"there is no rule {id}", help=advice)
    output.write(rule_pages.page(rulebook, id), None, exact=False)


@rules.command(short_help="Proof-read rules.")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=options.FOLDER)
@click.option("--workspace", type=options.FOLDER, metavar="DIR", help="Check against the tables of this workspace.")
@click.option("--on", type=options.MOMENT, metavar="DATE", help="The day on which drafts are old; default: today.")
@click.option("--strict", is_flag=True, help="Exit with 1 where there are warnings alone.")
@click.option("--format", type=click.Choice(PROBLEMS), default="text", help="How problems are written.")
@click.option("--fix", is_flag=True, help="First mend in the files what needs no thought.")
@click.option("--explain", metavar="LINT", help="Say what a lint finds and why, with an example; no PATH is needed.")
@talking
def lint(talk: Talk, **given: Unpack[Linting]) -> Exit:
    """Proof-read rule files and packs: `file:line:column: sentence`, one a line, `warning: ` before it where it is one.

    Without a workspace, conditions are checked against the standard tables. Errors exit with 2, warnings alone with
    0, or with 1 where --strict is given. With -v each problem is shown with its line, a caret and what to do. What a
    lint found ends in its id, as `[alike-titles]`; `# lint: allow ID because REASON` in the file silences it there.

    With --fix each of these is mended in its file, comments and layout kept, and told on stderr: a key, a word in
    braces of a message or a lint's id in a silencing that one right word alone is near to, and a silencing that
    silences nothing, which is removed. What is left is told as without it.
    """
    from compliance.proof import mended, proofread  # noqa: PLC0415 `--help` must not wait for it

    if given["explain"]:
        return _explained(given["explain"])
    if not given["paths"]:
        raise UserError("no rules are named", help="name rule files or packs, or a lint with --explain")
    today = given["on"] or date.today()  # noqa: DTZ011 the day of whoever sits here
    for change in mended(given["paths"], given["workspace"], today=today) if given["fix"] else ():
        talk.say(change)
    problems = proofread(given["paths"], given["workspace"], today=today)
    output.write(_written(talk, given["format"], problems), None, exact=given["format"] != "text")
    talk.say(_counted(problems))
    if any(problem.level is Level.ERROR for problem in problems):
        return Exit.USAGE
    return Exit.INCIDENT if problems and given["strict"] else Exit.FINE


def _explained(name: str) -> Exit:
    """One lint's page on the terminal."""
    from compliance.rulebook.lints import LINTS, page  # noqa: PLC0415 `--help` must not wait for it
    from compliance.yamldoc import did_you_mean  # noqa: PLC0415 as above

    known = {each.id: each for each in LINTS}
    if name not in known:
        raise UserError(
            f"there is no lint `{name}`", help=did_you_mean(name, known) or f"there are: {', '.join(known)}"
        )
    output.write(page(known[name]), None, exact=False)
    return Exit.FINE


def _written(talk: Talk, format: str, problems: Sequence[Problem]) -> str:  # noqa: A002 the word users see
    if format != "text":
        text: str = import_module(f"compliance.reports.problems_{format}").render(problems)
        return text
    marked = map(_marked, problems)
    return "".join(f"{problem.shown() if talk.verbose else problem.line()}\n" for problem in marked)


@rules.command(short_help="Run the cases of rules.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=options.FOLDER)
@click.option(
    "--format", type=click.Choice(["text", "json", "junit"]), default="text", help="How the outcome is written."
)
@click.option("--coverage", is_flag=True, help="Tell which sides of conditions and bounds no case hits.")
@click.option("--minimum", type=click.IntRange(0, 100), metavar="PERCENT", help="End with 1 below this share of sides.")
@talking
def test(talk: Talk, paths: tuple[Path, ...], minimum: int | None, *, format: str, coverage: bool) -> Exit:  # noqa: A002 the word users see
    """Run the cases that stand beside rules, and those of files that bring rules and cases.

    PATH is a rule file, a file of cases, a pack or any folder above them. A line tells how many cases of a rule
    passed. A failed case is shown with what was expected, what it got, and the records that it is about.

    A case with `todo: true` is a known gap: that it fails is told and is no failure, and that it passes is told too.
    With --coverage each operand of a condition is held true, then false, and each bound moved out of reach, then
    out of the way; where no case notices, that side is missing. --minimum asks for --coverage.

    Exit status: 0 all passed; 1 a case failed, or the minimum is missed; 2 a file can't be read, or a path has no
    case.
    """
    from compliance.ruletest import gather, json, junit, run_all, text  # noqa: PLC0415 `--help` must not wait for it
    from compliance.ruletest.mutation import percent, score_all  # noqa: PLC0415 as above
    from compliance.ruletest.mutation.text import render_sides  # noqa: PLC0415 as above

    sets, covered = gather(paths), None
    with Progress(talk, ("cases",)) as progress:
        tested = run_all(sets)
        if coverage or minimum is not None:
            covered = score_all(sets, by_sides=True)
        progress.done("cases")
    if format == "json":
        written = json.render(tested, covered)
    elif format == "junit":
        written = junit.render(tested)
    else:
        sides = "" if covered is None else render_sides(covered)
        written = sides + text.render(tested, colour=talk.coloured_result)
    output.write(written, None, exact=format != "text")
    missed = minimum is not None and covered is not None and percent(covered) < minimum
    return Exit.INCIDENT if missed or any(each.failed for each in tested) else Exit.FINE


@rules.command(short_help="Change rules and see whether their cases notice.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=options.FOLDER)
@click.option("--rule", metavar="ID", help="Only this rule.")
@click.option("--minimum", type=click.IntRange(0, 100), metavar="PERCENT", help="End with 1 below this share killed.")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", help="How the outcome is written.")
@talking
def mutate(talk: Talk, paths: tuple[Path, ...], rule: str | None, minimum: int | None, format: str) -> Exit:  # noqa: A002 the word users see
    """Change each rule in one place at a time, and list the changes that none of its cases notices.

    A bound is moved by a step, a comparison, an operand, a window, a duration, an exception or a filter is changed
    or left out. Each change that stays alive is told with the case that would notice it. `# survives: MUTANT
    because REASON` on a line of the file of cases explains one; it counts as alive even so.

    Exit status: 0 fine; 1 the share killed is below --minimum, or a case fails on the rule as it is; 2 a file can't
    be read, or a path has no case.
    """
    from compliance.ruletest import gather  # noqa: PLC0415 `--help` must not wait for it
    from compliance.ruletest.mutation import json, percent, score_all, text  # noqa: PLC0415 as above

    sets = gather(paths)
    _known(rule, [name for each in sets for name in each.rules])
    with Progress(talk, ("mutants",)) as progress:
        scores = score_all(sets, rule)
        progress.done("mutants")
    written = json.render(scores) if format == "json" else text.render(scores, colour=talk.coloured_result)
    output.write(written, None, exact=format == "json")
    missed = minimum is not None and percent(scores) < minimum
    return Exit.INCIDENT if missed or any(each.failing for each in scores) else Exit.FINE


def _known(rule: str | None, names: Sequence[str]) -> None:
    """Refuse a rule that none of the cases is about."""
    from compliance.yamldoc import did_you_mean  # noqa: PLC0415 `--help` must not wait for it

    if rule is not None and rule not in names:
        near = did_you_mean(rule, names)
        advice = f"{near} A rule's cases stand beside it, in <name>.test.yaml".strip()
        raise UserError(f"no cases here are about a rule {rule}", help=advice)


@rules.command(short_help="Tell which clauses and norms are covered.")
@PATHS
@options.pack
@click.option("--norms", type=options.FOLDER, metavar="FILE", help="Compare with this catalogue of norms, a CSV file.")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", help="How the outcome is written.")
@talking
def coverage(talk: Talk, norms: Path | None, format: str, **given: Unpack[Where]) -> Exit:  # noqa: A002 as above
    """Tell by which rules, with how many cases, each clause is covered, what stands elsewhere, and what is missing.

    Norms are the statements that clauses and rules name; a clause without any stands for itself. With --norms, a CSV
    file with a column `id`, it goes norm by norm instead, through all of that file. The last line counts the norms,
    each once: a rule comes before all else. Rules that do not run (draft, retired) cover nothing.

    Exit status: 0 every norm is accounted for; 1 one is missing; 2 a file can't be read.
    """
    from compliance.ruletest.coverage import account, cases_of, json, read_catalogue, text  # noqa: PLC0415 as above

    rulebook = _rulebook(given)
    catalogue = read_catalogue(norms) if norms else None
    found = account(rulebook, cases_of(rulebook), catalogue)
    written = json.render(found) if format == "json" else text.render(found, colour=talk.coloured_result)
    output.write(written, None, exact=format == "json")
    return Exit.FINE if found.complete else Exit.INCIDENT


for command in (schema, new, diff):
    rules.add_command(command)


def _marked(problem: Problem) -> Problem:
    """A warning says that it is one, and what a lint found names the lint."""
    says = f"{problem.says} [{problem.lint}]" if problem.lint else problem.says
    return replace(problem, says=f"warning: {says}" if problem.level is Level.WARNING else says)


def _counted(problems: Sequence[Problem]) -> str:
    errors = sum(problem.level is Level.ERROR for problem in problems)
    counts = ((errors, "error"), (len(problems) - errors, "warning"))
    return ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count) or "no problems"


def _rulebook(given: Where) -> "Rulebook":
    """The rules of the paths and packs; of all shipped packs where neither is given."""
    from compliance.rulebook import load_rulebook, pack_folder  # noqa: PLC0415 `--help` must not wait for it
    from compliance.rulebook.lint import packs_of  # noqa: PLC0415 as above

    for path in given["paths"]:
        if not path.exists():
            raise UserError(f"there is no file or folder {path}", help="name rule files or packs")
        if not packs_of([path]):
            raise UserError(f"there are no rule files in {path}", help="name a folder of rule files")
    named = [pack_folder(name, Path()) for name in options.anchored(given["pack"])]
    return load_rulebook([*packs_of(given["paths"]), *named] or shipped.packs())
