"""Traces: a header is taken or ignored as the standard says, and the trace follows the work from thread to thread."""

from __future__ import annotations

from itertools import count

import pytest

from gateway.carrying import CarryingPool
from gateway.traces import (
    Trace,
    begin_trace,
    current_trace,
    read_traceparent,
    tell_traceparent,
    within_trace,
)

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
numbers = count(1)


def new_bytes(size: int) -> bytes:
    return next(numbers).to_bytes(size, "big")


@pytest.mark.parametrize(
    ("text", "sampled"),
    [
        (f"00-{TRACE}-{SPAN}-01", True),
        (f"00-{TRACE}-{SPAN}-00", False),
        (f"00-{TRACE}-{SPAN}-ff", True),
        (f"cc-{TRACE}-{SPAN}-01", True),
        (f"cc-{TRACE}-{SPAN}-01-what-the-future-brings", True),
    ],
)
def test_a_trace_that_a_header_names_goes_on(text: str, sampled: bool) -> None:
    assert read_traceparent(text) == Trace(TRACE, SPAN, sampled)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01-",
        f"00-{TRACE}-{SPAN}-01-more",
        f"cc-{TRACE}-{SPAN}-01.more",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f" 00-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01\n",
        f"00-{TRACE[:-1]}\u0661-{SPAN}-01",
        f"cc-{TRACE}-{SPAN}-01-{'x' * 10_000}",
    ],
)
def test_what_the_standard_does_not_know_is_as_good_as_no_header(text: str) -> None:
    assert read_traceparent(text) is None


def test_a_span_has_an_id_of_its_own_and_the_trace_of_what_it_is_below() -> None:
    first = begin_trace(None, new_bytes)
    second = begin_trace(first, new_bytes)
    assert second.trace_id == first.trace_id and second.span_id != first.span_id
    assert read_traceparent(second.write()) == second
    unkept = begin_trace(Trace(TRACE, SPAN, sampled=False), new_bytes)
    assert unkept.write().endswith("-00")


def test_zeros_that_chance_gives_are_no_id() -> None:
    assert read_traceparent(begin_trace(None, bytes).write()) is not None


def test_a_pool_works_for_the_trace_of_whoever_handed_the_work_in() -> None:
    with CarryingPool(1) as pool:
        with within_trace(Trace(TRACE, SPAN)) as trace:
            assert pool.submit(tell_traceparent).result(5) == trace.write()
            assert list(pool.map(lambda _: current_trace(), "ab")) == [trace, trace]
        assert (tell_traceparent(), current_trace()) == ("", None)
        assert pool.submit(current_trace).result(5) is None
