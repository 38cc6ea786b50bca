"""The text of a scenario as plain values and the line of each: a narrow YAML, or JSON; anything else is refused.

Of YAML: mappings, lists and scalars. Anchors, aliases, tags and a second document are refused: a few bytes of them can
stand for gigabytes. A plain scalar is a number, true, false, null or a text; a date stays the text that it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

MOST_BYTES: Final = 100_000
_DEEPEST: Final = 8
_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}
_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
"""A leading zero makes a text, as in an IIN; so does anything longer."""

Path = tuple[str | int, ...]


class ScenarioInvalid(ValueError):
    """A scenario that cannot be; the message is one line that names the place and what is wrong there."""


@dataclass(frozen=True)
class Tree:
    """The values of a text, and where each stands in it."""

    value: Any
    lines: dict[Path, int] = field(default_factory=dict)
    """From 1, by the keys and indices that lead there; empty for JSON, whose reader counts none."""

    def place(self, path: Path, name: str) -> str:
        """How a person finds it: `line 12, entry 3`."""
        line = next((self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines), 0)
        return f"line {line}, {name}" if line else name


def read_tree(content: bytes, *, is_json: bool) -> Tree:
    """Raises ScenarioInvalid."""
    if len(content) > MOST_BYTES:
        raise ScenarioInvalid(f"the scenario is longer than {MOST_BYTES} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise ScenarioInvalid("the scenario is not in UTF-8") from failure
    return Tree(_read_json(text)) if is_json else _read_yaml(text)


def _read_json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_join_once, parse_constant=_refuse_constant)
    except json.JSONDecodeError as failure:
        raise ScenarioInvalid(f"line {failure.lineno}: this is no JSON ({failure.msg})") from failure
    except RecursionError as failure:
        raise ScenarioInvalid("the scenario is nested too deeply") from failure
    except ScenarioInvalid:
        raise
    except ValueError as failure:
        raise ScenarioInvalid("a number has more digits than can be read") from failure


def _join_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    joined = dict(pairs)
    if len(joined) < len(pairs):
        names = [name for name, _ in pairs]
        raise ScenarioInvalid(f"{next(one for one in names if names.count(one) > 1)} is said twice")
    return joined


def _refuse_constant(name: str) -> NoReturn:
    raise ScenarioInvalid(f"{name} is no number")


def _read_yaml(text: str) -> Tree:
    # Here, because most suites play no scenario, and it takes a tenth of their start to load.
    import yaml

    try:
        return _Builder(yaml.parse(text, Loader=yaml.SafeLoader)).build()
    except yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        line = f"line {mark.line + 1}: " if mark else ""
        raise ScenarioInvalid(f"{line}this is no YAML ({failure.problem or failure.context})") from failure
    except yaml.YAMLError as failure:
        raise ScenarioInvalid("the scenario has a character that YAML does not take") from failure


class _Builder:
    """Values out of the parser's events: no more than they say, so that nothing grows."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = (one for one in events if type(one).__name__ not in ("StreamStartEvent", "DocumentEndEvent"))
        self._lines: dict[Path, int] = {}

    def build(self) -> Tree:
        first = next(self._events)
        if type(first).__name__ == "StreamEndEvent":
            raise ScenarioInvalid("the scenario is empty")
        value = self._value(next(self._events), ())
        if type(rest := next(self._events)).__name__ != "StreamEndEvent":
            raise ScenarioInvalid(f"line {_line(rest)}: a second document begins; a scenario is one")
        return Tree(value, self._lines)

    def _value(self, event: Any, path: Path) -> Any:
        self._lines[path] = _check(event)
        kind = type(event).__name__
        if kind == "ScalarEvent":
            return _read_scalar(event)
        if len(path) >= _DEEPEST:
            raise ScenarioInvalid(f"line {_line(event)}: the scenario is nested too deeply")
        return self._mapping(path) if kind == "MappingStartEvent" else self._sequence(path)

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while type(event := next(self._events)).__name__ != "MappingEndEvent":
            line = _check(event)
            key = _read_scalar(event) if type(event).__name__ == "ScalarEvent" else None
            if not isinstance(key, str):
                raise ScenarioInvalid(f"line {line}: a name is a text")
            if key in found:
                raise ScenarioInvalid(f"line {line}: {key} is said twice")
            found[key] = self._value(next(self._events), (*path, key))
            self._lines[(*path, key)] = line
        return found

    def _sequence(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while type(event := next(self._events)).__name__ != "SequenceEndEvent":
            found.append(self._value(event, (*path, len(found))))
        return found


def _check(event: Any) -> int:
    """The line where a value begins; anchors and tags are refused."""
    line = _line(event)
    if type(event).__name__ == "AliasEvent" or event.anchor is not None:
        raise ScenarioInvalid(f"line {line}: anchors and aliases (& and *) are not taken")
    if event.tag is not None:
        raise ScenarioInvalid(f"line {line}: tags (!) are not taken")
    return line


def _read_scalar(event: Any) -> Any:
    return event.value if event.style is not None else _read_plain(event.value)


def _read_plain(text: str) -> Any:
    """What a scalar without quotes means."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1
