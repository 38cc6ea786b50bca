"""What becomes of each text of a payload, by what its passport and the vocabulary say of the place; else by its looks.

Kept are the codes of dictionaries and readings, constants, months and periods that are asked about, yes and no. All
else is replaced, also where the passport says nothing of the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from contracts.catalogue import Catalogue
from contracts.passport import Passport, Payload, PayloadField
from contracts.vocabulary.terms import Term
from contracts.words import ContextWord, FieldType, FileOperation, TermType
from registries_mock.payloads.paths import bare, parse_path
from registries_mock.record.looks import BOOLEAN, IIN, MONTH, is_day, replace_by_looks
from registries_mock.record.pseudonyms import Pseudonyms

REMOVED: Final = "removed"
SENDER: Final = "recorded-sender"
_SECRETS: Final = frozenset(
    {
        ContextWord.CONSENT_TOKEN,
        ContextWord.CONSENT_PUBLIC_KEY,
        ContextWord.API_KEY,
        ContextWord.SMS_PASSWORD,
        ContextWord.FILES_PASSWORD,
    }
)
_ACCOUNTS: Final = frozenset({ContextWord.SENDER_ID, ContextWord.SMS_LOGIN, ContextWord.FILES_LOGIN})
_IDS: Final = frozenset({ContextWord.MESSAGE_ID, ContextWord.REQUEST_ID})
_SECRET_TERMS: Final = ("consent.token", "consent.public_key")
_PERIODS: Final = ("question.period_from", "question.period_to", "question.on_date")
_CODES: Final = ("answer", "no_record", "retry", "refused", "consent", "ambiguous")
_LONGEST_ID: Final = 100


class Treatment:
    """What is done to the texts of one service's payloads, requests and replies alike."""

    def __init__(self, passport: Passport, catalogue: Catalogue, pseudonyms: Pseudonyms) -> None:
        self._catalogue = catalogue
        self._passport = passport
        self._pseudonyms = pseudonyms
        self._fields: dict[str, list[PayloadField]] = {}
        for payload in _payloads(passport):
            for one in payload.fields:
                self._fields.setdefault(_plain(one.path), []).append(one)
        self._codes: dict[str, set[str]] = {}
        for reading in (*passport.readings, *passport.interim_readings):
            for kind in _CODES:
                self._codes.setdefault(_plain(reading.path), set()).update(getattr(reading, kind))
        for path in list(self._fields):
            for own in self._fields[path]:
                self._keep_predicates(own.path)
        self.first_steps = frozenset(path.partition("/")[0] for path in self._fields)

    def _keep_predicates(self, path: str) -> None:
        """What tells an element from its neighbours is a word of the passport."""
        steps = parse_path(path)
        for number, step in enumerate(steps, 1):
            if step.key:
                above = "/".join(one.name for one in steps[:number])
                self._codes.setdefault(f"{above}/{'@' if step.key_is_attribute else ''}{step.key}", set()).add(
                    step.wanted
                )

    def replace(self, path: str, text: str) -> str:
        """The text for the text at a path of local names (attributes with `@`)."""
        if not text.strip():
            return text
        if text.strip() in self._codes.get(path, ()):
            return text
        fields = self._fields.get(path)
        if fields is None:
            return self._in_dictionary(path, text) or replace_by_looks(text, self._pseudonyms)
        if fields[0].split is not None:
            separator = fields[0].split.separator
            return separator.join(replace_by_looks(piece, self._pseudonyms) for piece in text.split(separator))
        # Request and reply may have a place of the same name: what any of them would keep is still no person's.
        return next((kept for one in fields if (kept := self._kept(one, text))), "") or self._replaced(fields[0], text)

    def _kept(self, own: PayloadField, text: str) -> str:
        """The text, where it is none of a person's; "" where it may be."""
        core = text.strip()
        entries = self._catalogue.dictionary(self._passport, own.dictionary) if own.dictionary else ()
        term = self._catalogue.vocabulary.get(own.bind)
        keeps = (
            (own.value and core == own.value)
            or any(core == entry.code for entry in entries)
            or (term is not None and term.type is TermType.CODE and core in term.values)
            or (term is not None and term.type is TermType.MONTH and MONTH.fullmatch(core))
            or (
                (own.type is FieldType.BOOLEAN or (term is not None and term.type is TermType.BOOLEAN))
                and core in (*BOOLEAN, "0", "1")
            )
            or (any(source in _PERIODS for source in own.sources) and is_day(core))
            or (ContextWord.MESSAGE_DATE in own.sources and is_day(core))
            or ("question.file_operation" in own.sources and core in set(FileOperation))
        )
        return text if keeps else ""

    def _replaced(self, own: PayloadField, text: str) -> str:
        sources = frozenset(own.sources)
        if sources & _SECRETS or own.bind in _SECRET_TERMS:
            return REMOVED
        if sources & _ACCOUNTS:
            return SENDER
        if sources & _IDS and len(text) <= _LONGEST_ID:
            return self._pseudonyms.guid(text.strip())
        term = self._catalogue.vocabulary.get(own.bind)
        return self._by_term(term, text) if term is not None else replace_by_looks(text, self._pseudonyms)

    def _by_term(self, term: Term, text: str) -> str:
        core, pseudonyms = text.strip(), self._pseudonyms
        if term.type is TermType.IIN and IIN.fullmatch(core):
            return pseudonyms.iin(core)
        if term.type is TermType.BIN and IIN.fullmatch(core):
            return pseudonyms.bin(core)
        if term.type is TermType.STRING:
            stem, _, last = term.path.rpartition(".")
            kind = last.rpartition("_")[2]
            beside = f"{stem}.{last.removesuffix(kind)}surname"
            if kind == "surname":
                return pseudonyms.surname(core)
            # A name is a person's where a surname stands beside it; else it is that of an organisation or a thing.
            if kind in ("name", "patronymic") and beside in self._catalogue.vocabulary:
                return pseudonyms.given_name(core) if kind == "name" else pseudonyms.patronymic(core)
            if kind == "name" and not is_day(core):
                return pseudonyms.scramble(core)
        return replace_by_looks(text, pseudonyms)

    def _in_dictionary(self, path: str, text: str) -> str:
        """Code and names of a dictionary entry, which stand one step below the field; "" where it is none."""
        above = path.rpartition("/")[0]
        for own in self._fields.get(above, ()):
            entries = self._catalogue.dictionary(self._passport, own.dictionary) if own.dictionary else ()
            if own.type is FieldType.DICT and text.strip() in _texts_of(entries):
                return text
            if own.type is FieldType.DICT and own.value and text.strip() == own.value:
                return text
            if own.type is FieldType.DICT and set(own.sources) & _ACCOUNTS:
                return SENDER
        return ""


def _texts_of(entries: Iterable[object]) -> set[str]:
    return {str(getattr(one, name)) for one in entries for name in ("code", "ru", "kk")} - {""}


def _payloads(passport: Passport) -> tuple[Payload, ...]:
    return tuple(one for one in (passport.reply, passport.request, passport.interim) if one is not None)


def _plain(path: str) -> str:
    """Without prefixes and predicates."""
    return "/".join(step.partition("[")[0] for step in bare(path).split("/"))


Treatments = Mapping[str, Treatment]
