"""One application from POST to dossier, durable, against its own messages sent again as bare bytes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from gateway.http import GatewayClient
from tests.bench.evidence import Sent, read_sent
from tests.bench.house import House, submit
from tests.bench.kinds import check_kinds
from tests.bench.measuring import Gathered, Section, divide
from tests.bench.processes import cpu_seconds, peak_megabytes, wait_until_idle
from tests.bench.raw import ask_at_once, connect, http_post
from tests.bench.stub import stub_process

DOSSIER, BARE = "POST to dossier", "bare wire"
_ACCEPTED = (
    b'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><a:sendMessageResponse'
    b' xmlns:a="http://bip.bee.kz/AsyncChannel/v10/Types"><response/></a:sendMessageResponse></S:Body></S:Envelope>'
)
_WHAT = (
    "POST to dossier: two waves, late replies pushed by the bus, every answer durable; the caller follows the events",
    "bare wire: the same request bytes, all posted to the mock at once over open connections, replies only looked at"
    " behind the clock: each is to be of the kind that the gateway had",
    "so the ratio is what order (consents, second wave, late replies), reading, deciding and keeping add",
)


@dataclass(frozen=True)
class Course:
    """One application that was carried through; seconds since its POST."""

    id: str
    accepted: float
    registered: float
    dossier: float


def run_application(client: GatewayClient, house: House) -> Course:
    """Submit, follow until the package is registered, and fetch the dossier."""
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
    summary = client.get(f"/v1/applications/{application_id}/dossier").json()["summary"]
    if not summary["complete"]:
        raise RuntimeError(f"the dossier is not complete: {summary}")
    return Course(application_id, accepted, registered, time.perf_counter() - started)


def capture_sent(house: House) -> list[Sent]:
    """The messages of one application, without measuring."""
    house.push_here()
    with GatewayClient(house.gateway_url, house.key) as client:
        return read_sent(house, run_application(client, house).id)


def measure_application(house: House, rounds: int) -> tuple[Section, list[Sent]]:
    """The section, and the messages of the last application."""
    figures = Gathered()
    house.push_here()
    sent: list[Sent] = []
    mock = house.registries
    with GatewayClient(house.gateway_url, house.key) as client, stub_process([(b"", _ACCEPTED)]) as sink:
        for n in range(rounds + 1):
            wait_until_idle(*house.pids)
            exchanges, worked, played = mock.count_exchanges(), house.cpu_seconds(), cpu_seconds(mock.pid)
            course = run_application(client, house)
            wait_until_idle(*house.pids)
            worked, played = house.cpu_seconds() - worked, cpu_seconds(mock.pid) - played
            exchanges = mock.count_exchanges() - exchanges
            sent = read_sent(house, course.id)
            bare, bare_mock = _post_again(house, sent, sink)
            if n == 0:  # both processes load what they need with their first application
                figures.keep("first application, POST to dossier", "wall ms", course.dossier * 1000)
                continue
            figures.keep("POST to 202", "wall ms", course.accepted * 1000)
            figures.keep("POST to registered", "wall ms", course.registered * 1000)
            figures.keep(DOSSIER, "wall ms", course.dossier * 1000)
            figures.keep("gateway", "CPU ms", worked * 1000)
            figures.keep("mock", "CPU ms", played * 1000)
            figures.keep("exchanges", "per application", exchanges)
            figures.keep(BARE, "wall ms", bare * 1000)
            figures.keep("bare wire, mock", "CPU ms", bare_mock * 1000)
    figures.keep("gateway, peak memory", "MB", sum(map(peak_megabytes, house.gateway_pids)))
    series = figures.series()
    ratios = (
        divide("to dossier / bare wire, wall", series[DOSSIER, "wall ms"], series[BARE, "wall ms"]),
        divide("gateway / mock, CPU", series["gateway", "CPU ms"], series["mock", "CPU ms"]),
    )
    title = f"One application, a family of five: {house.setup}; mock suite without delays"
    return Section(house.setup.name("application"), title, tuple(series.values()), ratios, _WHAT), sent


def _post_again(house: House, sent: Sequence[Sent], sink: str) -> tuple[float, float]:
    """Wall and CPU of the mock, in seconds, for the messages as bare bytes; what it pushes then goes to the sink."""
    mock = house.registries
    mock.push_to(sink)
    messages = [http_post(f"{mock.url}{each.path}", each.request, each.headers) for each in sent]
    with ExitStack() as stack:
        opened = [stack.enter_context(connect(mock.url)) for _ in messages]
        worked, started = cpu_seconds(mock.pid), time.perf_counter()
        replies = ask_at_once(opened, messages)
        passed = time.perf_counter() - started
    wait_until_idle(mock.pid)
    house.push_here()
    check_kinds(zip(replies, (each.reply for each in sent), strict=True))
    return passed, cpu_seconds(mock.pid) - worked
