"""Strict JSON (RFC 8259): UTF-8 alone, no name twice in an object, no NaN, and bounds on depth and on size."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from contracts.errors import MalformedInput, Problem

MOST_VALUES = 5_000
"""The largest family fills some hundreds; to judge a flood of wrong values would take many seconds."""
_LONGEST_EXACT = 18


class _NameTwice(ValueError):
    """An object has the same name twice: two readers could each see another document."""


def read_json(data: bytes, pointer: str = "") -> Any:
    """The document that the bytes hold; raises MalformedInput whose problem stands at `pointer` and repeats nothing."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refuse("not-utf8", pointer, f"the text is not UTF-8 (byte {error.start})") from None
    try:
        document = json.loads(
            text, object_pairs_hook=_collect, parse_constant=_refuse_constant, parse_int=_read_whole_number
        )
    except _NameTwice:
        raise _refuse("duplicate-key", pointer, "an object has the same name twice") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _refuse("malformed-json", pointer, f"the text is not JSON ({place})") from None
    except RecursionError:
        raise _refuse("malformed-json", pointer, "the JSON is nested too deeply") from None
    except ValueError:
        raise _refuse("malformed-json", pointer, "NaN and Infinity are not JSON") from None
    if _has_too_many_values(document):
        raise _refuse("too-many-values", pointer, f"the JSON has more than {MOST_VALUES} values")
    return document


def _collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    collected = dict(pairs)
    if len(collected) < len(pairs):
        raise _NameTwice
    return collected


def _has_too_many_values(document: Any) -> bool:
    left = MOST_VALUES
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict | list):
            left -= len(node)
            if left < 0:
                return True
            waiting.extend(node.values() if isinstance(node, dict) else node)
    return False


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError


def _read_whole_number(digits: str) -> int | float:
    """Python refuses to turn thousands of digits into an int; no field of ours needs more than these."""
    return int(digits) if len(digits) <= _LONGEST_EXACT else float(digits)


def _refuse(code: str, pointer: str, detail: str) -> MalformedInput:
    return MalformedInput(problems=(Problem(code, pointer, detail),))
