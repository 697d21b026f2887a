"""The base of every model that is read from a user's YAML file, and how a JSON Schema tells of its short forms."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic_core import CoreSchema

JsonSchema: TypeAlias = dict[str, Any]
A_TEXT: Mapping[str, Any] = {"type": "string", "minLength": 1}
TEXTS: Mapping[str, Any] = {"type": "array", "items": A_TEXT}


class Strict(BaseModel):
    """A frozen model that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, populate_by_name=True)


def given(key: str) -> JsonSchema:
    """That a key is there, and not null."""
    return {"required": [key], "properties": {key: {"not": {"type": "null"}}}}


@dataclass(frozen=True, slots=True)
class ShortForms:
    """Marks a value that a validator reads from shorter forms, too: all its forms, made from the schema of the long."""

    forms: Callable[[JsonSchema], list[Mapping[str, Any]]]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        """Any of the forms."""
        return {"anyOf": self.forms(handler(core))}


@dataclass(frozen=True, slots=True)
class OneOf:
    """Marks a text that a validator looks up in a list which only a library knows: asked where a schema is made."""

    words: Callable[[], Iterable[str]]

    def __get_pydantic_json_schema__(self, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchema:
        """Any of the words."""
        return {"enum": sorted(self.words())}


def with_short_forms(
    core: CoreSchema, handler: GetJsonSchemaHandler, forms: Callable[[JsonSchema], list[Mapping[str, Any]]]
) -> JsonSchema:
    """The schema of a model that is read from shorter forms, too."""
    whole = handler.resolve_ref_schema(handler(core))
    return {"description": whole.get("description", ""), "anyOf": [*forms(whole), dict(whole)]}
