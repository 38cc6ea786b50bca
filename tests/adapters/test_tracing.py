"""A trace travels beside each message as an HTTP header, on every protocol, and stands in the attempt's evidence."""

import pytest

from adapters.ports import Deadline
from contracts.errors import RegistryUnavailable
from tests.adapters.passports import catalogue_of, passport
from tests.adapters.rig import FOUND, answer, question, rig
from tests.adapters.stub_server import always, http, serving
from tests.adapters.test_rest import small as rest_passport

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize("traceparent", [TRACEPARENT, ""])
def test_every_try_carries_the_trace_that_is_under_way_and_none_where_none_is(traceparent: str) -> None:
    small = passport("inline")
    replies = iter([http(503, b""), http(200, answer(FOUND))])
    with serving(lambda asked, conversation: next(replies)) as server:
        made = rig(catalogue_of(small), server.url, tell_trace=lambda: traceparent)
        made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
        made.adapters.close()
    assert [asked.header("traceparent") for asked in server.asked] == [traceparent] * 2
    assert [attempt.traceparent for attempt in made.attempts] == [traceparent] * 2
    assert [b"traceparent" in asked.body for asked in server.asked] == [False, False]
    assert made.adapters.read_budgets() == {small.registry: 9.0}


def test_a_plain_post_carries_it_too() -> None:
    small = rest_passport()
    with serving(always(http(500, b""))) as server:
        made = rig(catalogue_of(small), server.url, tell_trace=lambda: TRACEPARENT)
        with pytest.raises(RegistryUnavailable):
            made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
        made.adapters.close()
    assert {asked.header("traceparent") for asked in server.asked} == {TRACEPARENT}
