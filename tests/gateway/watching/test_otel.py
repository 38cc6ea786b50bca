"""OpenTelemetry: the same trace, collected: request, round and exchange, each below the other; nothing without it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from contracts.catalogue import load_catalogue
from gateway.carrying import CarryingPool
from gateway.core.case import Exchange, ExchangeState
from gateway.store.results import ExchangeResult
from gateway.traces import read_traceparent, tell_traceparent
from gateway.watching.eyes import Eyes
from gateway.watching.meters import Meters
from gateway.watching.otel import CollectedSpans
from gateway.watching.spans import STATUS
from tests.support.clock import MONDAY

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
EXCHANGE = Exchange("exc_1", next(iter(load_catalogue().passports)), "applicant", ExchangeState.WAITING)


@dataclass
class Collector:
    eyes: Eyes
    exporter: InMemorySpanExporter
    sent: list[str] = field(default_factory=list)

    def ask(self) -> ExchangeResult:
        self.sent.append(tell_traceparent())
        return ExchangeResult("exc_1", ExchangeState.ANSWERED, MONDAY)

    def spans(self) -> dict[str, ReadableSpan]:
        return {span.name: span for span in self.exporter.get_finished_spans()}


@pytest.fixture
def collector() -> Iterator[Collector]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    spans = CollectedSpans(provider)
    yield Collector(Eyes(spans, Meters(load_catalogue().passports.values(), []), lambda: 0.0), exporter)
    spans.close()


def test_request_round_and_exchange_are_spans_of_one_trace_each_below_the_other(collector: Collector) -> None:
    eyes, kept = collector.eyes, ""
    with eyes.watch_request("POST /v1/applications", f"00-{TRACE}-{PARENT}-01") as request:
        kept = tell_traceparent()
        request.facts[STATUS] = 202
    with CarryingPool(1) as pool:
        watched = eyes.watch_rounds(
            lambda _: pool.submit(eyes.watch_exchange, EXCHANGE, collector.ask).result(5), lambda _: kept
        )
        watched("app_1")
    spans = collector.spans()
    ids = {name: span.get_span_context() for name, span in spans.items()}
    assert {f"{context.trace_id:032x}" for context in ids.values() if context} == {TRACE}
    parents = {name: span.parent.span_id if span.parent else 0 for name, span in spans.items()}
    known = {name: context.span_id for name, context in ids.items() if context}
    assert parents == {
        "POST /v1/applications": int(PARENT, 16),
        "round": known["POST /v1/applications"],
        "exchange": known["round"],
    }
    # What went to the registry names the very span that was collected.
    sent = read_traceparent(collector.sent[0])
    assert sent is not None and int(sent.span_id, 16) == known["exchange"]
    assert spans["exchange"].kind is SpanKind.CLIENT
    assert dict(spans["exchange"].attributes or {})["asp.outcome"] == "answered"
    assert dict(spans["POST /v1/applications"].attributes or {}) == {STATUS: 202}


def test_a_trace_that_its_beginner_does_not_keep_is_not_collected_but_goes_on(collector: Collector) -> None:
    with collector.eyes.watch_request("POST /v1/applications", f"00-{TRACE}-{PARENT}-00"):
        assert tell_traceparent()[3:35] == TRACE and tell_traceparent().endswith("-00")
    assert collector.spans() == {}


def test_a_crash_marks_its_span_and_leaves_no_text_in_it(collector: Collector) -> None:
    def fail(_: str) -> None:
        raise ValueError("900101300017")

    with pytest.raises(ValueError, match="900101300017"):
        collector.eyes.watch_rounds(fail, lambda _: "")("app_1")
    (span,) = collector.exporter.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert "900101300017" not in span.to_json()


def test_without_the_setting_nothing_of_it_is_imported() -> None:
    program = "import sys, gateway.wiring; print([name for name in sys.modules if name.startswith('opentelemetry')])"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.strip() == "[]"
