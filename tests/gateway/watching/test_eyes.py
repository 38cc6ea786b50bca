"""What the eyes see: every request, round and exchange, in one trace, in bounded labels; and they change nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from contracts.catalogue import load_catalogue
from contracts.exchange import Attempt
from gateway.core.case import Exchange, ExchangeState
from gateway.store.results import ExchangeResult
from gateway.traces import current_trace, read_traceparent, tell_traceparent
from gateway.watching.eyes import Eyes
from gateway.watching.meters import Meters
from gateway.watching.spans import STATUS, PlainSpans
from tests.gateway.core.builders import make_case
from tests.support.clock import MONDAY

CATALOGUE = load_catalogue()
PASSPORT = next(iter(CATALOGUE.passports.values()))
PORTAL = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
EXCHANGE = Exchange("exc_1", PASSPORT.key, "applicant", ExchangeState.WAITING)


@pytest.fixture
def eyes() -> Eyes:
    numbers, seconds = count(1), count(0.0, 0.25)
    spans = PlainSpans(lambda size: next(numbers).to_bytes(size, "big"))
    return Eyes(spans, Meters(CATALOGUE.passports.values(), ["GET /known"]), lambda: next(seconds))


def figure(eyes: Eyes, name: str, **labels: str) -> float | None:
    return eyes.meters.registry.get_sample_value(name, labels)


def attempts(*failures: str) -> tuple[Attempt, ...]:
    return tuple(
        Attempt(f"m-{n}", MONDAY, MONDAY, b"PRIVATE", b"PRIVATE", 200, failure) for n, failure in enumerate(failures)
    )


def test_a_portals_trace_goes_on_and_a_new_one_begins_where_it_sent_none(eyes: Eyes) -> None:
    with eyes.watch_request("GET /known", PORTAL) as span:
        assert span is not None and span.trace.trace_id == PORTAL[3:35]
        assert span.trace.span_id != PORTAL[36:52]
        span.facts[STATUS] = 202
    with eyes.watch_request("GET /known", "rubbish") as span:
        assert span is not None and read_traceparent(span.trace.write()) == current_trace()
    assert current_trace() is None
    assert figure(eyes, "asp_requests_total", route="GET /known", status="202") == 1
    assert figure(eyes, "asp_request_seconds_sum", route="GET /known") == 0.5


def test_a_round_goes_on_in_the_trace_that_was_kept_with_the_application(eyes: Eyes) -> None:
    seen: list[str] = []
    watched = eyes.watch_rounds(lambda one: seen.append(tell_traceparent()), lambda one: PORTAL)
    watched("app_1")
    assert seen[0][3:35] == PORTAL[3:35]
    assert figure(eyes, "asp_rounds_total", outcome="done") == 1


def test_what_a_round_raises_is_raised_and_counted(eyes: Eyes) -> None:
    def fail(_: str) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        eyes.watch_rounds(fail, lambda one: "")("app_1")
    assert figure(eyes, "asp_rounds_total", outcome="failed") == 1


def test_a_package_is_counted_by_how_long_it_took_from_the_acceptance(eyes: Eyes) -> None:
    case = make_case()
    eyes.see_package(case, False)
    eyes.see_package(replace(case, registered_at=case.accepted_at + timedelta(days=2)), False)
    assert figure(eyes, "asp_package_seconds_sum", complete="no") == timedelta(days=2).total_seconds()
    assert figure(eyes, "asp_package_seconds_count", complete="no") == 1


def test_an_exchange_is_one_log_line_with_its_messages_and_nothing_of_what_they_say(
    eyes: Eyes, caplog: pytest.LogCaptureFixture
) -> None:
    result = ExchangeResult(
        "exc_1", ExchangeState.WAITING, MONDAY, attempts("registry-failed", ""), cause="consent-missing"
    )
    with caplog.at_level(logging.INFO, logger="gateway"), eyes.watch_request("GET /known", PORTAL):
        assert eyes.watch_exchange(EXCHANGE, lambda: result) is result
    (line,) = caplog.messages
    assert '"messages": ["m-0", "m-1"]' in line and f'"trace": "{PORTAL[3:35]}"' in line
    assert "PRIVATE" not in line
    where = {"registry": PASSPORT.registry, "passport": PASSPORT.key}
    assert figure(eyes, "asp_exchanges_total", **where, outcome="consent-missing") == 1
    assert figure(eyes, "asp_exchange_seconds_count", **where) == 1
    assert figure(eyes, "asp_messages_total", **where, failure="registry-failed") == 1
    assert figure(eyes, "asp_messages_total", **where, failure="none") == 1
    assert figure(eyes, "asp_retries_total", **where) == 1


def _series(eyes: Eyes) -> Iterator[tuple[str, ...]]:
    for metric in eyes.meters.registry.collect():
        for sample in metric.samples:
            yield (sample.name, *sorted(sample.labels.values()))


def test_no_word_from_outside_makes_a_series_of_its_own(eyes: Eyes) -> None:
    for n in range(50):
        with eyes.watch_request(f"GET /{n}", ""):
            pass
        odd = ExchangeResult("exc_1", ExchangeState.ANSWERED, MONDAY, attempts(f"failure-{n}"), cause=f"cause-{n}")
        eyes.watch_exchange(Exchange("exc_1", f"passport-{n}", "applicant", ExchangeState.WAITING), lambda odd=odd: odd)  # type: ignore[misc]
    words = {word for series in _series(eyes) for word in series}
    assert not {word for word in words if word.endswith("-49") or word == "GET /49"}
    assert figure(eyes, "asp_requests_total", route="other", status="500") == 50
    assert figure(eyes, "asp_exchanges_total", registry="other", passport="other", outcome="other") == 50
