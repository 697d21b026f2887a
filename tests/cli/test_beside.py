import os
from typing import TYPE_CHECKING

import pytest

from compliance_cli import beside
from compliance_cli.beside import Beside, able

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = os.getpid()


def whose(said: str) -> bytes:
    """What was said, and whether this process says it."""
    return f"{said} {'here' if os.getpid() == HERE else 'beside'}".encode()


def only_here(said: str) -> bytes:
    if os.getpid() != HERE:
        raise ValueError("not beside")
    return whose(said)


def test_what_is_begun_ahead_is_made_beside() -> None:
    with Beside(whose) as report:
        report.begin("told")
        assert report.answer("asked") == (b"told beside" if able() else b"asked here")


def test_what_was_not_begun_is_made_here() -> None:
    with Beside(whose) as report:
        assert report.answer("asked") == b"asked here"


def test_what_fails_beside_is_made_again_here(capfd: pytest.CaptureFixture[str]) -> None:
    with Beside(only_here) as report:
        report.begin("told")
        assert report.answer("asked") == b"asked here"
    assert capfd.readouterr() == ("", "")


def test_what_fails_everywhere_fails_where_it_is_told() -> None:
    def never(_said: str) -> bytes:
        raise ValueError("not even here")

    with Beside(never) as report:
        report.begin("told")
        with pytest.raises(ValueError, match="not even here"):
            report.answer("told")


def test_a_large_answer_comes_whole() -> None:
    def long(size: int) -> bytes:
        return b"a" * size

    with Beside(long) as report:
        report.begin(10_000_000)
        assert len(report.answer(1)) == (10_000_000 if able() else 1)


@pytest.mark.parametrize("fails", ["doubled", "able"])
def test_where_no_process_can_be_had_it_is_made_here(fails: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room() -> int:
        raise BlockingIOError("too many processes")

    nothing: Callable[[], int] = no_room if fails == "doubled" else lambda: False
    monkeypatch.setattr(beside, fails, nothing)
    with Beside(whose) as report:
        report.begin("told")
        assert report.answer("asked") == b"asked here"


def test_no_process_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []

    real = beside.doubled

    def noted() -> int:
        begun.append(real())
        return begun[-1]

    monkeypatch.setattr(beside, "doubled", noted)
    with Beside(whose) as report:
        report.begin("told")
    assert len(begun) == able()
    for child in begun:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)
