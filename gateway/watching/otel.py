"""Spans for OpenTelemetry: the same spans, collected and sent on by its SDK; imported only where a setting wants it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from gateway.traces import Trace, within_trace
from gateway.watching.spans import Span, Spans

SERVICE: Final = "asp-gateway"
_SEND_SECONDS: Final = 5
"""Total time of one sending; what the collector does not take is dropped, never waited for."""
_KINDS: Final = {"round": SpanKind.INTERNAL, "exchange": SpanKind.CLIENT}
"""Any other span is a request of the API."""


def open_collected_spans(url: str) -> Spans:
    """Spans sent to a collector (OTLP over HTTP) in batches, on a thread of the SDK's."""
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: SERVICE}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=_SEND_SECONDS)))
    return CollectedSpans(provider)


class CollectedSpans:
    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer(SERVICE)

    @contextmanager
    def open(self, name: str, parent: Trace | None) -> Iterator[Span]:
        kind = _KINDS.get(name, SpanKind.SERVER)
        with self._tracer.start_as_current_span(
            # A crash is told by the log, by its class alone: the SDK would keep its text.
            name, _below(parent), kind, record_exception=False, set_status_on_exception=False
        ) as collected:  # fmt: skip
            context = collected.get_span_context()
            ids = f"{context.trace_id:032x}", f"{context.span_id:016x}"
            with within_trace(Trace(*ids, sampled=context.trace_flags.sampled)) as trace:
                span = Span(trace)
                try:
                    yield span
                except BaseException:
                    span.failed = True
                    raise
                finally:
                    collected.set_attributes(span.facts)
                    if span.failed:
                        collected.set_status(StatusCode.ERROR)

    def close(self) -> None:
        self._provider.shutdown()


def _below(parent: Trace | None) -> Context:
    if parent is None:
        return Context()
    flags = TraceFlags(TraceFlags.SAMPLED if parent.sampled else TraceFlags.DEFAULT)
    context = SpanContext(int(parent.trace_id, 16), int(parent.span_id, 16), is_remote=True, trace_flags=flags)
    return set_span_in_context(NonRecordingSpan(context), Context())
