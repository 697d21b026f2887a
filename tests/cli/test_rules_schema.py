import json

import pytest
from tests.cli.conftest import Command

from compliance.schemas import MODELS, schema_of
from compliance_cli.authoring import FILES


@pytest.mark.parametrize("name", FILES)
def test_prints_a_schema(compliance: Command, name: str) -> None:
    ran = compliance("rules", "schema", name)
    assert (ran.status, ran.err) == (0, "")
    assert json.loads(ran.out) == schema_of(name)
    assert json.loads(ran.out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_prints_that_of_a_rule_where_none_is_named(compliance: Command) -> None:
    assert compliance("rules", "schema").out == compliance("rules", "schema", "rule").out


def test_every_model_has_its_name_on_the_command_line() -> None:
    assert set(FILES) == set(MODELS)


def test_refuses_an_unknown_file(compliance: Command) -> None:
    ran = compliance("rules", "schema", "ruel")
    assert (ran.status, ran.out) == (2, "")
    assert "ruel" in ran.err
