"""What one round knows of one application: the case, what is being asked, delivered and consented to at this moment."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from contracts.exchange import ConsentToken
from gateway.core.case import Case, Exchange
from gateway.core.law import Law
from gateway.gathering.consents import Access, Consents
from gateway.store.results import ExchangeResult
from gateway.store.rows import QuestionValues


@dataclass
class Asking:
    """An ask for consents under way, with the exchanges that wait for it."""

    accesses: frozenset[Access]
    bound: list[Exchange]


@dataclass
class Round:
    """One application while it is carried forward."""

    case: Case
    law: Law
    consents: Consents = field(default_factory=Consents)
    questions: dict[str, QuestionValues] = field(default_factory=dict, repr=False)
    """Of the exchanges that were opened in this round."""
    exchanges: dict[Future[ExchangeResult], str] = field(default_factory=dict)
    consenting: dict[Future[Consents], Asking] = field(default_factory=dict)
    brought: dict[str, ConsentToken] = field(default_factory=dict, repr=False)
    """The token that each exchange went with."""
    renewed: set[str] = field(default_factory=set)
    """Exchanges for which a consent was asked anew in this round, because their source did not take its token."""
    deliveries: dict[Future[None], str] = field(default_factory=dict)
    unsigned: set[str] = field(default_factory=set)
    """Letters that the organisation's key did not sign in this round."""
    failures: list[Exception] = field(default_factory=list)

    @property
    def busy(self) -> frozenset[str]:
        waiting = (x.id for asking in self.consenting.values() for x in asking.bound)
        return frozenset((*self.exchanges.values(), *waiting, *self.deliveries.values(), *self.unsigned))

    @property
    def running(self) -> tuple[Future[Any], ...]:
        return (*self.exchanges, *self.consenting, *self.deliveries)
