"""`--edition`, and files that are taken out: each is on record."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.cli.conftest import Command

from compliance.register.exports import exports
from compliance.register.verify import verify

SALT = "sixteen-characters"
NOBODY = re.compile(r"\b(?:mara|lind|jon|keel|ann|ff083e26|8eb6f247)\b", re.IGNORECASE)
GIFT = "ff083e26f9d31f2a"


@pytest.fixture
def register(compliance: Command, workspace: Path) -> Path:
    compliance("audit", workspace)
    return workspace / "register.sqlite"


def test_a_pseudonymous_audit_names_nobody_and_ends_alike(compliance: Command, workspace: Path) -> None:
    named = compliance("audit", workspace)
    ran = compliance("audit", workspace, "--edition", "pseudonymous")
    assert ran.status == named.status == 1
    assert NOBODY.search(named.out)
    assert not NOBODY.search(ran.out)
    assert ran.out.count("\n") >= named.out.count("\n")
    assert "No department: <5 moderate, <5 minor" in ran.out


def test_a_salt_makes_the_same_pseudonyms_again(compliance: Command, register: Path) -> None:
    chosen = ("--edition", "pseudonymous", "--salt", SALT)
    first, again = (compliance("audit", register.parent, *chosen).out for _ in range(2))
    assert first == again
    assert compliance("audit", register.parent, *chosen[:2]).out != first
    told = compliance("explain", GIFT, "--register", register, *chosen)
    assert not NOBODY.search(told.out)
    incident, person = (re.search(pattern, told.out) for pattern in (r"Incident (\w{8})", r"P-\w{12}"))
    assert incident
    assert person
    assert incident[1] in first
    assert person[0] in first


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--salt", SALT), "--salt makes pseudonyms, and this edition has names"),
        (("--edition", "pseudonymous", "--salt", "short"), "--salt: 5 characters can be found by trying"),
        (
            ("--edition", "pseudonymous", "--bearer", "jon"),
            "--bearer: a pseudonymous report on one person would",
        ),
        (
            ("--edition", "pseudonymous", "--department", "Sales"),
            "--department: Sales has fewer than 5 people,",
        ),
    ],
)
def test_what_would_tell_who_is_who_is_refused(
    compliance: Command, workspace: Path, options: tuple[str, ...], says: str
) -> None:
    ran = compliance("audit", workspace, *options)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(says)


def test_a_department_of_enough_people_may_be_chosen(compliance: Command, workspace: Path) -> None:
    ran = compliance("audit", workspace, "--edition", "pseudonymous", "--department", "Sales", "--smallest-group", "2")
    assert ran.status == 1
    assert "only department Sales is shown" in ran.out


def test_a_letter_goes_into_a_file_and_on_record(compliance: Command, register: Path) -> None:
    compliance(
        "incidents", "ask", GIFT, "--by", "ann", "--at", "2026-03-17", "--due", "2026-03-19", "--register", register
    )
    ran = compliance("explain", "ff08", "--register", register, "--format", "pdf", "-o", "letter.pdf", "--by", "ann")
    assert ran == (0, "", "")
    told = " ".join(" ".join(page.extract_text().split()) for page in PdfReader("letter.pdf").pages)
    assert "To Jon Keel (jon" in told
    assert "Your explanation is awaited until the end of 19 March 2026." in told
    (export,) = exports(register)
    assert (export.incident, export.by, export.form, export.edition) == (GIFT, "ann", "pdf", "named")
    assert export.digest == sha256(Path("letter.pdf").read_bytes()).hexdigest()
    assert verify(register).broken is None


def test_a_pseudonymous_letter_names_nobody(compliance: Command, register: Path) -> None:
    compliance(
        "incidents", "ask", GIFT, "--by", "ann", "--at", "2026-03-17", "--why", "mara saw it", "--register", register
    )
    given = ("--register", register, "--format", "pdf", "-o", "letter.pdf", "--edition", "pseudonymous")
    assert compliance("explain", GIFT, *given).status == 0
    told = " ".join(" ".join(page.extract_text().split()) for page in PdfReader("letter.pdf").pages)
    assert "asked P-" in told
    assert not NOBODY.search(told)


def test_looking_is_no_export(compliance: Command, register: Path) -> None:
    compliance("explain", GIFT, "--register", register)
    compliance("explain", GIFT, "--register", register, "--format", "json")
    compliance("audit", register.parent, "--format", "json")
    assert exports(register) == ()


def test_a_report_in_a_file_is_on_record(compliance: Command, register: Path) -> None:
    compliance("audit", register.parent, "--format", "csv", "-o", "report.csv", "--edition", "pseudonymous")
    compliance("explain", GIFT, "--register", register, "-o", "why.txt")
    first, second = exports(register)
    assert (first.incident, first.form, first.edition, list(first.details)) == (None, "csv", "pseudonymous", ["audit"])
    assert first.digest == sha256(Path("report.csv").read_bytes()).hexdigest()
    assert (second.incident, second.form) == (GIFT, "text")


def test_evidence_that_is_taken_out_is_on_record(compliance: Command, register: Path) -> None:
    given = ("-o", "gift.zip", "--workspace", register.parent, "--by", "ann")
    assert compliance("register", "export", "ff08", *given).status == 0
    (export,) = exports(register)
    assert (export.incident, export.by, export.form) == (GIFT, "ann", "zip")
    assert export.digest == sha256(Path("gift.zip").read_bytes()).hexdigest()


def test_an_export_is_no_deed_and_changes_no_audit(compliance: Command, register: Path) -> None:
    shown = compliance("incidents", "show", GIFT, "--register", register).out
    before = compliance("audit", register.parent, "--format", "json").out
    compliance("explain", GIFT, "--register", register, "-o", "why.txt")
    assert compliance("incidents", "show", GIFT, "--register", register).out == shown
    assert compliance("audit", register.parent, "--format", "json").out == before


def test_a_finding_has_no_letter(compliance: Command, register: Path) -> None:
    told = compliance("explain", GIFT, "--register", register, "--format", "json").out
    finding = re.findall(r'"id": "([0-9a-f]{16})"', told)
    other = next(each for each in finding if each != GIFT)
    ran = compliance("explain", other, "--register", register, "--format", "pdf", "-o", "letter.pdf")
    assert (ran.status, Path("letter.pdf").exists()) == (2, False)
    assert "is a finding, and a letter is about an incident" in ran.err


def test_a_letter_is_nothing_for_a_terminal(
    compliance: Command, register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compliance_cli.output.on_terminal", lambda: True)
    ran = compliance("explain", GIFT, "--register", register, "--format", "pdf")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "pdf is no text that can be shown here\n  help: name a file, as in -o report.pdf\n"
