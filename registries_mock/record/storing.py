"""A recording on the disk: a folder with one file of JSON an exchange, all of them replaced before they get here."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

FORMAT: Final = 1
_HEAD: Final = "recording.json"
_EXCHANGES: Final = "exchanges"
_MOST_BYTES: Final = 100_000_000
_CHANNELS: Final = ("sync", "async", "soap", "rest")


class RecordingUnusable(Exception):
    """The folder holds no recording that can be read, or cannot be written to."""

    code = "recording-unusable"


@dataclass(frozen=True)
class Exchange:
    """One exchange, every personal value in it replaced."""

    channel: str
    """`sync`, `async`, `soap`, `rest`."""
    address: str
    """What stood behind the channel's path: the address of a plain SOAP or REST service."""
    request: str = field(repr=False)
    reply: str = field(repr=False)
    status: int
    """HTTP; 0 where no answer came."""
    content_type: str
    took_ms: int
    operation: str = ""
    """The element in the request's Body."""
    service_id: str = ""
    passport: str = ""
    """Key of the passport by which it was replaced; "" for none."""
    iins: tuple[str, ...] = field(default=(), repr=False)
    """Whom the request was about, as replaced."""
    unreadable: bool = False
    """The reply could not be read, and is not here."""
    length: int = 0
    """Bytes of such a reply."""
    failure: str = ""
    """Why no answer came."""
    number: int = 0


class Folder:
    """Where exchanges of one recording are put, each written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        """Raises RecordingUnusable where there is a recording already: its replacements are others."""
        self._folder = folder
        self._lock = threading.Lock()
        self._count = 0
        if (folder / _HEAD).exists():
            raise RecordingUnusable("the folder holds a recording already; each recording replaces anew")
        try:
            (folder / _EXCHANGES).mkdir(parents=True, exist_ok=True)
            self._write(folder / _HEAD, {"format": FORMAT})
        except OSError as failure:
            raise RecordingUnusable(f"the folder cannot be written to: {failure.strerror}") from failure

    def put(self, exchange: Exchange) -> int:
        """Keep it; returns its number. Raises RecordingUnusable where the disk does not take it."""
        with self._lock:
            self._count += 1
            number = self._count
        try:
            self._write(self._folder / _EXCHANGES / f"{number:06}.json", asdict(replace(exchange, number=number)))
        except OSError as failure:
            raise RecordingUnusable(f"an exchange cannot be written: {failure.strerror}") from failure
        return number

    @staticmethod
    def _write(file: Path, content: Mapping[str, Any]) -> None:
        beside = file.with_suffix(".part")
        beside.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(file)


def read_recording(folder: Path) -> list[Exchange]:
    """The exchanges in their order; raises RecordingUnusable."""
    head = _read(folder / _HEAD)
    if head.get("format") != FORMAT:
        raise RecordingUnusable("the recording is of another format")
    files = sorted((folder / _EXCHANGES).glob("*.json"))
    if sum(file.stat().st_size for file in files) > _MOST_BYTES:
        raise RecordingUnusable(f"the recording is larger than {_MOST_BYTES} bytes")
    return [_as_exchange(_read(file), file.name) for file in files]


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as failure:
        raise RecordingUnusable(f"{file.name} cannot be read") from failure
    if not isinstance(found, dict):
        raise RecordingUnusable(f"{file.name} is no object")
    return found


def _as_exchange(found: dict[str, Any], name: str) -> Exchange:
    """What people may have edited by hand is looked at: words, types, channel."""
    types = {"status": int, "took_ms": int, "length": int, "number": int, "unreadable": bool}
    known = {one.name for one in fields(Exchange)}
    fits = (
        set(found) <= known
        and found.get("channel") in _CHANNELS
        and isinstance(found.get("iins", []), list)
        and all(isinstance(one, str) for one in found.get("iins", []))
        and all(isinstance(value, types.get(word, str)) for word, value in found.items() if word != "iins")
    )
    try:
        if fits:
            return Exchange(**{**found, "iins": tuple(found.get("iins", ()))})
    except TypeError:
        pass
    raise RecordingUnusable(f"{name} is no exchange of a recording")
