"""What a registry answers: the question's subject is looked up, and the reply is written as the passport says.

One reply always holds the whole record, whatever request it was asked for: several requests are answered by one reply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.vocabulary.terms import Record, load_vocabulary
from contracts.words import Cardinality, ContextWord, DataForm, FieldType
from registries_mock.circumstances import NOT_TAKEN, UNKNOWN, add_circumstances
from registries_mock.clock import Clock
from registries_mock.consent_desk import ConsentDesk
from registries_mock.journal.line import hide
from registries_mock.payloads.contradicting import contradict
from registries_mock.payloads.envelope import inner_payload, put_within
from registries_mock.payloads.invention import invent, own_terms
from registries_mock.payloads.period import within_period
from registries_mock.payloads.reader import Asked, RequestReader
from registries_mock.payloads.scope import Scope, is_present
from registries_mock.payloads.writer import Frame, PayloadWriter, Written
from registries_mock.ports import NewId, People
from registries_mock.signals import Contradiction, Forced, Kind, Lacking, Signal, Stale, Stranger, Surplus, find_signal

SignPayload = Callable[[bytes], bytes]
Take = Callable[[Asked], Record]
"""Does what a request asks for beside telling something: puts an SMS on its phone, a notification into its cabinet, a
file into the store. Says so under its own root of the vocabulary (`sms`, `notification`, `file`); {} where the request
asks for nothing of the kind."""
_OUTCOMES: Final[Mapping[str, Kind]] = {"failed": "refused", "unknown": "no_record"}
"""What a root's `status` makes of the answer."""
CONSENT: Final = "consent.token"
"""What the reply of the service that gives out consents tells."""
_SECRETS: Final = (ContextWord.CONSENT_TOKEN, ContextWord.CONSENT_PUBLIC_KEY, ContextWord.API_KEY)
_OWN_WORDS: Final = ("iban", "phone")
"""Words of a question in whose light a person is looked at."""
_ADULT: Final = 18


@dataclass(frozen=True)
class Answer:
    """A reply before it is put into its protocol's envelope."""

    message_id: str
    body: bytes = b""
    """The payload in the passport's form; b"" where the reply carries none."""
    status: str = ""
    """The code in SHEP's responseInfo."""
    http_status: int = 200
    fault: str = ""
    """The error code of a fault that is sent instead; "" for none."""
    gaps: tuple[str, ...] = ()
    """Mandatory places that the record did not fill."""


class Registries:
    """All registries at once: which one is asked is in the passport."""

    def __init__(
        self,
        catalogue: Catalogue,
        people: People,
        *,
        seed: int,
        clock: Clock,
        new_id: NewId,
        sign: SignPayload,
        take: Sequence[Take],
        desk: ConsentDesk,
    ) -> None:
        self._catalogue = catalogue
        self._people = people
        self._seed = seed
        self._clock = clock
        self._new_id = new_id
        self._sign = sign
        self._take = tuple(take)
        self._desk = desk
        self._own = own_terms(catalogue.vocabulary, load_vocabulary())
        self._gives_consent = frozenset(one.key for one in catalogue.passports.values() if CONSENT in one.binds)
        self._records: dict[str, tuple[str, ...]] = {}
        for _, _, part in catalogue.parts():
            self._records[part.passport] = (*self._records.get(part.passport, ()), *part.records)
        self.reader = cache(self._make_reader)
        self._writer = cache(self._make_writer)
        self._enveloper = cache(self._make_enveloper)

    def answer(self, passport: Passport, asked: Asked, sender_id: str, forced: Forced | None = None) -> Answer:
        """The registry's reply; `forced` makes it one that the subject alone would not get."""
        hide(*(asked.facts.get(word, "") for word in _SECRETS))
        if isinstance(forced, Stranger):
            return self._reply(passport, asked, sender_id, self._tell_of_another(passport, asked), None)
        people = self._people.as_of(forced.days) if isinstance(forced, Stale) else self._people
        found = [self._known(passport, citizen, asked, people) for citizen in people.find(asked.words)]
        records = found or [UNKNOWN]
        if isinstance(forced, Signal):
            return self._reply(passport, asked, sender_id, records, forced)
        kind: Kind | None = forced if isinstance(forced, str) else None
        taken = NOT_TAKEN if kind else self._do(asked)
        if not kind and passport.key in self._gives_consent:
            found = [record | self._ask_consent(record, asked) for record in found]
            records = found or [UNKNOWN]
        records = [record | taken for record in records]
        said = next((_OUTCOMES[s] for one in taken.values() if (s := one.get("status")) in _OUTCOMES), None)
        outcome = kind or said or self._refusal(passport, asked, found)
        if outcome is None and not any(self._is_known(passport, record) for record in records):
            outcome = "no_record"
        signal = find_signal(passport, outcome) if outcome else None
        if signal is None and outcome not in (None, "no_record", "ambiguous"):
            signal = Signal("fault", code="999")
        if isinstance(forced, Contradiction):
            records = [contradict(record, passport, forced.variant) for record in records]
        return self._reply(passport, asked, sender_id, records, signal, None if signal else forced)

    def _tell_of_another(self, passport: Passport, asked: Asked) -> Sequence[Record]:
        """The record of the first of the personas' people whom the registry knows, and nobody of whose asks."""
        about = replace(asked, words={word: said for word, said in asked.words.items() if word not in _OWN_WORDS})
        for iins in (self._people.iins_of(one.name) for one in self._people.personas()):
            if asked.words.get("iin") in iins:
                continue
            for iin in sorted(iins):
                found = [self._known(passport, one, about, self._people) for one in self._people.find({"iin": iin})]
                if any(self._is_known(passport, record) for record in found):
                    return found
        return [UNKNOWN]

    def _do(self, asked: Asked) -> Record:
        done: Record = {}
        for take in self._take:
            done |= take(asked)
        return done

    def interim(self, passport: Passport, asked: Asked, sender_id: str) -> bytes:
        """The message without data that an asynchronous service sends before its reply."""
        return self._writer(passport.key, True).write((), Frame(self._facts(asked, sender_id, self._new_id()))).body

    def _reply(
        self,
        passport: Passport,
        asked: Asked,
        sender_id: str,
        records: Sequence[Record],
        signal: Signal | None,
        forced: Forced | None = None,
    ) -> Answer:
        message_id = self._new_id()
        at = signal.at if signal else ""
        if signal and at == "fault":
            return Answer(message_id, fault=signal.code)
        frame = Frame(
            self._facts(asked, sender_id, message_id),
            overrides={signal.path: signal.code} if signal and at in ("code", "text") and not signal.absent else {},
            without=frozenset({signal.path} if signal and signal.absent else ()),
            surplus=isinstance(forced, Surplus),
        )
        bare = at in ("status", "http")
        enveloped = bool(passport.reply.also_within) and passport.key in self._gives_consent and self._desk.enveloped
        writer = self._enveloper(passport.key) if enveloped else self._writer(passport.key, False)
        told = () if bare else records
        written = writer.write(told, frame)
        if isinstance(forced, Lacking):
            written = _leave_out(writer, told, frame, forced.path, written)
        body = b"" if bare and written.gaps else written.body
        if body and passport.reply.signed and passport.reply.form in (DataForm.STRING, DataForm.ELEMENT):
            body = self._sign(body)
        if body and enveloped:
            body = put_within(body, passport)
        status = signal.code if signal and at == "status" else passport.success_status
        http_status = int(signal.code) if signal and at == "http" else 200
        return Answer(message_id, body, status, http_status, gaps=() if signal else written.gaps)

    def _refusal(self, passport: Passport, asked: Asked, found: Sequence[Record]) -> Kind | None:
        """Why the registry does not say what it knows."""
        if passport.consent == "kdp" and ContextWord.CONSENT_TOKEN in passport_sources(passport):
            facts = asked.facts
            holder = self._desk.judge(
                facts.get(ContextWord.CONSENT_TOKEN, ""), facts.get(ContextWord.CONSENT_PUBLIC_KEY, "")
            )
            if not holder:
                return "consent"
            if found and not any(self._may_consent(holder, record.get("person", {})) for record in found):
                return "consent"
        return "ambiguous" if len(found) > 1 else None

    def _ask_consent(self, record: Record, asked: Asked) -> Record:
        iin = record.get("person", {}).get("iin", "")
        told = self._desk.ask(iin, self._people.phone(iin), asked)
        consent = told.get("consent", {})
        hide(*(str(consent[name]) for name in ("token", "public_key") if consent.get(name)))
        return told

    def _may_consent(self, holder: str, person: Record) -> bool:
        """One's own token; for a child also that of a parent, guardian or adoptive parent (assumed)."""
        born = person.get("birth_date")
        adult = born is None or years_between(born, self._clock().date()) >= _ADULT
        return bool(person.get("iin") == holder) or (not adult and holder in elders_of(person))

    def _known(self, passport: Passport, citizen: Any, asked: Asked, people: People) -> Record:
        record = people.record(citizen)
        record = add_circumstances(record, asked.words, people)
        record = within_period(record, self._catalogue.vocabulary, asked.words)
        iin = record.get("person", {}).get("iin", "")
        return invent(record, passport, self._own, f"{self._seed}:{iin}")

    def _is_known(self, passport: Passport, record: Record) -> bool:
        """Whether the registry has the subject: a record that its parts look for, else anything that it could send."""
        scope = Scope((record,), record)
        wanted = self._records.get(passport.key) or passport.binds
        return any(is_present(scope.value(path)) for path in wanted)

    def _facts(self, asked: Asked, sender_id: str, message_id: str) -> Mapping[str, str]:
        questions = {f"question.{word}": text for word, text in asked.words.items()}
        return questions | {
            ContextWord.MESSAGE_ID: message_id,
            ContextWord.MESSAGE_DATE: self._clock().isoformat(timespec="seconds"),
            ContextWord.REQUEST_ID: asked.facts.get(ContextWord.REQUEST_ID, ""),
            ContextWord.SENDER_ID: sender_id,
        }

    def _make_reader(self, key: str) -> RequestReader:
        return RequestReader(self._catalogue.passports[key])

    def _make_enveloper(self, key: str) -> PayloadWriter:
        passport = self._catalogue.passports[key]
        payload = inner_payload(passport)
        return PayloadWriter(passport, payload, lambda name: self._catalogue.dictionary(passport, name))

    def _make_writer(self, key: str, interim: bool) -> PayloadWriter:
        passport = self._catalogue.passports[key]
        payload = (passport.interim if interim else None) or passport.reply
        return PayloadWriter(passport, payload, lambda name: self._catalogue.dictionary(passport, name))


def _leave_out(writer: PayloadWriter, told: Sequence[Record], frame: Frame, path: str, whole: Written) -> Written:
    """The same without the element of the path, else without the first that it misses: mandatory ones before others."""
    fields = [one for one in writer.payload.fields if one.bind and one.type is not FieldType.GROUP]
    fields.sort(key=lambda one: one.card in (Cardinality.OPTIONAL, Cardinality.MANY))
    for candidate in [path] if path else [one.path for one in fields]:
        written = writer.write(told, replace(frame, lost=frozenset({candidate})))
        if written.body != whole.body:
            return written
    return whole


def elders_of(child: Record) -> set[str]:
    """IINs of those who decide for a child, by what registries know of it: parents, guardian, adoptive parents."""
    iin, born = child.get("iin"), child.get("birth_date")
    births = [
        act
        for act in child.get("births", [])
        if (act.get("child_iin") == iin if iin and act.get("child_iin") else act.get("child_birth_date") == born)
    ]
    guardianship, adoption = child.get("guardianship", {}), child.get("adoption", {})
    elders = {act.get(f"{parent}_iin") for act in births for parent in ("mother", "father")}
    # One whose guardianship has ended still counts: the family declares the child until somebody looks (assumed).
    elders |= {guardianship.get("guardian_iin")}
    elders |= {parent.get("iin") for parent in adoption.get("parents", [])} if adoption.get("adopted") else set()
    return {elder for elder in elders if elder} - {iin}


def passport_sources(passport: Passport) -> set[str]:
    """All that the passport's request is filled from."""
    return {source for one in passport.request.fields for source in one.sources}


def years_between(born: date, today: date) -> int:
    """Full years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
