"""What becomes of a process whose place at the database another has taken: the one that writes without leases ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.settings import read_settings
from gateway.stopping import FAULT, Stop
from gateway.wiring import open_gateway
from tests.gateway.store.places import named, taken_over, url
from tests.support.authority import PASSWORD, Registrar
from tests.support.waiting import wait_until

__all__ = ["named", "url"]
pytestmark = pytest.mark.needs_postgresql


@pytest.mark.parametrize(("engine", "goes_on_with_what_it_began"), [("embedded", False), ("distributed", True)])
def test_an_embedded_gateway_ends_at_once_and_one_of_a_fleet_whose_writes_are_fenced_in_good_order(
    named: str, url: str, tmp_path: Path, engine: str, goes_on_with_what_it_began: bool
) -> None:
    registrar = Registrar(tmp_path)
    settings = read_settings({
        "ASP_DATABASE_URL": named, "ASP_ENGINE": engine, "ASP_KEY_FILE": str(tmp_path / "store.key"),
        "ASP_TRUST_FOLDER": str(registrar.trust), "ASP_SHEP_KEY_FILE": "none",
        "ASP_PAYLOAD_KEY_FILE": str(registrar.payload_key), "ASP_PAYLOAD_KEY_PASSWORD": PASSWORD,
    })  # fmt: skip
    codes: list[int] = []
    stop = Stop(settings.grace_seconds, end=codes.append)
    with open_gateway(settings, stop=stop), taken_over(named, url, alone=goes_on_with_what_it_began):
        wait_until(lambda: codes or stop.is_begun(), 10)
    if goes_on_with_what_it_began:
        assert (codes, stop.is_begun(), stop.exit_code) == ([], True, FAULT)
    else:
        assert (codes, stop.is_begun()) == ([FAULT], False)
