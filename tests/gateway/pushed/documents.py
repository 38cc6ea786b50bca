"""Messages of the bus in a test's hand: the hand-typed samples, changed in one place, and what no form may take."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.errors import MalformedInput
from contracts.tables import PACKAGED

SAMPLES = PACKAGED / "samples" / "intakes"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def changed(document: bytes, old: str, new: str) -> bytes:
    """The document with one text for another, which must be there."""
    assert old.encode() in document, old
    return document.replace(old.encode(), new.encode(), 1)


def hostile(document: bytes, root: str) -> dict[str, bytes]:
    """What any form refuses whole, by name; `root` is the local name of the document's root."""
    text = document.decode().partition("?>")[2]
    bomb = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;">]>'
    inside = text.rpartition("</")
    return {
        "nothing": b"",
        "no XML": b"{}",
        "half": document[: len(document) // 2],
        "a DTD": f"{bomb}{text}".encode(),
        "an entity": f"{bomb}{inside[0]}&c;</{inside[2]}".encode(),
        "an entity from outside": f'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>{text}'.encode(),
        "a DTD from outside": f'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">{text}'.encode(),
        "an entity nobody declared": f"{inside[0]}&nobody;</{inside[2]}".encode(),
        "too deep": b"<a>" * 5_000 + b"</a>" * 5_000,
        "another root": b'<a xmlns="urn:another"/>',
        "no namespace": f"<{root}/>".encode(),
        "not UTF-8": b'<?xml version="1.0" encoding="UTF-8"?>' + text.encode("utf-16"),
        "an unknown encoding": f'<?xml version="1.0" encoding="x-no-such"?>{text}'.encode(),
        "a stranger inside": f"{inside[0]}<stranger/></{inside[2]}".encode(),
        "too large": text.encode() + b" " * 5_000_000,
    }


def refuses(read: Callable[[bytes], object], document: bytes, secrets: tuple[str, ...] = ()) -> None:
    """Holds the reader to a stable code and to silence about what it read."""
    with pytest.raises(MalformedInput) as refused:
        read(document)
    assert refused.value.public_code == "push-malformed"
    told = f"{refused.value!r} {refused.value} {refused.value.problems}"
    assert not any(secret in told for secret in secrets)
