"""How ASN.1 names an algorithm, with parameters that are read once it is known which they are."""

from __future__ import annotations

from typing import Any, ClassVar

from asn1crypto import core


class Algorithm(core.Sequence):  # type: ignore[misc]  # the library ships no types
    """An AlgorithmIdentifier; unlike the library's own it has no table that a national algorithm is missing from."""

    _fields: ClassVar[list[Any]] = [("algorithm", core.ObjectIdentifier), ("parameters", core.Any, {"optional": True})]


class Oids(core.SequenceOf):  # type: ignore[misc]  # the library ships no types
    """A list of identifiers, such as the parameters of a GOST key: its curve and its hash."""

    _child_spec = core.ObjectIdentifier
