"""A new rule with its cases, of any kind: an outline that passes as it stands, to be filled with what is meant."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from compliance.model.incident import Grade
from compliance.model.problem import Problem, UserError
from compliance.rulebook.loading import CASES, Pack, load_pack
from compliance.rulebook.schema import Clause
from compliance.yamldoc import did_you_mean
from compliance.yamldoc.scalars import typed
from compliance.yamldoc.writing import flow

OUTLINES = Path(__file__).parent / "outlines"
"""YAML with holes, so not named as YAML: nobody shall take it for a pack of rules."""

ANYBODY = "clerk"
"""Whom a rule obliges where no document says it; without one, it would find everybody wanting as it is written."""
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_READABLE = re.compile(r"[A-Za-z][\w/.,() -]*[\w)]")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_WHO = {"reconciliation": "report.employee_id"}
_LONGEST_TITLE = 90


@dataclass(frozen=True)
class Wanted:
    """What is asked for: a kind and a clause, and what else shall not be made from these."""

    kind: str
    clause: str
    name: str | None = None
    title: str | None = None
    severity: Grade = Grade.MINOR


def pack_at(folder: Path) -> Pack:
    """The pack that a rule is to be added to, which may be empty still; raises UserError with its mistakes."""
    if (folder / "compliance.yaml").is_file():
        raise UserError(f"{folder} is a workspace", help=f"name the folder of its rules, as {folder / 'rules'}")
    if not folder.exists() or (folder.is_dir() and not any(folder.glob("*.y*ml"))):
        return Pack(folder.name, folder, (), None, {}, ())
    problems: list[Problem] = []
    pack = load_pack(folder, problems)
    if problems:
        raise UserError(problems)
    return pack


def clauses(pack: Pack) -> Mapping[str, Clause]:
    """The clauses that a rule of the pack may rest on, by their full names: all but the rights of the bearer."""
    found = pack.document.clauses if pack.document else ()
    named = {f"{pack.document.id}/{each.section}/{each.number}": each for each in found} if pack.document else {}
    return {name: each for name, each in named.items() if each.kind != "right"}


def outlined(pack: Pack, wanted: Wanted) -> Mapping[Path, str]:
    """The rule file and its file of cases, with what stands in each; raises UserError where they can't be made."""
    clause = _clause(pack, wanted.clause)
    name = wanted.name or _free_name(pack, wanted)
    if not _NAME.fullmatch(name):
        raise UserError(f"`{name}` is no name for a rule", help="write small letters, digits and hyphens")
    path = pack.folder / f"{name}.yaml"
    files = {path: _rule(pack, wanted, name, clause), path.with_suffix(CASES): _cases(pack, wanted, name)}
    there = [str(each) for each in files if each.exists()]
    if there:
        raise UserError(f"{', '.join(there)} is there already", help="choose another name; nothing was written")
    return files


def write(files: Mapping[Path, str]) -> None:
    """Write all of the files, or none; raises UserError."""
    made: list[Path] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                made.append(path)
                file.write(text)
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"{path} can't be written: {reason}", help="name another folder; nothing was written") from None


def _clause(pack: Pack, name: str) -> Clause | None:
    known = clauses(pack)
    if pack.document is None:
        return None
    if name in known:
        return known[name]
    rights = {f"{pack.document.id}/{each.section}/{each.number}" for each in pack.document.clauses} - set(known)
    if name in rights:
        raise UserError(f"`{name}` is a right of the bearer, who can't breach it", help="name a duty")
    raise UserError(f"no document of the pack has a clause `{name}`", help=did_you_mean(name, known) or _listed(known))


def _listed(names: Iterable[str]) -> str:
    return f"there are: {', '.join(names)}"


def _free_name(pack: Pack, wanted: Wanted) -> str:
    """A name of kind and clause whose words no other id of the pack has, in whatever order."""
    base = f"{wanted.kind}-{_slug('/'.join(wanted.clause.split('/')[-2:]))}".strip("-")
    taken = {_words(rule.rule.id.split(".", 1)[1]) for rule in pack.rules}
    names = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if _words(name) not in taken and not (pack.folder / f"{name}.yaml").exists())


def _words(name: str) -> tuple[str, ...]:
    return tuple(sorted(name.split("-")))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _prefix(pack: Pack) -> str:
    """The first part of the pack's ids, else the folder's name."""
    used = Counter(rule.rule.id.split(".", 1)[0] for rule in pack.rules).most_common(1)
    made = _slug(pack.folder.resolve().name).lstrip("0123456789-")
    return used[0][0] if used else made.replace("dutybook", "") or "own"


def _title(pack: Pack, wanted: Wanted, name: str, clause: Clause | None) -> str:
    told = " ".join(clause.text.split()).split(". ")[0].rstrip(".") if clause else ""
    words = name.replace("-", " ")
    title = told if told and len(told) <= _LONGEST_TITLE else words[:1].upper() + words[1:]
    taken = {_letters(rule.rule.title) for rule in pack.rules}
    return wanted.title or (title if _letters(title) not in taken else f"{title} ({words})")


def _letters(title: str) -> str:
    return "".join(character for character in title.casefold() if character.isalnum())


def _position(pack: Pack) -> str | None:
    position = pack.document.position if pack.document else None
    return position if position and _PLAIN.fullmatch(position) else None


def _rule(pack: Pack, wanted: Wanted, name: str, clause: Clause | None) -> str:
    claimed = {norm for rule in pack.rules for norm in rule.rule.norms}
    norms = [norm for norm in clause.norms if norm not in claimed] if clause else []
    bearer = {"position": _position(pack) or ANYBODY, "who": _WHO.get(wanted.kind)}
    asked = ", ".join(f"{key}: {value}" for key, value in bearer.items() if value)
    meant = "" if _position(pack) else "     # whom it obliges; left out, everybody"
    head = [
        f"id: {_prefix(pack)}.{name}",
        f"title: {_bare(_title(pack, wanted, name, clause))}",
        f"clause: {_bare(wanted.clause)}",
        *([f"norms: {flow(norms)}"] if norms else []),
        f"bearer: {{{asked}}}{meant}",
        f"severity: {wanted.severity}",
    ]
    return "\n".join(head) + "\n" + _filled(f"{wanted.kind}.rule", pack, name)


def _bare(text: str) -> str:
    """A text without quotes where YAML reads it as one."""
    return text if _READABLE.fullmatch(text) and typed(text) == text else flow(text)


def _cases(pack: Pack, wanted: Wanted, name: str) -> str:
    return _filled(f"{wanted.kind}.cases", pack, name)


def _filled(file: str, pack: Pack, name: str) -> str:
    text = (OUTLINES / file).read_text(encoding="utf-8")
    return text.replace("@NAME@", name).replace("@POSITION@", _position(pack) or ANYBODY)
