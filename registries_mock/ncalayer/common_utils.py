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
from registries_mock.ncalayer.signatures import decode
from signing.cms.making import sign_cms
from signing.keys import SigningKey


@dataclass(frozen=True)
class Method:
    """`takes` are the types of the arguments; `gives` says whether the answer carries an object."""

    do: Callable[..., Any]
    takes: tuple[type, ...] = ()
    gives: bool = True
    asks: bool = True
    """Whether the user sees a dialogue, or the network is asked: what a behaviour of requests is about."""


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


def asks(name: str) -> bool:
    """Whether a request for this method is one that behaviours are about."""
    return name in METHODS and METHODS[name].asks


def _check(method: Method, name: str, given: Any) -> Sequence[Any]:
    arguments = [] if given is None else given
    if not isinstance(arguments, list) or len(arguments) != len(method.takes):
        raise Mistyped(f"java.lang.IllegalArgumentException: wrong number of arguments. Method: {name}")
    # In Java a whole number is no boolean either, so the types are compared exactly.
    if any(type(value) is not wanted for value, wanted in zip(arguments, method.takes, strict=True)):
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


def _choose(desk: Desk, storage: str, key_type: str) -> SigningKey:
    """Raises Impossible for a storage that is not there; no name at all means any."""
    if storage not in ("", desk.storage):
        raise Impossible(f"storage.not.found: {storage[:40]}")
    return desk.open_dialogue(lambda key: fits_type(key, key_type))


def _encode(message: bytes) -> str:
    return base64.b64encode(message).decode("ascii")


METHODS: Final[Mapping[str, Method]] = {
    "getActiveTokens": Method(_list_tokens, asks=False),
    "getKeyInfo": Method(_tell_key, (str,)),
    "createCMSSignatureFromBase64": Method(_sign_stamped, (str, str, str, bool)),
}
