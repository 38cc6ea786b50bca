"""Readiness: a gateway whose engine stands still says so, though it answers."""

from __future__ import annotations

from tests.gateway.api.bench import Bench


def test_a_gateway_whose_engine_stands_still_is_live_but_not_ready() -> None:
    working = [True]
    bench = Bench(is_working=lambda: working[0])
    assert bench.get("/health/ready").status_code == 200
    working[0] = False
    response = bench.get("/health/ready")
    assert (response.status_code, response.get_json()["code"]) == (503, "overloaded")
    assert bench.get("/health/live").status_code == 200
