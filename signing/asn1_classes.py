"""The decoder's classes, made ready before threads meet them.

asn1crypto completes each class when it first makes one of its values, and without a lock: two threads that read their
first signature at the same time could see a class half ready, and call a sound signature malformed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from threading import Lock
from typing import Any, Final

from asn1crypto import cms, core, crl, keys, ocsp, pem, pkcs12, tsp, x509

_LOCK: Final = Lock()
# Some of these add to the classes of others when they are imported: all are there before any class is completed.
_MODULES: Final = (cms, core, crl, keys, ocsp, pem, pkcs12, tsp, x509)


def prepare_classes() -> None:
    """Complete every class that is imported; costs a few milliseconds the first time, and nothing after."""
    with _LOCK:
        _prepare_once()


@cache
def _prepare_once() -> None:
    for one in set(_classes_below(core.Asn1Value)):
        # An abstract class refuses to be made, and no value is ever of it.
        with suppress(TypeError):
            one()


def _classes_below(above: Any) -> Iterator[Any]:
    for one in above.__subclasses__():
        yield one
        yield from _classes_below(one)
