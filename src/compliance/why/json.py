"""The answers as JSON: the same members as the tree, figures exact, moments local."""

from dataclasses import asdict
from datetime import date, datetime

from compliance.model.finding import Window
from compliance.reports.answer import Answer
from compliance.reports.exact import compact, document, lines
from compliance.why.model import Why

VERSION = 1


def render(found: Why) -> str:
    """One JSON document, an answer a line."""
    head = {"organisation": found.organisation, "rule": found.rule.id, "who": found.who, "on": found.on}
    head |= {"from": _moment(found.period.start), "to": _moment(found.period.end), "as_of": _moment(found.as_of)}
    return document(
        {
            "version": compact(VERSION),
            "asked": compact(head),
            "answers": lines(_answer(each) for each in found.answers),
            "unflagged": compact(list(found.unflagged)),
        }
    )


def _answer(answer: Answer) -> dict[str, object]:
    told: dict[str, object] = asdict(answer)
    told["window"] = _window(answer.window)
    return {name: _plain(value) for name, value in told.items()}


def _window(window: Window | None) -> dict[str, str] | None:
    return {"from": window.start.isoformat(), "to": window.end.isoformat()} if window else None


def _moment(moment: date) -> str:
    return moment.isoformat()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
