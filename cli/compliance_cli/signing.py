"""The commands of `compliance register` that make keys and sign."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compliance.model.problem import UserError
from compliance.standing import Exit
from compliance_cli import options, output
from compliance_cli.called_on import local_now
from compliance_cli.register import broken, register

if TYPE_CHECKING:
    from compliance.register.home import Home

__all__ = ["register"]

PRIVATE = 0o600


@register.command(short_help="Make a pair of keys to sign with.")
@click.option("--key", type=options.FOLDER, metavar="FILE", required=True, help="Where the private key goes.")
@click.option("--public-key", type=options.FOLDER, metavar="FILE", required=True, help="Where the public key goes.")
def keygen(key: Path, public_key: Path) -> None:
    """Make a new pair of keys (Ed25519, PEM): the private one signs, the public one shows who signed.

    No file is overwritten. Keep the private key where nobody who may write to the register can read it, and give the
    public one to whoever is to verify.
    """
    from compliance.register.signature import new_keys  # noqa: PLC0415 `--help` must not wait for it

    for file in (key, public_key):
        output.check(file)
        if file.exists() or key == public_key:
            raise UserError(f"{file} is there already", help="name a file that is not there yet for each key")
    private, public = new_keys()
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as out:
        out.write(private)
    output.keep(public, public_key)


@register.command(short_help="Sign the head of the chain.")
@options.register("The register (default: that of the current folder).")
@click.option("--key", type=options.FOLDER, metavar="FILE", required=True, help="The private key.")
@click.option("-o", "--output", "target", type=options.FOLDER, metavar="FILE", help="Write it there, not to stdout.")
def sign(register: "Home | None", key: Path, target: Path | None) -> Exit:
    """Verify the register, then write its head, the number of its events, the time and the key's id, signed.

    Kept elsewhere, it shows later that nothing up to there was changed or cut off, not even by the register's owner.

    Exit status: 0 it is signed; 1 a link is broken, and nothing is signed; 2 there is no register, or no key.
    """
    from compliance.register.signature import signed  # noqa: PLC0415 `--help` must not wait for it
    from compliance.register.verify import verify  # noqa: PLC0415 as above

    output.check(target)
    where = options.register_home(register)
    found = verify(where)
    if found.broken:
        output.write(broken(where, found), None, exact=False)
        return Exit.INCIDENT
    if not found.events:
        raise UserError(f"register {where}: there is nothing in it to sign", help="audit first")
    content = signed(found.head, found.events, local_now(options.zone(where)), options.content(key), str(key))
    output.write(content.decode(), target, exact=True)
    return Exit.FINE
