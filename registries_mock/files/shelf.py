"""Files that participants laid down: kept in memory until their time is over, fetched by whoever knows the id."""

from __future__ import annotations

import base64
import binascii
import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from contracts.vocabulary.terms import Record
from contracts.words import ContextWord, FileOperation, QuestionWord
from registries_mock.bus.credentials import Senders
from registries_mock.clock import Clock
from registries_mock.errors import RegistryRefuses
from registries_mock.payloads.reader import Asked
from registries_mock.ports import NewId

LARGEST: Final = 5_000_000
MOST_BYTES: Final = 200_000_000
"""Of all files together."""
LONGEST: Final = timedelta(days=365)
KEPT_FOR: Final = timedelta(hours=8)
"""Where the sender does not say for how long (assumed)."""


@dataclass(frozen=True)
class File:
    id: str
    name: str
    media_type: str
    uploader: str
    uploaded_at: datetime
    expires_at: datetime
    content: bytes = field(repr=False)

    def describe(self) -> Mapping[str, Any]:
        """Everything but the content."""
        return {
            "id": self.id,
            "name": self.name,
            "media_type": self.media_type,
            "size": len(self.content),
            "uploader": self.uploader,
            "uploaded_at": self.uploaded_at.isoformat(timespec="seconds"),
            "expires_at": self.expires_at.isoformat(timespec="seconds"),
        }


class Shelf:
    """All files at once."""

    def __init__(self, accounts: Senders, clock: Clock, new_id: NewId, *, room: int = MOST_BYTES) -> None:
        self._room = room
        self._accounts = accounts
        self._clock = clock
        self._new_id = new_id
        self._lock = threading.Lock()
        self._files: dict[str, File] = {}
        self._sent: dict[tuple[str, str, str], str] = {}
        """Ids by sender, the sender's own id, and the content's hash."""

    def take(self, asked: Asked) -> Record:
        """Do what the request asks, and say so in the vocabulary; {} where it is about no file.

        Raises RegistryRefuses (999) for an account that is not known.
        """
        words, facts = asked.words, asked.facts
        if QuestionWord.FILE_OPERATION not in words:
            return {}
        login = facts.get(ContextWord.FILES_LOGIN, "")
        if not self._accounts.know(login, facts.get(ContextWord.FILES_PASSWORD, "")):
            raise RegistryRefuses("999")
        match words[QuestionWord.FILE_OPERATION]:
            case FileOperation.UPLOAD:
                return {"file": {"operation": "upload", **self._take_in(words, login)}}
            case FileOperation.DOWNLOAD:
                return {"file": {"operation": "download", **self._hand_out(words.get(QuestionWord.FILE_ID, ""))}}
        raise RegistryRefuses("999")

    def put(self, name: str, media_type: str, content: bytes, uploader: str, kept_for: timedelta) -> File | None:
        """The file as it lies there; None where it is empty or too large, or there is no room."""
        now = self._clock()
        if not 0 < len(content) <= LARGEST or not timedelta(0) < kept_for <= LONGEST:
            return None
        with self._lock:
            self._throw_out(now)
            if sum(len(one.content) for one in self._files.values()) + len(content) > self._room:
                return None
            file = File(self._new_id(), name, media_type, uploader, now, now + kept_for, content)
            self._files[file.id] = file
        return file

    def list(self) -> list[File]:
        """What lies there, the newest first."""
        with self._lock:
            self._throw_out(self._clock())
            return list(reversed(self._files.values()))

    def reset(self) -> None:
        with self._lock:
            self._files.clear()
            self._sent.clear()

    def _take_in(self, words: Mapping[str, str], login: str) -> dict[str, Any]:
        own_id = words.get(QuestionWord.FILE_PROCESS_ID, "")
        life_time = words.get(QuestionWord.FILE_LIFE_TIME, "")
        content, kept_for = _decode(words.get(QuestionWord.FILE_CONTENT, "")), _read_life_time(life_time)
        if content is None or kept_for is None:
            return {"process_id": own_id, "status": "failed"}
        sent = (login, own_id, hashlib.sha256(content).hexdigest())
        with self._lock:
            self._throw_out(self._clock())
            known = self._files.get(self._sent.get(sent, ""))
        name, media_type = words.get(QuestionWord.FILE_NAME, ""), words.get(QuestionWord.FILE_MEDIA_TYPE, "")
        file = known or self.put(name, media_type, content, login, kept_for)
        if file is None:
            return {"process_id": own_id, "status": "failed"}
        with self._lock:
            self._sent[sent] = file.id
        return {
            "process_id": own_id,
            "stored_id": file.id,
            "life_time": (file.expires_at - file.uploaded_at) // timedelta(milliseconds=1),
        }

    def _hand_out(self, file_id: str) -> dict[str, Any]:
        with self._lock:
            self._throw_out(self._clock())
            file = self._files.get(file_id)
        if file is None:
            return {"id": file_id, "status": "unknown"}
        return {**file.describe(), "content": base64.b64encode(file.content).decode()}

    def _throw_out(self, now: datetime) -> None:
        self._files = {number: one for number, one in self._files.items() if one.expires_at > now}
        self._sent = {sent: number for sent, number in self._sent.items() if number in self._files}


def _decode(text: str) -> bytes | None:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _read_life_time(text: str) -> timedelta | None:
    """None where it is no number of milliseconds that a file may live for."""
    if not text:
        return KEPT_FOR
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return None
    asked = timedelta(milliseconds=int(text))
    return asked if timedelta(0) < asked <= LONGEST else None
