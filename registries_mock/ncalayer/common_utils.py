"""The module commonUtils: its methods as rows, with the types of their arguments, which stand in order."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from registries_mock.ncalayer import words
from registries_mock.ncalayer.desk import Desk, fits_type
from registries_mock.ncalayer.errors import DialogueClosed, Impossible, Mistyped
from registries_mock.ncalayer.key_info import describe_key
from registries_mock.ncalayer.signatures import check_xml, decode, sign_xml
from signing.cms.making import sign_cms, sign_digest
from signing.cms.stamping import stamp_signers
from signing.errors import SignatureRefused
from signing.keys import SigningKey


@dataclass(frozen=True)
class Method:
    """`takes` are the types of the arguments; `gives` says whether the answer carries an object."""

    do: Callable[..., Any]
    takes: tuple[type, ...] = ()
    gives: bool = True


def answer(desk: Desk, name: str, arguments: Any) -> words.Answer:
    """The answer to one request of this module; SocketDropped passes through."""
    method = METHODS.get(name)
    if method is None:
        return words.fail(f"java.lang.NoSuchMethodException: {name}")
    try:
        result = method.do(desk, *_check(method, name, arguments))
    except DialogueClosed:
        return words.fail(words.CANCELED)
    except Mistyped as failure:
        return words.fail(str(failure))
    except Impossible as failure:
        return words.fail(failure.message)
    return words.succeed(result) if method.gives else words.succeed()


def _check(method: Method, name: str, given: Any) -> Sequence[Any]:
    arguments = [] if given is None else given
    if not isinstance(arguments, list) or len(arguments) != len(method.takes):
        raise Mistyped(f"java.lang.IllegalArgumentException: wrong number of arguments. Method: {name}")
    texts = [item for value in arguments if isinstance(value, list) for item in value]
    if any(not isinstance(value, wanted) for value, wanted in zip(arguments, method.takes, strict=True)) or not all(
        isinstance(item, str) for item in texts
    ):
        raise Mistyped(f"java.lang.IllegalArgumentException: argument type mismatch. Method: {name}")
    return arguments


def _list_tokens(desk: Desk) -> list[str]:
    """Devices alone: files are no devices."""
    return [] if desk.storage == words.PKCS12 else [desk.storage]


def _tell_key(desk: Desk, storage: str) -> dict[str, str]:
    return describe_key(_choose(desk, storage, ""))


def _sign_bytes(desk: Desk, storage: str, key_type: str, data: str, attach: bool, *, stamped: bool) -> str:
    content = decode(data)
    key = _choose(desk, storage, key_type)
    stamp = desk.stamp_for(key) if stamped else None
    return _encode(sign_cms(content, key, desk.clock(), attached=attach, stamp=stamp))


def _sign_cades(desk: Desk, storage: str, key_type: str, data: str, attach: bool) -> str:
    return _sign_bytes(desk, storage, key_type, data, attach, stamped=False)


def _sign_stamped(desk: Desk, storage: str, key_type: str, data: str, attach: bool) -> str:
    return _sign_bytes(desk, storage, key_type, data, attach, stamped=True)


def _sign_hash(desk: Desk, storage: str, key_type: str, data: str) -> str:
    """The digest is signed as it is given, of whatever length: so does NCALayer."""
    digest = decode(data)
    if not digest:
        raise Impossible(None)
    key = _choose(desk, storage, key_type)
    return _encode(sign_digest(digest, key, desk.clock()))


def _stamp_message(desk: Desk, storage: str, _key_type: str, data: str) -> str:
    """No key is chosen: the timestamp is over a signature that is there."""
    _find_storage(desk, storage)
    try:
        # Which family stamps goes by the first key of the list, as it would for a signature of its own.
        return _encode(stamp_signers(decode(data), desk.stamp_for(desk.holder.list_keys()[0])))
    except SignatureRefused as refusal:
        raise Impossible(f"kz.gov.pki.kalkan.jce.provider.cms.CMSException: {refusal.reason}") from refusal


def _sign_xml(desk: Desk, storage: str, key_type: str, document: str, signed: str, parent: str) -> str:
    return _sign_xmls(desk, storage, key_type, [document], signed, parent)[0]


def _sign_xmls(desk: Desk, storage: str, key_type: str, documents: list[str], signed: str, parent: str) -> list[str]:
    """Each document is signed whole; one key, chosen once, signs all of them."""
    if signed or parent:
        raise Impossible("the mock signs whole documents: leave the two paths empty")
    for document in documents:
        check_xml(document)
    key = _choose(desk, storage, key_type)
    return [sign_xml(document, key) for document in documents]


def _change_locale(_desk: Desk, _locale: str) -> None:
    """There is no dialogue whose language could change."""


def _choose(desk: Desk, storage: str, key_type: str) -> SigningKey:
    _find_storage(desk, storage)
    return desk.open_dialogue(lambda key: fits_type(key, key_type))


def _find_storage(desk: Desk, storage: str) -> None:
    """Raises Impossible for a storage that is not there; no name at all means any."""
    if storage not in ("", desk.storage):
        raise Impossible(f"storage.not.found: {storage[:40]}")


def _encode(message: bytes) -> str:
    return base64.b64encode(message).decode("ascii")


METHODS: Final[Mapping[str, Method]] = {
    "getActiveTokens": Method(_list_tokens),
    "getKeyInfo": Method(_tell_key, (str,)),
    "createCAdESFromBase64": Method(_sign_cades, (str, str, str, bool)),
    "createCAdESFromBase64Hash": Method(_sign_hash, (str, str, str)),
    "createCMSSignatureFromBase64": Method(_sign_stamped, (str, str, str, bool)),
    "applyCAdEST": Method(_stamp_message, (str, str, str)),
    "signXml": Method(_sign_xml, (str, str, str, str, str)),
    "signXmls": Method(_sign_xmls, (str, str, list, str, str)),
    "changeLocale": Method(_change_locale, (str,), gives=False),
}
