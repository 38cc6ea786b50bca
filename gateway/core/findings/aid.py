"""Rules of aid and account: aid that the family has already, and the account that aid would be paid to."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.findings import FindingCode
from contracts.words import Fact
from gateway.core.case import Case
from gateway.core.facts import derive_fact
from gateway.core.findings.finding import Finding, Told, list_people, make_finding
from gateway.core.law import Law
from gateway.core.records import take_one, word_of
from gateway.core.subjects import APPLICANT

_RECEIVING = "person.social_aid.receiving"


def find_prior_aid(case: Case, law: Law) -> Iterator[Finding]:
    """The applicant or a member receives the aid already."""
    for subject in list_people(case):
        if derive_fact(case, Fact.PRIOR_AID, subject, law.rules) is True:
            told = [
                Told("true", x.passport) for x in case.gather(subject.ref) if take_one(x.record, _RECEIVING) is True
            ]
            yield make_finding(FindingCode.PRIOR_AID, subject, _RECEIVING, "", told)


def find_account_not_own(case: Case, law: Law) -> Iterator[Finding]:
    """The bank does not know the account, or knows it as another's."""
    for exchange in case.gather(APPLICANT):
        for leaf in ("account.exists", "account.belongs_to_holder"):
            if take_one(exchange.record, leaf) is False:
                told = [Told("false", exchange.passport)]
                yield make_finding(FindingCode.ACCOUNT_NOT_OWN, case.subject(APPLICANT), leaf, "", told)


def find_account_not_open(case: Case, law: Law) -> Iterator[Finding]:
    """The account is closed, blocked or arrested."""
    for exchange in case.gather(APPLICANT):
        status = word_of(take_one(exchange.record, "account.status"))
        if status is not None and status != "open":
            told = [Told(status, exchange.passport)]
            yield make_finding(FindingCode.ACCOUNT_NOT_OPEN, case.subject(APPLICANT), "account.status", "", told)
