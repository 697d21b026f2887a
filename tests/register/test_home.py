from pathlib import Path

import pytest

from compliance.model.problem import UserError
from compliance.register.home import Server, home


def test_a_file_lies_in_the_folder_of_whoever_names_it() -> None:
    assert home("register.sqlite", Path("work")) == Path("work/register.sqlite")
    assert home(Path("/elsewhere/register.sqlite"), Path("work")) == Path("/elsewhere/register.sqlite")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://ann@db.example/duty?sslmode=require", "postgresql://db.example/duty"),
        ("postgres://ann:${PASS}@db.example:5433/duty", "postgres://db.example:5433/duty"),
        ("postgresql://?service=duty", "postgresql://?service=duty"),
        ("${REGISTER}", "${REGISTER}"),
    ],
)
def test_an_address_is_shown_without_user_and_options(address: str, shown: str) -> None:
    found = home(address, Path("work"))
    assert (found, str(found)) == (Server(address), shown)


@pytest.mark.parametrize("secret", ["postgresql://ann:hush@db/duty", "postgresql://db/duty?user=ann&password=hush"])
def test_a_password_in_an_address_is_refused_and_not_shown(secret: str) -> None:
    with pytest.raises(UserError, match="its address holds a password") as raised:
        home(secret)
    assert "hush" not in str(raised.value)
