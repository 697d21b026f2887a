from pathlib import Path

from tests.cli.conftest import Command


def test_a_register_that_holds_prints_its_head_and_what_it_can_not_show(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace)
    ran = compliance("register", "verify", "--register", workspace / "register.sqlite")
    counted, head, *limits = ran.out.splitlines()
    assert (ran.status, counted) == (0, "register work/register.sqlite: 1 event, 1 of them an audit; every link holds")
    assert " ".join(limits) == (
        "A chain can't show that its newest rows were cut off, nor that all of it was written anew. Keep the head "
        "elsewhere, and give it with --head the next time."
    )
    kept = head.removeprefix("head: ")
    again = compliance("register", "verify", "--register", workspace / "register.sqlite", "--head", kept)
    assert again.status == 0
    assert "the head that was kept is in it, with 0 events after it" in again.out


def test_a_head_that_is_not_in_the_chain_is_a_broken_chain(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace)
    ran = compliance("register", "verify", "--register", workspace / "register.sqlite", "--head", "f" * 64)
    assert ran.status == 1
    assert ran.out.startswith("register work/register.sqlite: broken: the head ffff")


def test_a_file_that_is_no_register_is_no_broken_chain(compliance: Command, here: Path) -> None:
    (here / "notes.sqlite").write_text("no register")
    assert compliance("register", "verify", "--register", "notes.sqlite").status == 2
    assert compliance("register", "verify", "--register", "none.sqlite").status == 2
