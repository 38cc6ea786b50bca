"""The messages that a run sends: SHEP's envelopes around questions that are written as the passports say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from xml.sax.saxutils import escape

from contracts.catalogue import Catalogue
from contracts.iin import birth_date
from contracts.passport import Passport
from contracts.words import ContextWord, QuestionWord
from registries_mock.bus.data import data_element
from registries_mock.conform.errors import NotTried
from registries_mock.payloads.writer import Frame, PayloadWriter
from registries_mock.wire import SOAP

SYNC_TYPES: Final = "http://bip.bee.kz/SyncChannel/v10/Types"
ASYNC_TYPES: Final = "http://bip.bee.kz/AsyncChannel/v10/Types"
_QUESTION: Final = "question."
_MONTHS: Final = 3


def complete_words(words: Mapping[str, str], today: date) -> dict[str, str]:
    """The words with what follows from them: the date of birth from the IIN, the last whole quarter as the period."""
    found: dict[str, str] = {}
    iin = words.get(QuestionWord.IIN, "")
    born = birth_date(iin) if len(iin) == 12 and iin.isdigit() else None
    if born is not None:
        found[QuestionWord.BIRTH_DATE] = born.isoformat()
    if iin:
        # Whoever is asked beside the person is the person, where nobody else was named.
        found[QuestionWord.RELATED_IIN] = iin
    first = date(today.year, 1 + (today.month - 1) // _MONTHS * _MONTHS, 1)
    end = first - timedelta(days=1)
    found[QuestionWord.PERIOD_FROM] = date(end.year, end.month - _MONTHS + 1, 1).isoformat()
    found[QuestionWord.PERIOD_TO] = end.isoformat()
    found[QuestionWord.ON_DATE] = today.isoformat()
    return found | dict(words)


def asked_words(passport: Passport, words: Mapping[str, str]) -> dict[str, str]:
    """The question words that go to this service; NotTried where they do not say whom it is about."""
    chosen = next((one for one in passport.search if all(words.get(word) for word in one)), None)
    if chosen is None:
        wanted = " or ".join(" and ".join(one) for one in passport.search)
        raise NotTried(f"its question needs {wanted}")
    others = {word for one in passport.search for word in one} - set(chosen)
    questions = {QuestionWord(word).value for word in words if word in set(QuestionWord)}
    return {word: words[word] for word in questions - others if words[word]}


def write_question(
    catalogue: Catalogue, passport: Passport, words: Mapping[str, str], sender: str, message_id: str, now: datetime
) -> bytes:
    """The business payload of a question."""
    facts = {f"{_QUESTION}{word}": text for word, text in asked_words(passport, words).items()}
    facts |= {word: words[word] for word in set(ContextWord) if words.get(word)}
    facts |= {
        ContextWord.MESSAGE_ID: message_id,
        ContextWord.MESSAGE_DATE: now.isoformat(timespec="seconds"),
        ContextWord.SENDER_ID: sender,
    }
    writer = PayloadWriter(passport, passport.request, lambda name: catalogue.dictionary(passport, name))
    return writer.write((), Frame(facts)).body


def write_data(passport: Passport, payload: bytes) -> str:
    """The same as SHEP's data element, in the passport's form."""
    return data_element(passport.request, payload)


def write_sender(sender: str, password: str) -> str:
    return f"<sender><senderId>{escape(sender)}</senderId><password>{escape(password)}</password></sender>"


def write_sync(info: str, data: str, *, request: str = "request") -> bytes:
    """SendMessage with what stands in requestInfo, and the data element; `request` is that element's opening tag."""
    return write_envelope(
        f'<ns2:SendMessage xmlns:ns2="{SYNC_TYPES}"><{request}><requestInfo>{info}</requestInfo>'
        f"<requestData>{data}</requestData></request></ns2:SendMessage>"
    )


def write_async(operation: str, content: str) -> bytes:
    """One operation of AsyncChannel."""
    return write_envelope(f'<ns2:{operation} xmlns:ns2="{ASYNC_TYPES}"><request>{content}</request></ns2:{operation}>')


def write_envelope(content: str) -> bytes:
    return f'<S:Envelope xmlns:S="{SOAP}"><S:Body>{content}</S:Body></S:Envelope>'.encode()
