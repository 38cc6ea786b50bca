"""By what right a source was asked about a person: whose consent, and how it stands; or the legal ground for none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.passport import Passport
from contracts.words import QuestionWord
from gateway.core.calendar import ALMATY
from gateway.core.case import Case, Exchange
from gateway.core.consents import holder_of
from gateway.core.law import Law
from gateway.core.records import take_one, word_of
from gateway.store.rows import QuestionValues


def describe_consent(
    case: Case, law: Law, passport: Passport, subject_ref: str, questions: Mapping[str, QuestionValues]
) -> dict[str, Any]:
    """Never the token itself: it would open more than the dossier does."""
    ground = passport.consent_ground
    if ground is not None:
        said = {"clause": ground.clause, "words": ground.words.model_dump(), "confidence": ground.confidence.value}
        return {"by": "ground", **said}
    if passport.consent == "none":
        return {"by": "nothing"}
    holder = holder_of(case.subject(subject_ref), law.rules.number("ages.adult"))
    asked = _find_exchange(case, law, holder, passport.consent_scope, questions)
    return {
        "by": "token",
        "holder": holder,
        "scope": passport.consent_scope,
        "status": (word_of(take_one(asked.record, "consent.status")) or "") if asked else "",
        "at": asked.answered_at.astimezone(ALMATY).isoformat() if asked and asked.answered_at else None,
    }


def _find_exchange(
    case: Case, law: Law, holder: str, scope: str, questions: Mapping[str, QuestionValues]
) -> Exchange | None:
    """What the consent service was asked about this person and access."""
    for exchange in case.exchanges.values():
        passport = law.passports.get(exchange.passport)
        if exchange.subject_ref != holder or passport is None or "consent.token" not in passport.binds:
            continue
        if questions.get(exchange.id, {}).get(QuestionWord.CONSENT_SCOPE, "") == scope:
            return exchange
    return None
