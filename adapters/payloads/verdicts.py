"""A passport's readings applied to what came back: answered, no record, or the error that it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from adapters.payloads.nodes import Node, find_all
from adapters.payloads.paths import Step, parse_path
from adapters.payloads.plans import Branch, Plan
from contracts.errors import (
    AnswerAmbiguous,
    AnswerUnclassified,
    ConsentMissing,
    ContractBroken,
    RegistryError,
    RegistryFailed,
    RegistryRefused,
)
from contracts.passport import Reading


@dataclass(frozen=True)
class Heard:
    """What came back, taken apart: a part that the protocol does not have is None."""

    status: str | None = None
    """The code of SHEP's responseInfo; "" where it is there and empty."""
    fault: str | None = None
    http: int | None = None
    payload: Node | None = None


@dataclass(frozen=True)
class Verdict:
    outcome: Literal["answered", "no_record"]
    code: str
    """The code, or the place, that decided."""


@dataclass(frozen=True)
class _Place:
    steps: tuple[Step, ...]
    namespaces: tuple[str | None, ...]

    def nodes(self, payload: Node) -> list[Node]:
        return [node for node in find_all(payload, self.steps, self.namespaces) if not node.is_empty()]

    def text(self, payload: Node) -> str:
        """The first text there."""
        *way, last = self.steps
        if last.attribute:
            texts = (node.attribute(last.local) for node in find_all(payload, way, self.namespaces))
        else:
            texts = (node.text() for node in find_all(payload, self.steps, self.namespaces))
        return next((text for text in texts if text), "")


class Judge:
    """Tries the readings in order; the first verdict that is not `answer` wins."""

    def __init__(self, readings: Sequence[Reading], plan: Plan) -> None:
        self._readings = tuple(readings)
        self._places = {path: _place(path, plan) for r in readings for path in (r.path, r.unless) if path}

    def judge(self, heard: Heard) -> Verdict:
        """Return what the reply means; raises the RegistryError that it stands for."""
        if heard.fault is not None:
            return self._judge_fault(heard.fault)
        decided = ""
        for number, reading in enumerate(self._readings):
            match reading.at:
                case "fault":
                    continue
                case "status":
                    if heard.status is None or (not heard.status and self._goes_on(number)):
                        continue
                    said = _sort(reading, heard.status, "status")
                case "http":
                    if heard.http is None:
                        continue
                    said = _sort(reading, str(heard.http), "HTTP status")
                case "code":
                    said = self._judge_code(reading, heard)
                case "text":
                    said = self._judge_text(reading, heard)
                case "element":
                    said = self._judge_element(reading, heard)
            if said.outcome == "no_record":
                return said
            decided = said.code or decided
        return Verdict("answered", decided)

    def lists_http(self, status: str) -> bool:
        return any(reading.at == "http" and status in _listed(reading) for reading in self._readings)

    def _judge_fault(self, code: str) -> Verdict:
        readings = [reading for reading in self._readings if reading.at == "fault"]
        # Where two readings list faults, the one that knows the code speaks.
        known = next((reading for reading in readings if code in _listed(reading)), None)
        if known is None:
            raise AnswerUnclassified(f"a fault with {shown_code(code)}, which the passport does not list")
        verdict = _sort(known, code, "fault")
        if verdict.outcome == "answered":
            raise AnswerUnclassified(f"a fault with {shown_code(code)}, which cannot be an answer")
        return verdict

    def _goes_on(self, number: int) -> bool:
        # A status may be left empty (ГБД ФЛ on errors, a foreign envelope) where the payload has a code of its own.
        return any(reading.at == "code" for reading in self._readings[number + 1 :])

    def _judge_code(self, reading: Reading, heard: Heard) -> Verdict:
        code = self._places[reading.path].text(_present(heard))
        return _sort(reading, code, reading.path) if code else _missing(reading)

    def _judge_text(self, reading: Reading, heard: Heard) -> Verdict:
        if heard.payload is None or (reading.unless and self._places[reading.unless].nodes(heard.payload)):
            return Verdict("answered", "")
        text = self._places[reading.path].text(heard.payload)
        if not text:
            return Verdict("no_record" if reading.missing == "no_record" else "answered", f"text:{reading.path}")
        if text in _listed(reading):
            return _sort(reading, text, reading.path, shown=f"text:{reading.path}")
        return Verdict("no_record" if reading.present == "no_record" else "answered", f"text:{reading.path}")

    def _judge_element(self, reading: Reading, heard: Heard) -> Verdict:
        found = self._places[reading.path].nodes(_present(heard))
        if not found:
            return _missing(reading)
        if len(found) > 1 and reading.many == "ambiguous":
            raise AnswerAmbiguous(f"{len(found)} records at {reading.path}")
        return Verdict("answered", "")


def _present(heard: Heard) -> Node:
    if heard.payload is None:
        raise ContractBroken("the reply holds no data")
    return heard.payload


def _missing(reading: Reading) -> Verdict:
    if not reading.missing:
        raise ContractBroken(f"the reply has nothing at {reading.path}")
    shown = f"element:{reading.path}"
    return Verdict("no_record", shown) if reading.missing == "no_record" else Verdict("answered", "")


def _sort(reading: Reading, code: str, place: str, *, shown: str = "") -> Verdict:
    if code in reading.answer:
        return Verdict("answered", shown or code)
    if code in reading.no_record:
        return Verdict("no_record", shown or code)
    errors: tuple[tuple[tuple[str, ...], type[RegistryError]], ...] = (
        (reading.retry, RegistryFailed),
        (reading.refused, RegistryRefused),
        (reading.consent, ConsentMissing),
        (reading.ambiguous, AnswerAmbiguous),
    )
    for codes, error in errors:
        if code in codes:
            raise error(f"{place}: {shown_code(code)}")
    raise AnswerUnclassified(f"{place}: {shown_code(code)} is not in the passport's list")


def _listed(reading: Reading) -> frozenset[str]:
    return frozenset(
        (*reading.answer, *reading.no_record, *reading.retry, *reading.refused, *reading.consent, *reading.ambiguous)
    )


def shown_code(code: str) -> str:
    """A code fit for an error's text: where a sentence stands in a code's place, it may speak of a person."""
    if not code:
        return "no code"
    plain = len(code) <= 40 and code.isascii() and code.isprintable() and " " not in code
    # Twelve digits are an IIN or BIN, never a code.
    return code if plain and not (code.isdigit() and len(code) >= 9) else "a text"


def _place(path: str, plan: Plan) -> _Place:
    steps = parse_path(path)
    namespaces: list[str | None] = []
    level: Sequence[Branch] = plan.branches
    for step in steps:
        name = (step.local, step.prefix)
        branch = next((known for known in level if (known.step.local, known.step.prefix) == name), None)
        namespaces.append(branch.wanted_namespace if branch else None)
        level = branch.children if branch else ()
    return _Place(steps, tuple(namespaces))
