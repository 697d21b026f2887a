"""The reference pages of docs/, made from the code: `python -m compliance_cli.reference` writes them anew."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

import click

from compliance import shipped
from compliance.model.types import ColumnType
from compliance.rulebook import load_rulebook
from compliance.rulebook.lint import bare_ground
from compliance.rulebook.lints import LINTS, page
from compliance.rulebook.planning import plan_rules
from compliance.workspace.standard import OPEN, STANDARD, StandardTable, references
from compliance_cli.main import NAME, cli
from compliance_cli.pack_pages import packs

WIDTH = 100
FEW = 3
"""So many rules are named on the page of tables; of more it tells how many there are by the first part of the id."""
TABLES = """\
# The standard tables

This page is made from the code (`make docs`); do not edit it.

Shipped rules are written against these names. Every table and every column is optional: a rule that needs one that
is not there says so, once, as *undetermined*, and blames nobody. What your own file calls a thing is mapped to the
name here in `compliance.yaml` ([start.md](start.md)); columns beyond these may be added and used by own rules.

*Key*: the column that tells one row from another. *When*: when the row happened; a table without it is judged as it
stands at the end of the audit. *Who*: whose row it is; a rule over a table without it has to say who owes.
A column that *leads to* another table may be followed in rules: `client.tier`, `order.placed_at`.
Any table that logs what people do may also have `recorded_at` (when the row was written down) and `on_behalf_of`
(whose duty was done).
A type of *text, number, yes or no* leaves open which: beside a number such a column is read as one.
*Read by*: the shipped rules whose conditions or amounts name the column; of more than three, how many there are with
each first part of an id. Key, time and person of a table are read by every rule over it, and stand there only where a
rule names them.
"""
LINTING = """\
# The lints

This page is made from the code (`make docs`); do not edit it.

`compliance rules lint PATH...` asks these of rules that can be read and planned. An error ends with exit status 2,
warnings alone with 0, or with 1 where `--strict` is given. An audit refuses only a rule that can't be read or planned:
by any other it judges, and notes on stderr what is an error here. `compliance rules lint --explain ID` shows one of
them. `--fix` mends what needs no thought: a misspelt key, field of a message or id of a lint that one right word alone
is near to, and a silencing of nothing.

A comment in the file where the problem stands silences a lint for that file, with the reason:

    # lint: allow alike-titles because the two rules are read by different departments

A silencing without a reason, or of a lint that is not there, is an error. One that silences nothing is a warning.
"""
COMMANDS = """\
# The command line

This page is made from the code (`make docs`); do not edit it.

The result goes to stdout, all else to stderr. Colours are used on a terminal only, never with `--no-color` or where
the environment has `NO_COLOR`.

| exit status | means |
|---:|---|
| 0 | no incident at or above `--fail-on` is open; all cases passed; every rule can be answered; no norm is missing |
| 1 | at least one is; a case failed; a rule can't be answered; a norm is missing; a link is broken; \
something is due, or to be looked at |
| 2 | the command, the workspace or a rule is wrong, or a source can't be read; stderr says what to do |
| 3 | nothing could be checked, all is undetermined or did not apply; with `--strict`: anything undetermined |
| 70 | a fault of this program; `-v` shows where |
| 130 | interrupted with Ctrl-C |
| 141 | whoever read the result stopped reading |

Where 1 and 3 both hold, it is 1.

Every option can be set in the environment: `--fail-on` of `audit` is `COMPLIANCE_AUDIT_FAIL_ON`.

For completion of commands and options in bash, put this line into `~/.bashrc` (for zsh `zsh_source` into `~/.zshrc`;
for fish, `fish_source`, piped to `source`):

    eval "$(_COMPLIANCE_COMPLETE=bash_source compliance)"
"""


def pages() -> Mapping[str, str]:
    """Every generated page by the name of its file."""
    return {"tables.md": tables(), "cli.md": commands(), "lints.md": lints(), "packs.md": packs()}


def lints() -> str:
    """The page of the lints."""
    return "\n".join([LINTING, *map(page, LINTS)])


def tables() -> str:
    """The page of the standard tables."""
    parts = [TABLES]
    for group, members in groupby(STANDARD.values(), key=lambda table: table.group):
        parts += [f"## {group}\n", *map(_table, members)]
    return "\n".join(parts)


def _table(table: StandardTable) -> str:
    leads, readers = references(table), _readers()
    rows = (
        f"| `{name}` | {_kind(name, kind)} | {leads.get(name, '')} | {_read_by(readers.get((table.name, name), ()))} |"
        for name, kind in table.columns.items()
    )
    facts = ". ".join(_facts(table))
    head = ["| column | type | leads to | read by |", "|---|---|---|---|"]
    return "\n".join([f"### {table.name}\n", f"{table.about} {facts}.\n", *head, *rows, ""])


def _kind(name: str, kind: ColumnType) -> str:
    return "text, number, yes or no" if name in OPEN and kind is ColumnType.TEXT else kind.value


@cache
def _readers() -> Mapping[tuple[str, str], Sequence[str]]:
    """The shipped rules that read a column, by table and column."""
    rulebook = load_rulebook(shipped.packs())
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for planned in plan_rules(rulebook.rules.values(), bare_ground(rulebook.parameters)):
        for column in planned.reads:
            found[column].append(planned.rule.rule.id)
    return found


def _read_by(rules: Sequence[str]) -> str:
    if len(rules) <= FEW:
        return ", ".join(f"`{each}`" for each in rules)
    counted = Counter(each.partition(".")[0] for each in rules)
    return ", ".join(f"`{first}` {many}" for first, many in counted.items())


def _facts(table: StandardTable) -> Iterator[str]:
    yield f"Key: `{table.key}`"
    yield f"When: `{table.at}`" if table.at else "When: none"
    yield f"Who: {_who(table)}" if table.bearer else "Who: nobody"
    if table.ahead:
        yield "Holds what is still to come"
    if table.heartbeat:
        yield "A row is expected every working day"


def _who(table: StandardTable) -> str:
    return f"`{table.bearer}`, where `{table.bearer_where}`" if table.bearer_where else f"`{table.bearer}`"


def commands() -> str:
    """The page of the command line."""
    with cli.make_context(NAME, ["--version"], resilient_parsing=True, terminal_width=WIDTH) as context:
        return "\n".join([COMMANDS, *_helps(cli, context)])


def _helps(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    for name, below in getattr(command, "commands", {}).items():
        yield from _helps(below, click.Context(below, info_name=name, parent=context))


def write(folder: Path) -> None:
    """Write every page into the folder."""
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(shipped.CHECKOUT / "docs")
