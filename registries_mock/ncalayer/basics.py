"""The module basics: its one method that signs, CMS or XML, one text or many with one key."""

from __future__ import annotations

from typing import Any, Final

from registries_mock.ncalayer import words
from registries_mock.ncalayer.desk import Desk
from registries_mock.ncalayer.errors import DialogueClosed, Impossible, Mistyped, ParametersInvalid
from registries_mock.ncalayer.key_info import write_pem
from registries_mock.ncalayer.parameters import XML, Wanted, read_wanted
from registries_mock.ncalayer.signatures import armour, check_xml, decode, sign_xml
from signing.cms.making import sign_cms, sign_digest
from signing.keys import SigningKey

_SIGN: Final = "sign"
_THREW: Final = "An invoked method threw an exception."


def answer(desk: Desk, name: str, arguments: Any) -> words.Answer:
    """The answer to one request of this module; SocketDropped passes through."""
    if name != _SIGN:
        return words.refuse("INVOCATION_ERROR", "There is no such method.")
    try:
        return words.give(_sign(desk, read_wanted(arguments)))
    except DialogueClosed:
        return words.give_nothing()
    except Mistyped as failure:
        return words.refuse("INVOCATION_ERROR", _THREW, f"org.json.JSONException: {failure}")
    except ParametersInvalid as failure:
        return words.refuse("INVALID_SIGNING_PARAMS", str(failure))
    except Impossible as failure:
        return words.refuse("SIGNING_FAILURE", failure.message or "")


def _sign(desk: Desk, wanted: Wanted) -> Any:
    """A signature for each text, always as a list; with the certificate beside them where it is wanted."""
    made = _sign_xml(desk, wanted) if wanted.format == XML else _sign_cms(desk, wanted)
    key, signatures = made
    if wanted.with_certificate:
        return {"signatures": signatures, "certificate": write_pem(key.certificate)}
    return signatures


def _sign_xml(desk: Desk, wanted: Wanted) -> tuple[SigningKey, list[str]]:
    documents = [_decode_text(text) for text in wanted.data] if wanted.decode else list(wanted.data)
    for document in documents:
        check_xml(document)
    key = _choose(desk, wanted)
    return key, [sign_xml(document, key) for document in documents]


def _sign_cms(desk: Desk, wanted: Wanted) -> tuple[SigningKey, list[str]]:
    contents = [decode(text) if wanted.decode else text.encode("utf-8") for text in wanted.data]
    key = _choose(desk, wanted)
    stamp = desk.stamp_for(key) if wanted.stamped else None
    at = desk.clock()
    if wanted.digested:
        return key, [armour(sign_digest(one, key, at, stamp=stamp)) for one in contents]
    return key, [armour(sign_cms(one, key, at, attached=wanted.attach, stamp=stamp)) for one in contents]


def _choose(desk: Desk, wanted: Wanted) -> SigningKey:
    """Where the storage is none of the allowed ones, the dialogue has nothing to offer."""
    if wanted.storages and desk.storage not in wanted.storages:
        raise DialogueClosed
    return desk.open_dialogue(wanted.signer.fits)


def _decode_text(text: str) -> str:
    try:
        return decode(text).decode("utf-8")
    except UnicodeDecodeError as failure:
        raise Impossible("org.xml.sax.SAXParseException; The document is not text in UTF-8.") from failure
