"""What a request may be filled from: words of the question and of our own side, without those that must stay out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from contracts.errors import RegistryRefused
from contracts.exchange import Question
from contracts.passport import Passport
from contracts.words import ContextWord

Words = Mapping[str, "str | datetime"]
"""Values by word (`question.iin`, `message.date`); a word without a value is not there."""


@dataclass(frozen=True)
class OurSide:
    """Who asks: the sender that the bus knows, and the organisation behind it."""

    sender_id: str
    sender_password: str = field(default="", repr=False)
    organisation_name: str = ""
    organisation_bin: str = ""
    responsible_name: str = ""
    api_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Keys of open interfaces, by registry."""
    sms_login: str = ""
    sms_password: str = field(default="", repr=False)
    sms_sender: str = ""
    files_login: str = ""
    files_password: str = field(default="", repr=False)


def gather_words(
    passport: Passport, question: Question, side: OurSide, *, message_id: str, message_date: datetime
) -> Words:
    """Return the words that a request of this passport may use, for this question.

    A source that can be searched in several ways is given one of them, the best that the question fills: ГБД ФЛ wants
    unused criteria left out. Raises RegistryRefused where the question fills none.
    """
    known = {word for word, value in question.values.items() if value}
    chosen = next((way for way in passport.search if known.issuperset(way)), None)
    if chosen is None:
        raise RegistryRefused(f"{passport.key}: what is known of the subject fills none of the ways to search")
    unused = {word for way in passport.search for word in way} - set(chosen)
    words: dict[str, str | datetime] = {
        f"question.{word}": value for word, value in question.values.items() if value and word not in unused
    }
    words[ContextWord.MESSAGE_ID] = message_id
    words[ContextWord.MESSAGE_DATE] = message_date
    ours = {
        ContextWord.SENDER_ID: side.sender_id,
        ContextWord.ORGANISATION_NAME: side.organisation_name,
        ContextWord.ORGANISATION_BIN: side.organisation_bin,
        ContextWord.RESPONSIBLE_NAME: side.responsible_name,
        ContextWord.API_KEY: side.api_keys.get(passport.registry, ""),
        ContextWord.SMS_LOGIN: side.sms_login,
        ContextWord.SMS_PASSWORD: side.sms_password,
        ContextWord.SMS_SENDER: side.sms_sender,
        ContextWord.FILES_LOGIN: side.files_login,
        ContextWord.FILES_PASSWORD: side.files_password,
    }
    if question.consent is not None:
        ours[ContextWord.CONSENT_TOKEN] = question.consent.token
        ours[ContextWord.CONSENT_PUBLIC_KEY] = question.consent.public_key
    return words | {word: value for word, value in ours.items() if value}
