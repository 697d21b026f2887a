"""The `compliance` command: its groups, and how every ending becomes an exit status."""

import gc
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import click

from compliance.garbage import collect_rarely
from compliance.model.printable import printable
from compliance.model.problem import UserError
from compliance.standing import Exit
from compliance_cli.audit import audit
from compliance_cli.check import check
from compliance_cli.deeds import incidents
from compliance_cli.demo import demo
from compliance_cli.explain import explain
from compliance_cli.init import init
from compliance_cli.review import review
from compliance_cli.rules import rules
from compliance_cli.signing import register
from compliance_cli.talk import Group, Talk, unheard
from compliance_cli.why import why

NAME = "compliance"
COMPLETION = "_COMPLIANCE_COMPLETE"
SETTINGS = {"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "COMPLIANCE", "max_content_width": 100}


@click.group(cls=Group, context_settings=SETTINGS)
@click.version_option(package_name="dutybook", prog_name="dutybook", message="%(prog)s %(version)s")
def cli() -> None:
    """Say who owed what and when, what was breached, who answers for it and how gravely.

    The result goes to stdout, everything else to stderr. Every option can also be set in the environment: the one
    called --memory-limit of `audit` as COMPLIANCE_AUDIT_MEMORY_LIMIT.
    """


for command in (demo, init, check, audit, explain, why, rules, incidents, register, review):
    cli.add_command(command)


def run() -> NoReturn:
    """The console script: run the command and leave with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    collect_rarely()
    talk = Talk()
    signal.signal(signal.SIGINT, talk.interrupt)
    status = _flushed(ended(sys.argv[1:], talk))
    # What is left goes with the process. Looking through all of a large audit for cycles first took 0.7 s.
    gc.freeze()
    sys.exit(status)


def ended(arguments: Sequence[str], talk: Talk) -> int:
    """Run the command; every way to end has its exit status, and a crash has 70."""
    try:
        return _invoked(arguments, talk)
    except click.exceptions.Exit as told:
        return told.exit_code
    except (click.ClickException, UserError) as mistake:
        return _mistaken(mistake)
    except BrokenPipeError:
        return Exit.BROKEN_PIPE
    except (KeyboardInterrupt, EOFError, click.Abort):
        return _interrupted()
    except Exception as error:  # noqa: BLE001 whatever it is, it must not exit with 1
        return _interrupted() if talk.interrupted else _crashed(error, talk)


def _invoked(arguments: Sequence[str], talk: Talk) -> int:
    if COMPLETION in os.environ:
        cli.main(prog_name=NAME)
    with cli.make_context(NAME, list(arguments), obj=talk) as context:
        status = cli.invoke(context)
    return status if isinstance(status, int) else Exit.FINE


def _mistaken(mistake: click.ClickException | UserError) -> int:
    """Show every problem with its place and what to do."""
    with unheard():
        if isinstance(mistake, click.ClickException):
            mistake.show()
        else:
            click.echo("\n".join(problem.shown() for problem in mistake.problems), err=True)
    return Exit.USAGE


def _interrupted() -> int:
    with unheard():
        click.echo("interrupted", err=True)
    return Exit.INTERRUPTED


def _crashed(error: Exception, talk: Talk) -> int:
    """Say in one sentence that it is our fault; the whole trace only for whoever asks."""
    first = next(iter(str(error).splitlines()), "")
    reason = f"{type(error).__name__}: {first}" if first else type(error).__name__
    hint = "" if talk.verbose else "; -v shows where"
    with unheard():
        if talk.verbose:
            traceback.print_exception(error)
        click.echo(f"compliance failed through a fault of its own ({printable(reason)}){hint}", err=True)
    return Exit.OUR_FAULT


def _flushed(status: int) -> int:
    """Write what is still held back, so that nothing can fail after this; a result that is lost is no success."""
    with unheard():
        if sys.stderr is not None:
            sys.stderr.flush()
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
        return status or Exit.BROKEN_PIPE
    return status
