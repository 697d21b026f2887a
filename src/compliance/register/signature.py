"""A signed head: a small file that shows, to whoever has the public key, how long the chain was and how it ended."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from compliance.model.problem import UserError
from compliance.register.canonical import canonical

SIGNS = "Dutybook register head"
"""What stands in every message that is signed, so that no other file's signature can pass for one."""

KEY_ID = 16
"""How many hexadecimal digits of its digest a public key goes by."""


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The head after so many events, when it was signed by the signer's clock, and the public key's id."""

    head: str
    events: int
    at: str
    key: str
    signature: str = ""


def new_keys() -> tuple[bytes, bytes]:
    """A new private key and its public one, as PEM, which openssl reads too."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def signed(head: str, events: int, at: datetime, private: bytes, name: str) -> bytes:
    """The head as a signed file; raises UserError where the file `name` holds no private key."""
    key = _loaded(lambda: load_pem_private_key(private, password=None))
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(name, "private")
    told = SignedHead(head, events, at.isoformat(), key_id(key.public_key()))
    signature = b64encode(key.sign(message(told))).decode()
    members = {"signs": SIGNS, **asdict(told), "signature": signature}
    return json.dumps(members, indent=2).encode() + b"\n"


def holds(told: SignedHead, public: bytes, name: str) -> bool:
    """Whether the key in the file `name` signed exactly this; raises UserError where that is no public key."""
    key = _loaded(lambda: load_pem_public_key(public))
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(name, "public")
    try:
        key.verify(b64decode(told.signature, validate=True), message(told))
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True


def read(content: bytes, name: str) -> SignedHead:
    """The signed head in a file; raises UserError where there is none."""
    try:
        told = json.loads(content)
        if told.pop("signs") != SIGNS:
            raise ValueError(SIGNS)  # noqa: TRY301 all that is wrong with it is one sentence
        found = SignedHead(**told)
        message(found)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(f"{name}: no signed head", help="`compliance register sign` writes one") from error
    return found


def message(told: SignedHead) -> bytes:
    """What is signed: the canonical JSON of all but the signature."""
    members = asdict(told) | {"signs": SIGNS}
    del members["signature"]
    return canonical(members)


def key_id(key: Ed25519PublicKey) -> str:
    """What the key goes by: the beginning of its digest."""
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:KEY_ID]


def _loaded(load: Callable[[], object]) -> object | None:
    """The key that is loaded; None where that is none, or one with a password."""
    try:
        return load()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _no_key(name: str, kind: str) -> UserError:
    says = f"{name}: no {kind} key for Ed25519 without a password, in PEM"
    return UserError(says, help="`compliance register keygen` makes a pair")
