"""Messages on their way to mentions, findings and grades."""

import socket
from pathlib import Path

import pytest
from tests.texts import taken

from compliance.audit import Options, audit
from compliance.engines.duckdb import DuckDB
from compliance.evidence import export
from compliance.model.audit import Audit
from compliance.model.finding import Verdict
from compliance.register.store import record
from compliance.reports import html, json, text
from compliance.reports.view import View
from compliance.rulebook import load_rulebook
from compliance.rulebook.selection import pack_folders
from compliance.texts import attached
from compliance.texts.attached import with_mentions
from compliance.texts.mention import masked
from compliance.workspace.fetching import rows
from compliance.workspace.intake import intake, source_files
from compliance.workspace.manifest import load_manifest

pytestmark = pytest.mark.texts
RULES = ("clients-in-messages", "personal-data-in-messages", "secrets-in-messages")


def judged(folder: Path, **more: str) -> Audit:
    return audit(taken.workspace(folder, **more), Options(judge="plain", records=True)).audit


def found(folder: Path) -> list[tuple[object, ...]]:
    document = load_manifest(taken.workspace(folder))
    rules = load_rulebook(pack_folders(document, folder, ())).rules.values()
    with DuckDB.opened(source_files(document, folder)) as engine:
        books = with_mentions(intake(document, folder, engine), engine, rules)
        names = ("message_id", "place", "kind", "piece", "asset_id", "client_id", "subject_employee_id")
        return [tuple(row[name] for name in names) for row in rows(engine, books.tables["mentions"], names)]


def grades(told: Audit) -> list[tuple[str, str]]:
    key = {each.id: each.record.key for each in told.findings if each.record}
    return sorted((key[each.findings[0]], str(each.grade)) for each in told.incidents)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a text was to be read without the network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


@pytest.mark.usefixtures("offline")
def test_names_secrets_and_numbers_are_found_with_their_place_and_a_masked_piece(tmp_path: Path) -> None:
    taken.needed()
    assert found(tmp_path) == [
        # On two lines and in capitals; who signs is not told of.
        ("m1", "1-17", "secret", "P****** *******", "nep", None, None),
        ("m2", "1-13", "client_name", "V**** *******", None, "v", None),
        ("m2", "23-41", "credit_card", "4*** **** **** ****", None, None, None),
        ("m2", "48-57", "employee_name", "B**** ****", None, None, "b"),
        ("m3", "5-15", "secret", "b***** ****", "low", None, None),
        ("m4", "1-15", "secret", "p****** *******", "nep", None, None),
        ("m5", "1-13", "client_name", "V**** *******", None, "v", None),
    ]


def test_a_text_is_an_observation_unless_a_marked_secret_went_outside(tmp_path: Path) -> None:
    taken.needed()
    assert grades(judged(tmp_path)) == [
        ("m1 1-17 secret nep", "serious"),
        ("m2 23-41 credit_card", "observation"),
        ("m3 5-15 secret low", "observation"),
        ("m5 1-13 client_name", "observation"),
    ]


def test_a_circumstance_that_names_the_message_confirms_it_and_no_other(tmp_path: Path) -> None:
    taken.needed()
    said = "circumstance_id,employee_id,at,kind,value\n1,b,2026-03-07 10:00,confirmed,m3\n"
    told = judged(tmp_path, circumstances=said)
    assert grades(told)[2:] == [("m3 5-15 secret low", "serious"), ("m5 1-13 client_name", "observation")]
    capped = [step.because for each in told.incidents for step in each.steps if step.factor == "text"]
    assert capped == ["it was read in a message, and nobody has confirmed what was meant"] * 2


def test_no_report_shows_a_text(tmp_path: Path) -> None:
    taken.needed()
    told = judged(tmp_path)
    shown = "".join(form.render(told, View()) for form in (html, json, text))
    words = ("Neptune", "bottom line", "4111", "Volna Trading")
    assert [each for each in words if each.lower() in shown.lower()] == []
    assert "m3 5-15" in shown


def test_evidence_that_is_handed_out_holds_no_text_and_gives_the_verdict_again(tmp_path: Path) -> None:
    taken.needed()
    outcome = audit(taken.workspace(tmp_path), Options(judge="plain"))
    record(outcome.register, outcome.audit)
    for incident in outcome.audit.incidents:
        files = export(tmp_path, None, incident.id).files
        assert "workspace/mentions.csv" in files
        assert [name for name, content in files.items() if b"bottom line is" in content or b"pays by" in content] == []


def test_without_the_extra_the_rules_are_undetermined_and_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attached, "find_spec", lambda _name: None)
    told = {each.rule: each for each in judged(tmp_path).findings}
    for rule in RULES:
        assert told[f"confidentiality.{rule}"].verdict is Verdict.UNDETERMINED
        assert told[f"confidentiality.{rule}"].cause == attached.NOT_INSTALLED


def test_mentions_that_the_manifest_gives_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attached, "find_spec", lambda _name: None)
    given = "mention_id,message_id,sender_id,at,recipient_kind,recipient_client_id,kind,asset_id,confidence\n"
    told = judged(tmp_path, mentions=f"{given}1,m3,b,2026-03-04 10:00,partner,,secret,low,1\n")
    assert grades(told) == [("1", "observation")]


def test_the_register_of_disclosures_confirms_a_mention_for_any_rule(tmp_path: Path) -> None:
    given = "mention_id,message_id,sender_id,at,recipient_kind,kind,asset_id,confidence\n"
    (tmp_path / "rules").mkdir()
    rule = "{id: own.told, title: T, severity: serious, prohibition: {of: mentions}}"
    (tmp_path / "rules" / "told.yaml").write_text(rule, encoding="utf-8")
    mention = f"{given}1,m3,b,2026-03-02 23:59,partner,secret,low,1\n2,m4,b,2026-03-03 00:00,partner,secret,low,1\n"
    folder = taken.workspace(tmp_path, mentions=mention)
    told = audit(folder, Options(judge="plain", packs=("./rules",))).audit
    assert grades(told) == [("1", "serious"), ("2", "observation")]


@pytest.mark.parametrize(
    ("piece", "shown"),
    [("Project Neptune", "P****** *******"), ("a.b@c.de", "a.*@*.**"), ("+7 (495) 1", "+7 (***) *"), ("--", "--")],
)
def test_a_piece_keeps_its_first_letter_and_its_signs(piece: str, shown: str) -> None:
    assert masked(piece) == shown
