"""Checks of each service, whatever its protocol: it answers, as its passport says, about who was asked about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from lxml import etree

from contracts.passport import Echo, Passport
from contracts.words import Protocol
from registries_mock.conform.asking import ANSWER, ask_service
from registries_mock.conform.chain import follow
from registries_mock.conform.errors import Differs, NoReply, NotTried
from registries_mock.conform.messages import asked_words, write_envelope
from registries_mock.conform.reading import (
    Answered,
    fields_bound_to,
    find_outcome,
    find_places,
    read_json,
    take_payload,
    text_of_place,
)
from registries_mock.conform.schemas import find_fault_of_payload
from registries_mock.conform.seen import Seen
from registries_mock.conform.shape import find_misfit
from registries_mock.conform.visit import JSON_HEADERS, Check, Visit
from registries_mock.payloads.paths import parse_path
from registries_mock.payloads.xml_in import child, local, text_of
from registries_mock.wire import SOAP

ServiceCheck = Callable[[Visit, Passport], None]
_FAULT: Final = f"{{{SOAP}}}Fault"
_DATE: Final = len("2026-01-01")
_FINE: Final = ("answer", "no_record")


def _ask(visit: Visit, passport: Passport) -> tuple[Seen, Answered]:
    """The one exchange with a service in a run, and the reply taken out of its envelope."""
    match passport.protocol:
        case Protocol.SHEP_SYNC:
            seen = ask_service(visit, passport)
            return seen, _read_sync(seen, passport)
        case Protocol.SHEP_ASYNC:
            found = follow(visit, passport)
            if not found.responses:
                raise NotTried(f"no RESPONSE within {visit.target.late_seconds:g} s")
            payload, problem = take_payload(found.responses[0].data, passport)
            return found.fetched, Answered(payload=payload, problem=problem)
        case Protocol.SOAP:
            url = f"{visit.target.url(visit.target.soap_path)}{passport.address}"
            seen = visit.see(
                f"the question to {passport.key}", url, lambda: write_envelope(visit.question(passport).decode())
            )
            return seen, _read_soap(seen, passport)
        case Protocol.REST:
            url = f"{visit.target.url(visit.target.rest_path)}{passport.address}"
            seen = visit.see(f"the question to {passport.key}", url, lambda: visit.question(passport), JSON_HEADERS)
            body, problem = read_json(seen.reply().body)
            return seen, Answered(http=str(seen.reply().status), payload=body, problem=problem)


def _read_sync(seen: Seen, passport: Passport) -> Answered:
    content = _content(seen)
    if content.tag == _FAULT:
        return Answered(fault=_fault_code(content))
    if content.tag != ANSWER:
        return Answered(problem=f"{local(content)} in another namespace or by another name")
    response = child(content, "response")
    data = child(child(response, "responseData"), "data")
    payload, problem = take_payload(data, passport)
    return Answered(text_of(response, "responseInfo", "status", "code"), payload=payload, problem=problem)


def _read_soap(seen: Seen, passport: Passport) -> Answered:
    content = _content(seen)
    if content.tag == _FAULT:
        return Answered(fault=_fault_code(content))
    prefix, _, name = passport.reply.root.rpartition(":")
    wanted = f"{{{passport.namespaces[prefix]}}}{name}" if prefix else name
    if content.tag != wanted:
        return Answered(problem=f"{local(content)} in another namespace or by another name")
    return Answered(payload=content)


def _content(seen: Seen) -> etree._Element:
    seen.reply()
    for problem in (seen.find_no_xml(), seen.find_no_envelope()):
        if problem is not None:
            raise problem
    return seen.content()


def _fault_code(fault: etree._Element) -> str:
    code = next((one.text for one in fault.iter("errorCode") if one.text), "")
    return code or text_of(fault, "faultcode").rpartition(":")[2] or "none"


def _check_answer(visit: Visit, passport: Passport) -> None:
    visit.check_askable(passport)
    seen, answered = _ask_or_differ(visit, passport)
    outcome, why = find_outcome(answered, passport)
    if outcome not in _FINE:
        raise Differs("an answer, or no record", f"{outcome}: {why}", seen.body)


def _ask_or_differ(visit: Visit, passport: Passport) -> tuple[Seen, Answered]:
    """Where no reply comes at all, it is this requirement that does not hold."""
    if passport.protocol is Protocol.SHEP_ASYNC:
        return _ask(visit, passport)
    try:
        return _ask(visit, passport)
    except NoReply as failure:
        raise Differs("an answer, or no record", str(failure).partition(": ")[2] or str(failure)) from failure


def _answer(visit: Visit, passport: Passport) -> tuple[Seen, Any]:
    """The payload of a service that answered; NotTried where it did not."""
    try:
        seen, answered = _ask(visit, passport)
    except Differs as differs:
        raise NotTried(f"{passport.key}: {differs.found}") from differs
    if answered.fault or (answered.problem and answered.payload is None):
        raise NotTried(answered.problem or f"{passport.key} answered with a fault")
    return seen, answered.payload


def _check_shape(visit: Visit, passport: Passport) -> None:
    visit.check_askable(passport)
    seen, payload = _answer(visit, passport)
    if payload is None:
        if passport.protocol in (Protocol.SHEP_SYNC, Protocol.SHEP_ASYNC):
            raise NotTried("the reply carries no data")
        raise Differs("a payload", "none", seen.body)
    folder = visit.catalogue.folders[passport.key]
    if passport.reply.schema_file and isinstance(payload, etree._Element):
        fault = find_fault_of_payload(payload, passport.reply, folder)
    else:
        fault = find_misfit(passport, payload)
    if fault:
        raise Differs(f"the shape of {passport.key}", fault, seen.body)


def _check_echo(visit: Visit, passport: Passport) -> None:
    visit.check_askable(passport)
    seen, payload = _answer(visit, passport)
    asked = asked_words(passport, visit.words)
    looked_at = 0
    for echo in passport.echoes:
        wanted = asked.get(echo.word, "")
        for texts in _told(payload, passport, echo) if wanted and payload is not None else ():
            looked_at += 1
            if wanted not in texts:
                raise Differs(f"the {echo.word} that was asked about", "another one, or none", seen.body)
    if not looked_at:
        raise NotTried("the reply tells nothing that could be compared")


def _told(payload: Any, passport: Passport, echo: Echo) -> list[set[str]]:
    """For each place that must repeat the question: the texts of its leaves; a place that lacks a leaf is left out."""
    groups = fields_bound_to(passport, echo.each) if echo.each else []
    if echo.each and not groups:
        return []
    start = groups[0].path if groups else ""
    places = list(find_places(payload, parse_path(start))) if start else [payload]
    found: list[set[str]] = []
    for place in places:
        leaves: list[list[str]] = []
        for leaf in echo.among:
            term = f"{echo.each}.{leaf}" if echo.each else leaf
            paths = [one.path for one in fields_bound_to(passport, term)]
            inside = [path.removeprefix(f"{start}/") if start else path for path in paths]
            leaves.append([text for path in inside for text in _texts(place, path)])
        if all(leaves):
            found.append({form for texts in leaves for text in texts for form in (text, text[:_DATE])})
    return found


def _texts(place: Any, path: str) -> list[str]:
    return [text for one in find_places(place, parse_path(path)) if (text := text_of_place(one))]


OF_EACH_SERVICE: Final[Mapping[str, ServiceCheck]] = MappingProxyType(
    {"001": _check_answer, "002": _check_shape, "003": _check_echo}
)


def _check_unknown_operation(visit: Visit) -> None:
    chosen = visit.passports(Protocol.SOAP)
    if not chosen:
        raise NotTried("none of the chosen services speaks it")
    url = f"{visit.target.url(visit.target.soap_path)}{chosen[0].address}"
    message = write_envelope('<n:conform xmlns:n="urn:asp-gateway:conform"/>')
    seen = visit.see("an unknown element of plain SOAP", url, lambda: message)
    problem = seen.find_no_reply()
    if problem is not None:
        raise Differs("a SOAP fault", problem.found)
    seen.fault("a SOAP fault")


def _check_no_json(visit: Visit) -> None:
    chosen = visit.passports(Protocol.REST)
    if not chosen:
        raise NotTried("none of the chosen services speaks it")
    url = f"{visit.target.url(visit.target.rest_path)}{chosen[0].address}"
    seen = visit.see("a body that is no JSON", url, lambda: b"conform", JSON_HEADERS)
    problem = seen.find_no_reply()
    if problem is not None:
        raise Differs("HTTP 400 to 499", problem.found)
    status = seen.reply().status
    if not 400 <= status < 500:
        raise Differs("HTTP 400 to 499", f"HTTP {status}", seen.body)


CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {"SOAP-002": _check_unknown_operation, "REST-001": _check_no_json}
)
