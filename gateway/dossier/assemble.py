"""The dossier as JSON: application, signature verdict, 24 requests with every inquiry's evidence, terms, findings.

Pure: a stored application with its attempts and events in, plain data out. Every row of the service is there, asked
or not, so that the requests are always accounted for; each carries its `number`. Raw messages are not in it: only
the hash of each, so that evidence can be compared with what is sealed in the store. Nor are the ids of exchanges and
of the bus's chains, by which a late reply finds its exchange: an exchange has an ordinal here, so that it can be seen
which parts share one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from contracts.catalogue import Catalogue
from contracts.findings import FindingCode, FindingRow
from contracts.request import RequestRow
from contracts.words import Outcome
from gateway.core.answers import Answer, PartAnswer, read_all, tell_part
from gateway.core.calendar import ALMATY
from gateway.core.case import Case
from gateway.core.findings import Finding, find_contradictions
from gateway.core.gaps import find_gaps
from gateway.core.law import FindLaw, Law, law_of
from gateway.core.terms import LegalDate, read_terms
from gateway.documents.reasons import FindReasons, find_staged
from gateway.dossier.chain import describe_chain
from gateway.dossier.consents import describe_consent
from gateway.dossier.course import describe_course
from gateway.dossier.declared import describe_application, describe_representative, describe_subject
from gateway.office.told_dates import read_told
from gateway.store.course_rows import Course
from gateway.store.encoding import plain
from gateway.store.rows import ArrivalRow, AttemptRow, Event, Evidence, StoredApplication

FORMAT = "urn:asp-gateway:dossier:1"


@dataclass(frozen=True)
class DossierAssembler:
    """Knows the catalogue and the law; `assemble` is a pure function of them and of what was stored."""

    catalogue: Catalogue
    findings: Mapping[FindingCode, FindingRow]
    find_law: FindLaw
    find_reasons: FindReasons = lambda service, on: {}

    def assemble(
        self, stored: StoredApplication, evidence: Evidence, events: Sequence[Event], now: datetime
    ) -> dict[str, Any]:
        case = stored.case
        law = law_of(case, self.find_law)
        answers = read_all(case)
        proofs = _Proofs(evidence, number_exchanges(case), law)
        requests = [self._request(case, row, answers, proofs) for row in case.service.requests]
        dossier = {
            "format": FORMAT,
            "application": describe_application(stored),
            "signature": {
                "verdict": stored.verdict,
                "sha256": hashlib.sha256(stored.signature).hexdigest(),
                "representative": describe_representative(case),
            },
            "chain": describe_chain(evidence),
            "terms": self._terms(stored, law, evidence.course),
            "summary": summarise(case, requests, answers),
            "findings": self._findings(case, law),
            "requests": requests,
            "course": self._course(case, evidence),
            "gaps": [plain(asdict(gap)) for gap in find_gaps(case, law, now)],
            "events": [_event(event) for event in events],
        }
        return dossier | {"sha256": digest(dossier)}

    def _course(self, case: Case, evidence: Evidence) -> dict[str, Any]:
        reasons = find_staged(self.find_reasons, case.service.code, evidence.course.decision)
        return describe_course(case, evidence.course, evidence.letter_hashes, reasons)

    def _request(self, case: Case, row: RequestRow, answers: Iterable[Answer], proofs: _Proofs) -> dict[str, Any]:
        # In the order of the family, not in that in which the cells were opened: that hangs on who answered first.
        order = {subject.ref: n for n, subject in enumerate(case.subjects)}
        own = sorted(
            (answer for answer in answers if answer.inquiry.number == row.number),
            key=lambda answer: order.get(answer.inquiry.subject_ref, -1),
        )
        return {
            "number": row.number,
            "key": row.key,
            "title": row.title.model_dump(),
            "owner": row.owner.name.model_dump(),
            "clause": row.clause,
            "sensitivity": row.sensitivity.value,
            "outcome": _worst(own),
            "inquiries": [self._inquiry(case, row, answer, proofs) for answer in own],
        }

    def _inquiry(self, case: Case, row: RequestRow, answer: Answer, proofs: _Proofs) -> dict[str, Any]:
        ref = answer.inquiry.subject_ref
        return {
            "id": answer.inquiry.id,
            "subject": describe_subject(case.subject(ref)) if ref else None,
            "outcome": answer.outcome.value,
            "reason": answer.cause,
            "closed": answer.closed,
            "gap": answer.gap,
            "closed_by": answer.closed_by,
            "documents": [one.id for one in proofs.evidence.course.documents if answer.inquiry.id in one.cells],
            "parts": [self._part(case, row, ref, part, proofs) for part in answer.parts],
        }

    def _part(self, case: Case, row: RequestRow, ref: str, part: PartAnswer, proofs: _Proofs) -> dict[str, Any]:
        facts = next(p for p in row.parts if p.key == part.key)
        passport = self.catalogue.passport_of(facts)
        return {
            "key": part.key,
            "title": facts.title.model_dump(),
            "passport": passport.key,
            "registry": passport.registry,
            "confidence": passport.confidence.value,
            "outcome": part.outcome.value,
            "reason": part.cause,
            "answer": plain(tell_part(case, facts, part)),
            "consent": describe_consent(case, proofs.law, passport, ref, proofs.evidence.questions),
            **proofs.show(part.exchange_id),
        }

    def _findings(self, case: Case, law: Law) -> list[dict[str, Any]]:
        """In the order of the rows, contradictions first; each names the rule that saw it, and who told it."""
        order = {code: n for n, code in enumerate(self.findings)}
        found = sorted(find_contradictions(case, law), key=lambda finding: order[finding.code])
        return [self._finding(finding, law) for finding in found]

    def _finding(self, finding: Finding, law: Law) -> dict[str, Any]:
        row = self.findings[finding.code]
        fields: dict[str, Any] = plain(asdict(finding))
        told_by = [law.passports[source].title.model_dump() for source in finding.sources]
        return fields | {"title": row.title.model_dump(), "weight": row.weight, "told_by": told_by}

    def _terms(self, stored: StoredApplication, law: Law, course: Course) -> dict[str, Any]:
        case = stored.case
        channel = case.service.channel(case.channel)
        if channel is None:
            return {}
        terms = read_terms(case, channel, law, promised=stored.promised)
        told = read_told(course, terms)
        return {
            "accepted_on": terms.accepted_on.isoformat(),
            "promised": _legal_date(terms.promised),
            "registered_on": terms.registered_on.isoformat() if terms.registered_on else None,
            "extension_until": _legal_date(told.extension_until) if told.extension_until else None,
            "no_later_than": _legal_date(told.no_later_than) if told.no_later_than else None,
            "due": _legal_date(told.due) if told.due else None,
            "rules_version": stored.rules_version or terms.rules_version,
            "rules_version_now": terms.rules_version,
            "calendar_version": terms.calendar_version,
        }


@dataclass(frozen=True)
class _Proofs:
    """The evidence of an application by exchange."""

    evidence: Evidence
    ordinals: Mapping[str, int]
    law: Law

    def show(self, exchange_id: str | None) -> dict[str, Any]:
        """What one exchange asked, each try, and each message that came later; empty where nothing was asked."""
        if exchange_id is None:
            return {"exchange": None, "question": {}, "vouched_by": [], "attempts": [], "arrivals": []}
        question = self.evidence.questions.get(exchange_id, {})
        return {
            "exchange": self.ordinals[exchange_id],
            "question": {word.value: value for word, value in question.items()},
            "vouched_by": list(self.evidence.vouchers.get(exchange_id, ())),
            "attempts": [_attempt(a) for a in self.evidence.attempts if a.exchange_id == exchange_id],
            "arrivals": [_arrival(a) for a in self.evidence.arrivals if a.exchange_id == exchange_id],
        }


def number_exchanges(case: Case) -> dict[str, int]:
    """The ordinal of each exchange from 1, in the order in which inquiries first rest on it; it never changes."""
    ids = (part.exchange_id for inquiry in case.inquiries for part in inquiry.parts if part.exchange_id is not None)
    return {exchange_id: n for n, exchange_id in enumerate(dict.fromkeys(ids), start=1)}


def summarise(case: Case, requests: Sequence[dict[str, Any]], answers: Sequence[Answer]) -> dict[str, Any]:
    """Counts, and whether the package was registered complete: every request accounted for, no gap left."""
    accounted = sum(1 for request in requests if request["inquiries"])
    outcomes = {o.value: sum(1 for answer in answers if answer.outcome is o) for o in Outcome}
    whole = case.registered_at is not None and case.proceedings.registered_complete
    return {
        "requests": len(requests),
        "accounted": accounted,
        "inquiries": len(answers),
        "outcomes": outcomes,
        "complete": whole and accounted == len(requests),
    }


def digest(dossier: dict[str, Any]) -> str:
    """SHA-256 of the dossier as canonical JSON (sorted keys, no spaces, UTF-8), without its own `sha256`."""
    bare = {key: value for key, value in dossier.items() if key != "sha256"}
    return hashlib.sha256(
        json.dumps(bare, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def _worst(answers: Sequence[Answer]) -> str:
    """One word for a row: what is still missing first, then what was found."""
    order = (Outcome.NO_ANSWER, Outcome.FOUND, Outcome.NO_RECORD, Outcome.ON_PAPER, Outcome.NOT_APPLICABLE)
    present = {answer.outcome for answer in answers}
    return next((outcome.value for outcome in order if outcome in present), "")


def _attempt(row: AttemptRow) -> dict[str, Any]:
    return {
        "n": row.n,
        "message_id": row.message_id,
        "started_at": row.started_at.astimezone(ALMATY).isoformat(),
        "ended_at": row.ended_at.astimezone(ALMATY).isoformat(),
        "http_status": row.http_status,
        "failure": row.failure,
        "request_sha256": row.request_sha256,
        "reply_sha256": row.reply_sha256,
        "traceparent": row.traceparent,
    }


def _arrival(row: ArrivalRow) -> dict[str, Any]:
    return {
        "message_id": row.message_id,
        "kind": row.kind,
        "message_date": row.message_date.astimezone(ALMATY).isoformat() if row.message_date else None,
        "received_at": row.received_at.astimezone(ALMATY).isoformat(),
        "sha256": row.sha256,
    }


def _event(event: Event) -> dict[str, Any]:
    return {"seq": event.seq, "at": event.at.astimezone(ALMATY).isoformat(), "kind": event.kind, "data": event.data}


def _legal_date(date: LegalDate) -> dict[str, Any]:
    return {
        "on": date.on.isoformat(),
        "clause": date.clause,
        "assumed": date.assumed,
        "provisional": date.provisional,
    }
