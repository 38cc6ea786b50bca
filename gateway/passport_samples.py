"""A passport of a deployment's own as our adapters read it: its samples mean what is stated beside them."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from adapters.payloads.nodes import Node, XmlNode
from adapters.payloads.parsing import parse_json, parse_xml
from adapters.payloads.prepared import Preparations, Prepared
from adapters.payloads.verdicts import Heard
from contracts.catalogue import load_catalogue
from contracts.errors import CatalogueInvalid, RegistryError
from contracts.exchange import Reply
from contracts.passport import Passport
from contracts.tables import read_row, read_toml
from contracts.vocabulary.terms import Coded
from contracts.words import DataForm, Protocol

_MOST_BYTES: Final = 4_000_000


def find_differences(folder: Path, others: Sequence[Path] = ()) -> Iterator[str]:
    """One sentence for each sample that our reader understands otherwise than is stated; values are not repeated.

    Raises CatalogueInvalid where the passport cannot be read or does not fit the catalogue with `others`.
    """
    passport = read_row(Passport, read_toml(folder / "passport.toml"), f"passport {folder.name}")
    with tempfile.TemporaryDirectory() as alone:
        # The copy alone: what lies beside the folder is another matter.
        copy = Path(alone) / "passports" / passport.key
        try:
            shutil.copytree(folder, copy, symlinks=True)
        except (OSError, shutil.Error) as error:
            raise CatalogueInvalid(f"{folder} cannot be read ({type(error).__name__})") from error
        catalogue = load_catalogue((*others, Path(alone)))
        prepared = Preparations(catalogue).of(catalogue.passports[passport.key])
        yield from _compare_reply(prepared, copy / "samples")


def _compare_reply(prepared: Prepared, samples: Path) -> Iterator[str]:
    ending = "json" if prepared.passport.reply.form is DataForm.JSON else "xml"
    stated = _read_stated(samples / "reply.expected.json")
    reply = samples / f"reply.{ending}"
    read = _understand(prepared, reply)
    if isinstance(read, str):
        yield read
    elif read.outcome != "answered":
        yield f"samples/{reply.name} is read as {read.outcome}"
    else:
        for path in _differences(_plain(read.record), stated, ""):
            yield f"samples/{reply.name}: {path} is read otherwise than samples/reply.expected.json states it"
    nothing = samples / f"no_record.{ending}"
    if nothing.is_file():
        read = _understand(prepared, nothing)
        if isinstance(read, str):
            yield read
        elif read.outcome != "no_record":
            yield f"samples/{nothing.name} is read as {read.outcome}, not as no_record"


def _understand(prepared: Prepared, file: Path) -> Reply | str:
    """What the reply's payload says, as it would come after success in all codes around it; or why it says nothing."""
    passport = prepared.passport
    bus = passport.protocol is Protocol.SHEP_SYNC
    try:
        heard = Heard(
            status=passport.success_status if bus else None,
            http=200 if passport.protocol is Protocol.REST else None,
            payload=_payload(passport, _read(file)),
        )
        return prepared.understand(heard)
    except RegistryError as error:
        return f"samples/{file.name} is not understood: {error.code}: {error.detail}"


def _payload(passport: Passport, content: bytes) -> Node:
    if passport.reply.form is DataForm.JSON:
        return parse_json(content)
    return XmlNode(parse_xml(content))


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise CatalogueInvalid(f"samples/{file.name} cannot be read: {error.strerror}") from error
    if len(content) > _MOST_BYTES:
        raise CatalogueInvalid(f"samples/{file.name} is too large")
    return content


def _read_stated(file: Path) -> Any:
    try:
        return json.loads(_read(file))
    except (ValueError, RecursionError) as error:
        raise CatalogueInvalid(f"samples/{file.name} is no JSON") from error


def _plain(value: Any) -> Any:
    """A record as JSON shows it."""
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case Coded():
            return {"code": value.code, "value": value.value, "ru": value.ru, "kk": value.kk}
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
    return value


def _differences(read: Any, stated: Any, path: str) -> Iterator[str]:
    """Paths at which the two trees differ, the lowest that tell it."""
    if isinstance(read, dict) and isinstance(stated, dict):
        for key in sorted({*read, *stated}):
            yield from _differences(read.get(key), stated.get(key), f"{path}.{key}" if path else key)
    elif isinstance(read, list) and isinstance(stated, list) and len(read) == len(stated):
        for number, (one, other) in enumerate(zip(read, stated, strict=True)):
            yield from _differences(one, other, f"{path}[{number}]")
    elif read != stated:
        yield path or "everything"
