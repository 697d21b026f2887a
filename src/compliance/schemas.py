"""JSON Schemas of the files that users write, made from the models that read them, for editors to complete and check.

They tell the shape of a file: its keys, which of them must be there, and what sort of value each takes. What a value
means, such as the names in an expression, `compliance rules lint` checks.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from compliance.dossier.waivers import WaiverFile
from compliance.model.base import JsonSchema
from compliance.rulebook.schema import DutyDocument, ParameterFile, Rule
from compliance.ruletest.written import Cases, Suite
from compliance.workspace.manifest import Manifest

MODELS: Mapping[str, Any] = {
    "rule": Rule,
    "case": Cases | Suite,
    "document": DutyDocument,
    "parameters": ParameterFile,
    "manifest": Manifest,
    "waivers": WaiverFile,
}
_TITLES = {
    "rule": "A rule",
    "case": "Cases of rules",
    "document": "A document that obliges",
    "parameters": "Parameters of rules",
    "manifest": "The manifest of a workspace",
    "waivers": "Waivers",
}
_NUMBER = r"^\s*[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\s*$"
_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[-+][0-9]{2}:?[0-9]{2})?$"


def schema_of(name: str) -> JsonSchema:
    """The JSON Schema (draft 2020-12) of one sort of file."""
    made = TypeAdapter(MODELS[name]).json_schema(by_alias=True, schema_generator=_AsWritten)
    return {"$schema": _AsWritten.schema_dialect, "title": _TITLES[name], **made}


def render(name: str) -> str:
    """The same as text."""
    return json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n"


def _bare_words(told: JsonSchemaValue) -> JsonSchemaValue:
    words = [word == "true" for word in told.get("enum", ()) if word in {"true", "false"}]
    return {"enum": [*told["enum"], *words]} if words else told


class _AsWritten(GenerateJsonSchema):
    """Schemas of values as they stand in a YAML file, where pydantic would describe them as JSON has them."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002 as pydantic has it
        """A key says itself what it is."""
        return False

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """A field that asks for text takes an unquoted number, `true` or `false` as it is written."""
        return {**super().str_schema(schema), "type": ["string", "number", "boolean"]}

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        """Of words, `true` and `false` are as they are written, without quotes."""
        return _bare_words(super().enum_schema(schema))

    def literal_schema(self, schema: core_schema.LiteralSchema) -> JsonSchemaValue:
        """The same of words that are listed."""
        return _bare_words(super().literal_schema(schema))

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """A number, quoted or not."""
        whole = super().decimal_schema(schema)
        bare = next((form for form in whole.get("anyOf", [whole]) if form.get("type") == "number"), whole)
        return {"anyOf": [bare, {"type": "string", "pattern": _NUMBER}]}

    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:  # noqa: ARG002 as above
        """Local time; the format `date-time` would ask for an offset."""
        return {"type": "string", "pattern": _MOMENT}

    def encode_default(self, dft: Any) -> Any:  # noqa: ANN401 as above
        """What stands where nothing is written; a model shows what it was made of."""
        if isinstance(dft, BaseModel):
            return dft.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return str(dft) if type(dft).__name__ == "Duration" else super().encode_default(dft)
