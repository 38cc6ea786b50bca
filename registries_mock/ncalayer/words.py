"""The words of NCALayer's wire: modules, the greeting, and the envelopes of its answers (docs/ncalayer.md)."""

from __future__ import annotations

from typing import Any, Final

PORT: Final = 13579
VERSION: Final = "1.4"
HEARTBEAT: Final = "--heartbeat--"
COMMON_UTILS: Final = "kz.gov.pki.knca.commonUtils"
BASICS: Final = "kz.gov.pki.knca.basics"
PKCS12: Final = "PKCS12"
"""The storage of key files; every other one is a device."""
SIGNATURE: Final = "SIGNATURE"
AUTHENTICATION: Final = "AUTHENTICATION"
CANCELED: Final = "action.canceled"
MODULE_NOT_FOUND: Final = {"success": False, "errorCode": "MODULE_NOT_FOUND"}
NO_JSON: Final = {"success": False, "code": "COMMON_JSON_WRAPPING_EXCEPTION"}
_ABSENT: Final = object()

Answer = dict[str, Any]


def greet(version: str) -> Answer:
    """The message that opens every connection."""
    return {"result": {"version": version}}


def succeed(result: Any = _ABSENT) -> Answer:
    """The answer of commonUtils; a method that gives nothing has no object in it."""
    return {"code": "200"} | ({} if result is _ABSENT else {"responseObject": result})


def fail(message: str | None) -> Answer:
    """The answer of commonUtils to what could not be done; some failures have no text."""
    return {"code": "500"} | ({} if message is None else {"message": message})


def give(result: Any) -> Answer:
    """The answer of basics."""
    return {"status": True, "body": {"result": result}}


def give_nothing() -> Answer:
    """The answer of basics where the user closed the dialogue."""
    return {"status": True, "body": {}}


def refuse(code: str, message: str, details: str = "") -> Answer:
    """The answer of basics to what could not be done."""
    return {"status": False, "code": code, "message": message} | ({"details": details} if details else {})
