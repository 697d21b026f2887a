"""The keys that a model knows at a place in the file, for the nearest right word."""

from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo

from compliance.yamldoc.validation import Step


def known_keys(model: Any, steps: Iterable[Step]) -> list[str]:  # noqa: ANN401 any type that pydantic checks
    """The keys of whatever models may stand where `steps` lead."""
    reached = [*_alternatives(model)]
    for step in steps:
        if step.branch:
            reached = [kind for kind in reached if getattr(kind, "__name__", "") == step.part] or reached
        else:
            reached = [kind for above in reached for kind in _below(above, step.part)]
    return [key for kind in reached if _is_model(kind) for key in _fields(kind)]


def _is_model(kind: Any) -> bool:  # noqa: ANN401 a type or a generic alias
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {str(info.alias or name): info for name, info in model.model_fields.items()}


def _alternatives(kind: Any) -> Iterator[Any]:  # noqa: ANN401 a type or a generic alias
    """The types that a union, an annotated type or a root model stands for."""
    if get_origin(kind) in {Union, UnionType}:
        for part in get_args(kind):
            yield from _alternatives(part)
    elif get_origin(kind) is Annotated:
        yield from _alternatives(get_args(kind)[0])
    elif _is_model(kind) and issubclass(kind, RootModel):
        yield from _alternatives(kind.model_fields["root"].annotation)
    else:
        yield kind


def _below(kind: Any, part: str | int) -> Iterator[Any]:  # noqa: ANN401 a type or a generic alias
    """The types of what stands under a key or an index of `kind`."""
    if _is_model(kind):
        info = _fields(kind).get(str(part))
        if info is not None:
            yield from _alternatives(info.annotation)
        return
    origin, inner = get_origin(kind), [part for part in get_args(kind) if part is not Ellipsis]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        inner = inner[1:]
    for item in inner:
        yield from _alternatives(item)
