"""Checks of the contracts that the target serves: WSDL and all that it imports, read from the target alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import etree

from contracts.words import Protocol
from registries_mock.conform.errors import Differs, NotTried
from registries_mock.conform.visit import Check, Visit

_WSDL: Final = "http://schemas.xmlsoap.org/wsdl/"
_SOAP: Final = "http://schemas.xmlsoap.org/wsdl/soap/"
_XS: Final = "http://www.w3.org/2001/XMLSchema"
_TRANSPORT: Final = "http://schemas.xmlsoap.org/soap/http"
_MOST_FILES: Final = 30
_SYNC: Final = ("http://bip.bee.kz/SyncChannel/v10/Interfaces", "ISyncChannel", frozenset({"SendMessage"}))
_ASYNC: Final = (
    "http://bip.bee.kz/AsyncChannel/v10/Interfaces",
    "IAsyncChannel",
    frozenset({"sendMessage", "sendDeliveryNotification", "getMessageStatus", "getMessages"}),
)


@dataclass(frozen=True)
class Contract:
    """A WSDL with what it imports; `problem` says what of it could not be read."""

    files: tuple[etree._Element, ...] = field(repr=False)
    problem: Differs | None = None


def _read(visit: Visit, url: str) -> Contract:
    return visit.keep(f"contract at {url}", lambda: _fetch(visit, url))


def _fetch(visit: Visit, url: str) -> Contract:
    """Breadth first, of the same host alone: a contract may name any address in the world."""
    waiting, known = [url], {url}
    files: list[etree._Element] = []
    while waiting:
        place = waiting.pop(0)
        seen = visit.see(f"the contract at {place}", place, None)
        problem = seen.find_no_reply() or seen.find_no_success() or seen.find_no_xml()
        if problem is not None:
            wanted = "a WSDL" if place == url else "what the WSDL imports"
            return Contract(tuple(files), Differs(wanted, problem.found, problem.body))
        root = seen.xml()
        files.append(root)
        for named in _references(root):
            other = urljoin(place, named)
            if urlsplit(other).netloc != urlsplit(url).netloc:
                return Contract(tuple(files), Differs("imports of the same host", "an import of another one"))
            if other not in known and len(known) < _MOST_FILES:
                known.add(other)
                waiting.append(other)
    return Contract(tuple(files))


def _references(root: etree._Element) -> Iterator[str]:
    for one in root.iter(f"{{{_WSDL}}}import"):
        if one.get("location"):
            yield one.get("location", "")
    for one in root.iter(f"{{{_XS}}}import", f"{{{_XS}}}include"):
        if one.get("schemaLocation"):
            yield one.get("schemaLocation", "")


def _is_served(path_of: Callable[[Visit], str]) -> Check:
    def check(visit: Visit) -> None:
        found = _read(visit, path_of(visit))
        if found.problem is not None:
            raise found.problem
        if found.files[0].tag != f"{{{_WSDL}}}definitions":
            raise Differs("definitions of WSDL 1.1", "another root")

    return check


def _files(visit: Visit, url: str) -> tuple[etree._Element, ...]:
    found = _read(visit, url)
    if not found.files:
        raise NotTried("no WSDL is served")
    return found.files


def _has_port_type(path_of: Callable[[Visit], str], wanted: tuple[str, str, frozenset[str]]) -> Check:
    namespace, name, operations = wanted

    def check(visit: Visit) -> None:
        files = _files(visit, path_of(visit))
        port_types = [
            one
            for file in files
            if file.get("targetNamespace") == namespace
            for one in file.findall(f"{{{_WSDL}}}portType")
            if one.get("name") == name
        ]
        if not port_types:
            raise Differs(f"portType {name} in {namespace}", "none")
        found = {one.get("name", "") for one in port_types[0].findall(f"{{{_WSDL}}}operation")}
        if found != operations:
            raise Differs(", ".join(sorted(operations)), ", ".join(sorted(found)) or "no operation")

    return check


def _check_binding(visit: Visit) -> None:
    files = _files(visit, _sync(visit))
    bindings = [one for file in files for one in file.iter(f"{{{_SOAP}}}binding")]
    operations = [one for file in files for one in file.iter(f"{{{_SOAP}}}operation")]
    bodies = [one for file in files for one in file.iter(f"{{{_SOAP}}}body")]
    fits = (
        bool(bindings and operations and bodies)
        and all(one.get("transport") == _TRANSPORT and one.get("style", "document") == "document" for one in bindings)
        and all(not one.get("soapAction") for one in operations)
        and all(one.get("use") == "literal" for one in bodies)
    )
    if not fits:
        raise Differs('SOAP 1.1 over HTTP, document, literal, soapAction=""', "another binding, or none")


def _sync(visit: Visit) -> str:
    return f"{visit.target.url(visit.target.sync_path)}?wsdl"


def _async(visit: Visit) -> str:
    return f"{visit.target.url(visit.target.async_path)}?wsdl"


def _soap(visit: Visit) -> str:
    chosen = visit.passports(Protocol.SOAP)
    if not chosen:
        raise NotTried("none of the chosen services speaks it")
    return f"{visit.target.url(visit.target.soap_path)}{chosen[0].address}?wsdl"


CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "SHEP-WSDL-001": _is_served(_sync),
        "SHEP-WSDL-002": _has_port_type(_sync, _SYNC),
        "SHEP-WSDL-003": _check_binding,
        "SHEP-WSDL-004": _is_served(_async),
        "SHEP-WSDL-005": _has_port_type(_async, _ASYNC),
        "SOAP-001": _is_served(_soap),
    }
)
