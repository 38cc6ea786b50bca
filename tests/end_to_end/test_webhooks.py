"""A portal's server is told what happens to its application, over a real socket, while the whole house works."""

from __future__ import annotations

import json
from pathlib import Path

from gateway.settings import read_settings
from gateway.webhooks.messages import sign
from gateway.wiring import open_webhooks
from tests.adapters.stub_server import always, http, serving
from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.house import MockServer, describe, open_house
from tests.support.waiting import wait_until


def test_a_portal_is_told_the_events_that_it_could_read_and_only_of_its_own_applications(
    tmp_path: Path, registrar: Registrar, clock: MovableClock, mock: MockServer
) -> None:
    with serving(always(http(204, b""))) as portal:
        environ = {"ASP_WEBHOOK_HOSTS": portal.url.split("/")[2]}
        with open_house(tmp_path, registrar, clock, mock, environ) as house:
            ((client_id,),) = house.look("SELECT id FROM clients WHERE name = 'Portal'")
            settings = read_settings(describe(tmp_path, registrar, mock.url) | environ)
            with open_webhooks(settings, clock) as store:
                secret = store.set_webhook(client_id, f"{portal.url}events")
            family = mock.application("family-of-five")
            application_id = house.portal.submit(house.registrar.submission(family))
            house.other_portal.submit(house.registrar.submission(family))
            house.settled(application_id)
            events = house.portal.get(f"/v1/applications/{application_id}/events")["events"]
            assert len(events) > 1
            wait_until(lambda: len(portal.asked) >= len(events))
    told = [json.loads(asked.body) for asked in portal.asked]
    assert [{name: one[name] for name in ("seq", "at", "kind", "data")} for one in told] == events
    assert {one["application"] for one in told} == {application_id}
    for asked in portal.asked:
        signed = sign(secret.encode(), asked.header("Asp-Timestamp"), asked.body)
        assert asked.header("Asp-Signature") == f"v1={signed}"
