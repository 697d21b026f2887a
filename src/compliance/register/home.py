"""Where a register is kept: in a file, or by a PostgreSQL server."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qs

from compliance.model.problem import UserError
from compliance.workspace.address import is_address, place_of, secrets_open

ADVICE = "leave the password to PGPASSWORD, or write ${NAME} for a variable that holds it"


@dataclass(frozen=True, slots=True)
class Server:
    """A register in a database of a PostgreSQL server; the address holds names of variables instead of secrets."""

    address: str

    def __str__(self) -> str:
        service = parse_qs(self.address.partition("?")[2]).get("service")
        return place_of(self.address) + (f"?service={service[0]}" if service else "")


Home: TypeAlias = Path | Server


def home(written: str | Path, folder: Path | None = None) -> Home:
    """Where the register of this name is; a file's path is relative to the folder. Raises UserError for a password."""
    if isinstance(written, Path) or not is_address(written):
        return (folder or Path()) / written
    server = Server(written)
    if secrets_open(written):
        raise UserError(f"register {server}: its address holds a password", help=ADVICE)
    return server
