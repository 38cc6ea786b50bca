"""The bus's file store: a file laid down there and fetched again, by the catalogue's service that keeps files."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from adapters.asking import Adapter
from adapters.ports import Deadline
from adapters.sms import unkept
from contracts.errors import AnswerOfAnother, ContractBroken, Problem, SettingInvalid, TooLarge
from contracts.exchange import Pending, Question, RecordAttempt
from contracts.passport import Passport
from contracts.words import FileOperation, Protocol, QuestionWord

LARGEST: Final = 5_000_000
"""Bytes of a file: what the bus takes at most is not public."""


@dataclass(frozen=True)
class StoredFile:
    """A file as whoever laid it down has named it: name and media type are his word, not to be believed."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class FileStore:
    """Asks through the adapter of the service's protocol, with its deadline, retries and trust. Safe for threads."""

    passport: Passport | None
    """Of the service that keeps files; None where the catalogue has none."""
    adapters: Mapping[Protocol, Adapter]
    kept_for: timedelta = timedelta(days=30)
    largest: int = LARGEST

    def upload(
        self,
        question_id: str,
        name: str,
        media_type: str,
        content: bytes,
        *,
        deadline: Deadline,
        record: RecordAttempt = unkept,
    ) -> str:
        """The id under which the file lies there. Sending it again under the same `question_id` keeps it once.

        Raises TooLarge or ValueError (an empty file) before anything is sent, RegistryError where there is no answer.
        """
        if not content:
            raise ValueError("an empty file is not laid down")
        if len(content) > self.largest:
            raise self._refuse()
        told = self._ask(
            question_id,
            {
                QuestionWord.FILE_OPERATION: FileOperation.UPLOAD,
                QuestionWord.FILE_PROCESS_ID: question_id,
                QuestionWord.FILE_CONTENT: base64.b64encode(content).decode(),
                QuestionWord.FILE_NAME: name,
                QuestionWord.FILE_MEDIA_TYPE: media_type,
                QuestionWord.FILE_LIFE_TIME: str(self.kept_for // timedelta(milliseconds=1)),
            },
            deadline,
            record,
        )
        if told is None or not told.get("stored_id"):
            raise ContractBroken("the file store took a file and gave it no id")
        if told.get("process_id", question_id) != question_id:
            raise AnswerOfAnother("the file store speaks of another file than was sent")
        return str(told["stored_id"])

    def download(
        self, question_id: str, file_id: str, *, deadline: Deadline, record: RecordAttempt = unkept
    ) -> StoredFile | None:
        """The file; None where nothing lies under the id, or no longer.

        Raises RegistryError where there is no answer (a file without content is none), TooLarge.
        """
        words = {QuestionWord.FILE_OPERATION: FileOperation.DOWNLOAD, QuestionWord.FILE_ID: file_id}
        try:
            told = self._ask(question_id, words, deadline, record)
        except ContractBroken as broken:
            if not broken.too_long:
                raise
            # A reply that long holds a file that is too large, whatever its exact size.
            raise self._refuse() from broken
        if told is None:
            return None
        if told.get("id", file_id) != file_id:
            raise AnswerOfAnother("the file store answered with another file than was asked for")
        content = _decode(str(told.get("content", "")))
        if len(content) > self.largest:
            raise self._refuse()
        return StoredFile(str(told.get("name", "")), str(told.get("media_type", "")), content)

    def _ask(
        self, question_id: str, words: Mapping[QuestionWord, str], deadline: Deadline, record: RecordAttempt
    ) -> Mapping[str, Any] | None:
        """What the reply tells of the file; None for "no record"."""
        passport = self.passport
        if passport is None or passport.protocol not in self.adapters:
            raise SettingInvalid("the catalogue has no service that keeps files and answers at once")
        asked = Question(question_id, words)
        reply = self.adapters[passport.protocol].ask(passport, asked, deadline=deadline, record=record)
        if isinstance(reply, Pending):
            raise ContractBroken("the file store put its answer off")
        if reply.outcome == "no_record":
            return None
        told = reply.record.get("file")
        return told if isinstance(told, dict) else {}

    def _refuse(self) -> TooLarge:
        detail = f"a file has at most {self.largest} bytes"
        return TooLarge(problems=(Problem("file-too-large", "", detail),))


def find_file_passport(passports: Mapping[str, Passport]) -> Passport | None:
    """The auxiliary service that keeps files: the one whose reply holds a file's content."""
    return next((one for one in passports.values() if one.auxiliary and "file.content" in one.binds), None)


def _decode(text: str) -> bytes:
    """The bytes of base64, broken into lines or not; raises ContractBroken where there are none."""
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        # `from None`: the texts of these exceptions may quote what stands in the file.
        raise ContractBroken("the file's content is not base64") from None
    if not content:
        raise ContractBroken("the file store answered without the file's content")
    return content
