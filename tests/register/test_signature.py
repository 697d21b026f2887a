import json
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from tests.reports.sample import moment

from compliance.model.problem import UserError
from compliance.register.signature import holds, message, new_keys, read, signed

HEAD = "ab" * 32
AT = moment("2026-04-09 10:00")


@pytest.fixture(scope="module")
def keys() -> tuple[bytes, bytes]:
    return new_keys()


@pytest.fixture(scope="module")
def file(keys: tuple[bytes, bytes]) -> bytes:
    return signed(HEAD, 12, AT, keys[0], "key.pem")


def test_what_was_signed_is_read_back_and_holds(keys: tuple[bytes, bytes], file: bytes) -> None:
    told = read(file, "head.json")
    assert (told.head, told.events, told.at) == (HEAD, 12, "2026-04-09T10:00:00")
    assert holds(told, keys[1], "public.pem")


def test_the_message_is_canonical_json(file: bytes) -> None:
    told = read(file, "head.json")
    expected = {"at": told.at, "events": 12, "head": HEAD, "key": told.key, "signs": "Dutybook register head"}
    assert message(told) == json.dumps(expected, separators=(",", ":")).encode()


def test_another_key_did_not_sign_it(file: bytes) -> None:
    assert not holds(read(file, "head.json"), new_keys()[1], "public.pem")


@pytest.mark.parametrize(
    ("member", "other"),
    [
        ("head", "ac" * 32),
        ("events", 11),
        ("at", "2026-04-09T10:00:01"),
        ("key", "0" * 16),
        ("signature", "AAAA"),
        ("signature", "not base 64"),
        ("signature", 7),
    ],
)
def test_whatever_is_changed_in_it_breaks_it(
    keys: tuple[bytes, bytes], file: bytes, member: str, other: object
) -> None:
    changed = json.dumps({**json.loads(file), member: other}).encode()
    assert not holds(read(changed, "head.json"), keys[1], "public.pem")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"signs": "more"}', b'{"signs": "Dutybook register head"}'])
def test_what_is_no_signed_head_is_told(content: bytes) -> None:
    with pytest.raises(UserError, match=r"head.json: no signed head"):
        read(content, "head.json")


def test_what_is_no_key_is_told(keys: tuple[bytes, bytes], file: bytes) -> None:
    rsa = generate_private_key(65537, 2048)
    plain = rsa.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    closed = rsa.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"hush"))
    for private in (b"", keys[1], plain, closed):
        with pytest.raises(UserError, match=r"key.pem: no private key for Ed25519"):
            signed(HEAD, 12, AT, private, "key.pem")
    for public in (b"", keys[0]):
        with pytest.raises(UserError, match=r"public.pem: no public key for Ed25519"):
            holds(read(file, "head.json"), public, "public.pem")


def test_openssl_verifies_it_without_us(keys: tuple[bytes, bytes], file: bytes, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    told = read(file, "head.json")
    for name, content in (("key", keys[1]), ("said", message(told)), ("signature", b64decode(told.signature))):
        (tmp_path / name).write_bytes(content)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key", "-rawin", "-in", "said"]
    ran = subprocess.run([*command, "-sigfile", "signature"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "Signature Verified Successfully\n"), ran.stderr
