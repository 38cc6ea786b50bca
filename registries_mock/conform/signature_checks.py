"""Checks of WS-Security: a signed question gets a reply that is signed as SHEP signs, and a spoiled one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from lxml import etree

from contracts.words import Protocol
from registries_mock.conform.asking import ANSWER, send_sync, write_usual
from registries_mock.conform.errors import Differs, NotTried
from registries_mock.conform.seen import Seen
from registries_mock.conform.visit import Check, Visit
from registries_mock.payloads.xml_in import child
from registries_mock.wire import SOAP

if TYPE_CHECKING:
    from registries_mock.conform.target import Seal

_WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_DS: Final = "http://www.w3.org/2000/09/xmldsig#"
_BODY_END: Final = b"</S:Body>"


def _seal(visit: Visit) -> Seal:
    if visit.target.seal is None:
        raise NotTried("it needs a key (--key and --trust)")
    return visit.target.seal


def _sign(visit: Visit) -> bytes:
    # Here, because most runs are unsigned and need none of the libraries for signatures.
    from signing.errors import SigningError
    from signing.wsse.signing import sign_envelope

    try:
        return sign_envelope(write_usual(visit, visit.first(Protocol.SHEP_SYNC)), _seal(visit).key)
    except SigningError as failure:
        raise NotTried(f"the question cannot be signed: {failure}") from failure


def _ask(visit: Visit) -> Seen:
    seen = send_sync(visit, "a signed question", _sign(visit))
    seen.answer(ANSWER)
    return seen


def _security(visit: Visit) -> tuple[Seen, list[etree._Element]]:
    seen = _ask(visit)
    header = child(seen.xml(), "Header")
    return seen, [] if header is None else header.findall(f"{{{_WSSE}}}Security")


def _check_signed(visit: Visit) -> None:
    seen, found = _security(visit)
    signatures = [one for security in found for one in security.findall(f"{{{_DS}}}Signature")]
    if len(found) != 1 or len(signatures) != 1:
        told = f"{len(found)} headers with {len(signatures)} signatures"
        raise Differs("one wsse:Security with one ds:Signature", told, seen.body)


def _check_holds(visit: Visit) -> None:
    from signing.policy import MESSAGE_USAGE, Policy
    from signing.wsse.verifying import verify_envelope

    seen, found = _security(visit)
    if not found:
        raise NotTried("the reply is not signed")
    seal = _seal(visit)
    policy = Policy(seal.trust, visit.now, key_usage=MESSAGE_USAGE)
    verdict = verify_envelope(seen.body, policy, seal.certificates)
    if verdict.content is None:
        raise Differs("a signature that holds", f"{verdict.sub_indication}: {verdict.reason}", seen.body)


def _check_must_understand(visit: Visit) -> None:
    seen, found = _security(visit)
    if not found:
        raise NotTried("the reply is not signed")
    if found[0].get(f"{{{SOAP}}}mustUnderstand") != "1":
        raise Differs('mustUnderstand="1"', "another, or none", seen.body)


def _check_family(visit: Visit) -> None:
    seen, found = _security(visit)
    methods = (one for security in found for one in security.iter(f"{{{_DS}}}SignatureMethod"))
    method = next((one.get("Algorithm", "") for one in methods), "")
    if not method:
        raise NotTried("the reply is not signed")
    wanted = "GOST" if _seal(visit).key.suite.gost else "RSA"
    got = "GOST" if "gost" in method.lower() else "RSA"
    if wanted != got:
        raise Differs(f"a signature of {wanted}", f"one of {got}", seen.body)


def _check_spoiled(visit: Visit) -> None:
    spoiled = (b" " + _BODY_END).join(_sign(visit).rsplit(_BODY_END, 1))
    _ask(visit)
    seen = send_sync(visit, "a question that was changed after it was signed", spoiled)
    problem = seen.find_no_reply()
    if problem is not None:
        raise Differs("a SOAP fault", problem.found)
    seen.fault("a SOAP fault")


CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "SHEP-SIGN-001": _check_signed,
        "SHEP-SIGN-002": _check_holds,
        "SHEP-SIGN-003": _check_must_understand,
        "SHEP-SIGN-004": _check_family,
        "SHEP-SIGN-005": _check_spoiled,
    }
)
