"""How many exchanges an ordinary family causes, by registry: counted by the real `decide` over the mock's families."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from contracts.catalogue import load_catalogue
from gateway.core.calendar import ALMATY
from gateway.core.case import Case, ExchangeState
from gateway.core.decide import decide
from gateway.core.law import Law
from gateway.core.steps import AskExchanges, OpenInquiry
from gateway.core.subjects import freeze_subjects
from gateway.gathering.news import apply_results
from gateway.store.results import ExchangeResult
from gateway.wiring import make_find_law
from tests.simulation.year.assumptions import load_year
from tests.simulation.year.changes import Questions, open_cells
from tests.simulation.year.families import SERVICE, Household, draw_families

_NOW = datetime(2026, 2, 3, 10, tzinfo=ALMATY)
_FAMILIES = 120


def count_exchanges(seed: int = 1) -> dict[str, float]:
    """By registry: exchanges of a family in the mean, each answered at once."""
    catalogue = load_catalogue()
    shapes = load_year().families.model_copy(update={"keep_small": 1.0, "pool": _FAMILIES})
    law = make_find_law(catalogue)(SERVICE, _NOW.date())
    counts: Counter[str] = Counter()
    households = draw_families(catalogue, shapes, _NOW.date(), seed)
    for household in households:
        service = catalogue.services[SERVICE]
        subjects = freeze_subjects(household.application, _NOW)
        case = Case("1", service, household.application, "portal", _NOW, subjects)
        counts.update(law.passports[x.passport].registry for x in _gather(case, household, law).exchanges.values())
    return {registry: count / len(households) for registry, count in counts.items()}


def _gather(case: Case, household: Household, law: Law) -> Case:
    questions: Questions = {}
    while True:
        steps = decide(case, _NOW, law)
        match steps[0] if steps else None:
            case OpenInquiry():
                case = open_cells(case, [step for step in steps if isinstance(step, OpenInquiry)], questions)
            case AskExchanges(ids):
                case = apply_results(case, [_answer(case, household, one) for one in ids])
            case _:
                return case


def _answer(case: Case, household: Household, exchange_id: str) -> ExchangeResult:
    exchange = case.exchanges[exchange_id]
    record = household.records[exchange.passport, exchange.subject_ref]
    state = ExchangeState.ANSWERED if record else ExchangeState.NO_RECORD
    return ExchangeResult(exchange_id, state, _NOW, record=record)
