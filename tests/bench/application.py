"""One application end to end, from POST to registered package, against its own messages sent again as bare bytes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack

from gateway.http import GatewayClient
from tests.bench.evidence import Sent, read_sent
from tests.bench.house import House, submit
from tests.bench.measuring import Section, Series, divide
from tests.bench.processes import cpu_seconds, peak_megabytes, wait_until_idle
from tests.bench.raw import ask_at_once, connect, http_post
from tests.bench.stub import stub_process

_ACCEPTED = (
    b'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><a:sendMessageResponse'
    b' xmlns:a="http://bip.bee.kz/AsyncChannel/v10/Types"><response/></a:sendMessageResponse></S:Body></S:Envelope>'
)
_WHAT = (
    "end to end: POST, two waves, late replies pushed by the bus, every answer durable; the caller follows the events",
    "bare wire: the same request bytes, all posted to the mock at once over open connections, replies not looked at",
    "so the ratio is what order (consents, second wave, late replies), reading, deciding and keeping add",
)


def run_application(client: GatewayClient, house: House) -> tuple[str, float, float]:
    """Submit and follow: the id, seconds until it was accepted, seconds until its package was registered."""
    submission = house.submission
    started, registered = time.perf_counter(), 0.0
    application_id = submit(client, house, submission)
    accepted = time.perf_counter() - started
    for event in client.follow_events(application_id):
        if event["kind"] == "package_registered":
            registered = time.perf_counter() - started
            break
    if not registered:
        raise RuntimeError("the package was not registered")
    return application_id, accepted, registered


def measure_application(house: House, rounds: int) -> tuple[Section, list[Sent]]:
    """The section, and the messages of the last application."""
    figures: dict[tuple[str, str], list[float]] = {}
    sent: list[Sent] = []

    def keep(name: str, unit: str, value: float) -> None:
        figures.setdefault((name, unit), []).append(value)

    client = GatewayClient(house.gateway_url, house.key)
    with stub_process([(b"", _ACCEPTED)]) as sink:
        for n in range(rounds + 1):
            wait_until_idle(house.gateway_pid, house.mock_pid)
            exchanges = sum(house.count_exchanges().values())
            gateway, mock = cpu_seconds(house.gateway_pid), cpu_seconds(house.mock_pid)
            application_id, accepted, registered = run_application(client, house)
            wait_until_idle(house.gateway_pid, house.mock_pid)
            gateway, mock = cpu_seconds(house.gateway_pid) - gateway, cpu_seconds(house.mock_pid) - mock
            exchanges = sum(house.count_exchanges().values()) - exchanges
            sent = read_sent(house, application_id)
            bare, bare_mock = _post_again(house, sent, sink)
            if n == 0:  # both processes load what they need with their first application
                keep("first application, POST to registered", "wall ms", registered * 1000)
                continue
            keep("POST to 202", "wall ms", accepted * 1000)
            keep("end to end, POST to registered", "wall ms", registered * 1000)
            keep("end to end, gateway", "CPU ms", gateway * 1000)
            keep("end to end, mock", "CPU ms", mock * 1000)
            keep("exchanges", "per application", exchanges)
            keep("bare wire", "wall ms", bare * 1000)
            keep("bare wire, mock", "CPU ms", bare_mock * 1000)
    client.close()
    keep("gateway, peak memory", "MB", peak_megabytes(house.gateway_pid))
    keep("mock, peak memory", "MB", peak_megabytes(house.mock_pid))
    series = {name: Series(name, unit, tuple(values)) for (name, unit), values in figures.items()}
    whole, bare_wire = series["end to end, POST to registered"], series["bare wire"]
    ratios = (
        divide("end to end / bare wire, wall", whole, bare_wire),
        divide("gateway / mock, CPU end to end", series["end to end, gateway"], series["end to end, mock"]),
    )
    title = "One application end to end: a family of five, unsigned bus, mock suite without delays"
    return Section("application", title, tuple(series.values()), ratios, _WHAT), sent


def _post_again(house: House, sent: Sequence[Sent], sink: str) -> tuple[float, float]:
    """Wall and CPU of the mock, in seconds, for the messages as bare bytes; what it pushes then goes to the sink."""
    house.push_to(sink)
    messages = [http_post(f"{house.mock_url}{each.path}", each.request, each.headers) for each in sent]
    with ExitStack() as stack:
        opened = [stack.enter_context(connect(house.mock_url)) for _ in messages]
        worked, started = cpu_seconds(house.mock_pid), time.perf_counter()
        replies = ask_at_once(opened, messages)
        passed = time.perf_counter() - started
    wait_until_idle(house.mock_pid)
    house.push_to()
    if len(replies) != len(sent):
        raise RuntimeError("the mock did not answer everything")
    return passed, cpu_seconds(house.mock_pid) - worked
