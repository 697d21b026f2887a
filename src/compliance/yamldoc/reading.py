"""Text to nodes: one document of mappings, lists and scalars, without tags, anchors, aliases or repeated keys."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from compliance.yamldoc.nodes import Mapping, Node, Scalar, Sequence, Spot
from compliance.yamldoc.syntax import MAX_DEPTH, Flaw, flaw_of, spot_of

# libyaml is much faster, and its marks of nodes are as good (the tests compare them).
PARSER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TooDeep(Exception):  # noqa: N818 it never leaves this module
    """The file is nested too deep to be read on."""


@dataclass(slots=True)
class Reading:
    """The file's root node and the flaws of its form; `complete` tells whether it was read to its end."""

    root: Node = field(default_factory=lambda: Scalar(Spot(0, 0), Spot(0, 0), ""))
    flaws: list[Flaw] = field(default_factory=list)
    complete: bool = False

    def build(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int = 1) -> Node:
        """The node that begins with `event`."""
        self._refuse(event)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(_start(event), _end(event), event.value, event.style or "")
        if isinstance(event, yaml.AliasEvent):
            return Scalar(_start(event), _end(event), "")
        if depth > MAX_DEPTH:
            self.flaws.append(Flaw(_start(event), f"nested deeper than {MAX_DEPTH} levels", "write it flatter"))
            raise TooDeep
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(_start(event), events, depth)
        return self._mapping(_start(event), events, depth)

    def _sequence(self, start: Spot, events: Iterator[yaml.Event], depth: int) -> Sequence:
        items: list[Node] = []
        event = next(events)
        while not isinstance(event, yaml.SequenceEndEvent):
            items.append(self.build(event, events, depth + 1))
            event = next(events)
        return Sequence(start, _end(event), tuple(items))

    def _mapping(self, start: Spot, events: Iterator[yaml.Event], depth: int) -> Mapping:
        keys: dict[str, Scalar] = {}
        values: dict[str, Node] = {}
        event = next(events)
        while not isinstance(event, yaml.MappingEndEvent):
            key = self.build(event, events, depth + 1)
            value = self.build(next(events), events, depth + 1)
            if self._usable(key, keys) and isinstance(key, Scalar):
                keys[key.text], values[key.text] = key, value
            event = next(events)
        return Mapping(start, _end(event), keys, values)

    def _usable(self, key: Node, keys: dict[str, Scalar]) -> bool:
        """Whether the key is text that was not given before."""
        if not isinstance(key, Scalar):
            self.flaws.append(Flaw(key.start, "a key must be text, not a list or a mapping"))
        elif not key.text:
            self.flaws.append(Flaw(key.start, "a key must not be empty"))
        elif key.text in keys:
            first = keys[key.text].start.line + 1
            says = f"key `{key.text}` is given twice, first on line {first}"
            self.flaws.append(Flaw(key.start, says, "keep one of them", key.end.column - key.start.column))
        else:
            return True
        return False

    def _refuse(self, event: yaml.Event) -> None:
        """Tags, anchors and aliases: they can run code or blow up a small file."""
        if isinstance(event, yaml.AliasEvent):
            says = f"aliases such as `*{event.anchor}` are not allowed"
            self.flaws.append(Flaw(_start(event), says, "write the value out"))
        elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            says = f"anchors such as `&{event.anchor}` are not allowed"
            self.flaws.append(Flaw(_start(event), says, "write the value out where it is needed"))
        elif getattr(event, "tag", None) is not None:
            tag = str(getattr(event, "tag", "")).replace("tag:yaml.org,2002:", "!!")
            self.flaws.append(Flaw(_start(event), f"tags such as `{tag}` are not allowed", "leave the tag out"))


def read(text: str) -> Reading:
    """The nodes of a text, with every flaw of its form."""
    reading = Reading()
    try:
        _document(reading, yaml.parse(text, Loader=PARSER))
    except TooDeep:
        pass
    except yaml.YAMLError as error:
        reading.flaws.append(flaw_of(error, text))
    except (ValueError, OverflowError):  # PyYAML's own parser, of an escape beyond Unicode
        reading.flaws.append(
            Flaw(Spot(0, 0), "this is not readable as YAML", "look for an escape such as `\\UFFFFFFFF`")
        )
    else:
        reading.complete = True
    return reading


def _document(reading: Reading, events: Iterator[yaml.Event]) -> None:
    """Read the first document, and refuse a second."""
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                reading.flaws.append(
                    Flaw(_start(event), "a second document begins here", "put it in a file of its own")
                )
                return
        elif isinstance(event, yaml.NodeEvent):
            reading.root = reading.build(event, events)


def _start(event: yaml.Event) -> Spot:
    return spot_of(event.start_mark)


def _end(event: yaml.Event) -> Spot:
    return spot_of(event.end_mark)
