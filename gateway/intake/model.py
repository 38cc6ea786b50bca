"""Shape: JSON bytes into a frozen model, every fault as a problem with its JSON pointer and without the value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from contracts.application import Application
from contracts.errors import CallerError, InvalidInput, MalformedInput, Problem
from gateway.intake.characters import find_unwritable
from gateway.intake.strict_json import read_json
from gateway.masks import mask_digits

MOST_PROBLEMS = 100
LONGEST_POINTER = 200

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Fault:
    """How a kind of fault is told: the stable code, and a sentence that may name limits, never input."""

    code: str
    detail: str


FAULTS = {
    "missing": Fault("missing-field", "the field is missing"),
    "extra_forbidden": Fault("unknown-field", "the schema has no such field"),
    "literal_error": Fault("invalid-value", "the value must be {expected}"),
    "enum": Fault("invalid-value", "the value must be {expected}"),
    "string_too_short": Fault("invalid-value", "the text is shorter than {min_length} characters"),
    "string_too_long": Fault("invalid-value", "the text is longer than {max_length} characters"),
    "string_pattern_mismatch": Fault("invalid-value", "the text does not match {pattern}"),
    "too_long": Fault("invalid-value", "the list is longer than {max_length}"),
    "day_format": Fault("invalid-value", "a date is YYYY-MM-DD, and a day that exists"),
    "string_type": Fault("invalid-value", "the value must be a text"),
    "bool_type": Fault("invalid-value", "the value must be true or false"),
    "date_type": Fault("invalid-value", "the value must be a date, YYYY-MM-DD"),
    "model_type": Fault("invalid-value", "the value must be an object"),
    "tuple_type": Fault("invalid-value", "the value must be a list"),
    "string_unicode": Fault("malformed-json", "a text has half of a surrogate pair"),
    "json_invalid": Fault("malformed-json", "the text is not JSON"),
}
UNWRITABLE = Fault("invalid-value", "the text has a character that XML 1.0 cannot hold")
OTHERWISE = Fault("invalid-value", "the value is not what the schema asks for")

BY_PLACE = {
    ("missing", "consents"): Fault("consent-missing", "the applicant's consent must be given"),
    ("string_pattern_mismatch", "iin"): Fault("iin-format", "an IIN has 12 digits"),
    ("string_pattern_mismatch", "debtor_iin"): Fault("iin-format", "an IIN has 12 digits"),
}
"""Where the name of a field says more than the kind of its fault: (kind, a name on the way to the fault)."""


def read_application(data: bytes) -> Application:
    """The application in the bytes; raises MalformedInput (not JSON) or InvalidInput (every fault of shape)."""
    return _read(Application, data, "/application", InvalidInput)


def read_body(model: type[M], data: bytes) -> M:
    """The body of a request; raises MalformedInput with pointers into the body."""
    return _read(model, data, "", MalformedInput)


def join_pointer(steps: Iterable[str | int]) -> str:
    """The JSON pointer (RFC 6901) of a place; in what a caller named, numbers are masked, and length is cut."""
    pointer = "".join(f"/{mask_digits(str(step)).replace('~', '~0').replace('/', '~1')}" for step in steps)
    return pointer if len(pointer) <= LONGEST_POINTER else f"{pointer[:LONGEST_POINTER]}…"


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The first problems by pointer; more than a person can read are left out."""
    return tuple(sorted(problems, key=lambda p: (_natural(p.pointer), p.code))[:MOST_PROBLEMS])


def _read(model: type[M], data: bytes, pointer: str, refusal: type[CallerError]) -> M:
    document = read_json(data, pointer)
    unwritable = [join_pointer(place) for place in find_unwritable(document)]
    try:
        # The bytes again, in pydantic's JSON mode: there dates are texts and nothing is coerced.
        sound = model.model_validate_json(data, strict=True)
        if not unwritable:
            return sound
        found: tuple[Problem, ...] = ()
    except ValidationError as error:
        found = tuple(_translate(fault) for fault in error.errors(include_url=False, include_input=False))
    told = {problem.pointer for problem in found}
    added = (Problem(UNWRITABLE.code, place, UNWRITABLE.detail) for place in unwritable if place not in told)
    problems = sort_problems((*found, *added))
    if any(problem.code == "malformed-json" for problem in problems):
        # The parser tells them apart by its own words alone.
        detail = "the JSON has half of a surrogate pair, a number too long, or too deep a nesting"
        raise MalformedInput(problems=(Problem("malformed-json", pointer, detail),))
    raise refusal(problems=problems)


def _translate(fault: Any) -> Problem:
    kind, place = fault["type"], fault["loc"]
    named = (BY_PLACE[kind, step] for step in reversed(place) if (kind, step) in BY_PLACE)
    told = next(named, FAULTS.get(kind, OTHERWISE))
    return Problem(told.code, join_pointer(place), told.detail.format_map(fault.get("ctx") or {}))


def _natural(pointer: str) -> list[tuple[int, str]]:
    """/family/2 stands before /family/10."""
    return [(int(step), "") if step.isdecimal() and len(step) < 10 else (-1, step) for step in pointer.split("/")]
