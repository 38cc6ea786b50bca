"""Virtual time: the clock stands until it is stepped, and what falls due is done in order, at its own moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest
from click.testing import CliRunner
from flask import Flask

from contracts.catalogue import Catalogue
from registries_mock.cli import main
from registries_mock.dev_clock import dev_clock
from registries_mock.durations import read_duration
from registries_mock.settings import Settings
from registries_mock.virtual_time import LATEST, Standing, VirtualTime
from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.small_world import NOW, Participant, async_request, small_app, suite_of

KEY = "oop-labour-history"
HOUR = timedelta(hours=1)
WAIT = 20.0
PUSHED = Settings(participants={"asp-gateway": "http://participant.test/"})


@pytest.fixture
def time() -> Iterator[VirtualTime]:
    made = VirtualTime(NOW)
    yield made
    made.close()


class Dated(Participant):
    """Notes the moment at which each message reached it; the first ones fail."""

    def __init__(self, time: VirtualTime, failures: int = 0) -> None:
        super().__init__(failures)
        self._time = time
        self.moments: list[datetime] = []

    def push(self, url: str, body: bytes) -> bytes:
        self.moments.append(self._time())
        return super().push(url, body)

    def told(self) -> list[tuple[str | None, str | None]]:
        """Kind and date of each message that arrived."""
        found = [assert_envelope(body, "async-types.xsd") for _, body in self.got]
        return [(one.findtext(".//messageType"), one.findtext(".//messageDate")) for one in found]


def app_of(time: VirtualTime, participant: Participant) -> Flask:
    return small_app(PUSHED, clock=time, timer=time, time=time, push=participant.push)


def send(app: Flask, catalogue: Catalogue) -> None:
    reply = app.test_client().post("/bip-async-wss-gost/", data=async_request(catalogue, catalogue.passports[KEY]))
    assert reply.status_code == 200


def step(app: Flask, duration: str) -> dict[str, object]:
    reply = app.test_client().post("/dev/clock", json={"step": duration})
    assert reply.status_code == 200, reply.data
    told: dict[str, object] = reply.json or {}
    assert "next" in told
    del told["next"]
    return told


def test_a_reply_that_is_three_days_late_comes_in_the_step_in_which_it_falls_due(
    time: VirtualTime, catalogue: Catalogue
) -> None:
    participant = Dated(time)
    app = app_of(time, participant)
    suite_of(app).failures.add({"kind": "late", "seconds": 3 * 86_400, "passport": KEY})
    send(app, catalogue)
    assert step(app, "P2DT23H59M59S") == {"now": "2026-02-13T09:14:59+05:00", "quiet": True}
    assert [kind for kind, _ in participant.told()] == ["NOTIFICATION"]
    assert step(app, "PT1S") == {"now": "2026-02-13T09:15:00+05:00", "quiet": True}
    assert participant.told()[1:] == [("RESPONSE", "2026-02-13T09:15:00.000+05:00")]


def test_the_clock_tells_when_the_next_work_falls_due(time: VirtualTime) -> None:
    assert time.standing().next is None
    time.after(7200, lambda: None)
    time.after(3600, lambda: None)
    assert time.standing().next == NOW + HOUR
    time.advance(HOUR, WAIT)
    assert time.standing().next == NOW + 2 * HOUR


def test_one_step_sends_each_message_at_its_own_moment(time: VirtualTime, catalogue: Catalogue) -> None:
    participant = Dated(time)
    app = app_of(time, participant)
    for days in (2, 1):
        suite_of(app).failures.add({"kind": "late", "seconds": days * 86_400, "passport": KEY, "times": 1})
        send(app, catalogue)
    step(app, "P1W")
    dates = [date for kind, date in participant.told() if kind == "RESPONSE"]
    assert dates == ["2026-02-11T09:15:00.000+05:00", "2026-02-12T09:15:00.000+05:00"]
    assert participant.moments == sorted(participant.moments)


def test_a_push_that_fails_is_tried_again_within_the_step_as_far_as_its_pauses_reach(
    time: VirtualTime, catalogue: Catalogue
) -> None:
    participant = Dated(time, failures=10)
    app = app_of(time, participant)
    suite_of(app).failures.add({"kind": "slow", "seconds": 10, "passport": KEY})
    send(app, catalogue)
    step(app, "PT6S")
    assert participant.moments == [NOW + timedelta(seconds=one) for one in (5, 5.2)]
    step(app, "PT1H")
    assert len(participant.moments) == 10
    assert participant.moments[-1] == NOW + timedelta(seconds=10 + 0.2 + 1 + 5 + 15)


def test_work_that_fails_ends_no_other(time: VirtualTime) -> None:
    done: list[datetime] = []
    time.after(1, lambda: [][0])
    time.after(2, lambda: done.append(time()))
    assert time.advance(HOUR, WAIT).quiet
    assert done == [NOW + timedelta(seconds=2)]


def test_the_clock_stands_while_nobody_steps_it_and_what_is_due_now_begins_at_once(time: VirtualTime) -> None:
    done = threading.Event()
    time.after(0, done.set)
    assert done.wait(WAIT)
    assert time() == NOW


def test_a_step_waits_for_work_under_way_and_says_when_it_waited_in_vain(time: VirtualTime) -> None:
    go = threading.Event()

    def hang() -> None:
        go.wait(WAIT)

    time.after(3600, hang)
    app = Flask(__name__)
    app.register_blueprint(dev_clock(time, wait_seconds=0.05))
    client = app.test_client()
    late = client.post("/dev/clock", json={"step": "PT1H"})
    assert late.status_code == 503
    assert late.json is not None and "not over" in late.json["error"]
    standing = {"now": (NOW + HOUR).isoformat(), "quiet": False, "next": None}
    assert late.json | standing == late.json
    assert client.get("/dev/clock").json == standing
    go.set()
    assert time.advance(HOUR, WAIT).quiet


def test_a_step_that_nobody_waits_for_any_more_goes_on_and_the_next_begins_where_it_ends(time: VirtualTime) -> None:
    go, done = threading.Event(), threading.Event()

    def hang() -> None:
        go.wait(WAIT)

    time.after(60, hang)
    time.after(3600, done.set)
    assert time.advance(HOUR, 0.05) == Standing(NOW + timedelta(seconds=60), False, NOW + HOUR)
    go.set()
    assert done.wait(WAIT)
    assert time.advance(HOUR, WAIT) == Standing(NOW + 2 * HOUR, True)


def test_all_that_is_due_at_the_end_of_a_step_is_done_when_it_returns(time: VirtualTime) -> None:
    done: list[int] = []
    for number in range(300):
        time.after(3600, partial(done.append, number))
    time.advance(HOUR, WAIT)
    assert done == [*range(300)]


def test_it_is_not_quiet_before_what_is_due_now_is_done(time: VirtualTime) -> None:
    done: list[int] = []
    for number in range(500):
        time.after(0, partial(done.append, number))
        assert not time.standing().quiet or len(done) == number + 1


def test_steps_of_several_callers_add_up(time: VirtualTime) -> None:
    threads = [threading.Thread(target=lambda: time.advance(HOUR, WAIT)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time() == NOW + 8 * HOUR


def test_a_reset_forgets_what_was_to_come_and_leaves_the_clock(time: VirtualTime, catalogue: Catalogue) -> None:
    participant = Dated(time)
    app = app_of(time, participant)
    send(app, catalogue)
    suite_of(app).reset()
    assert step(app, "P1D")["quiet"]
    assert participant.moments == []
    assert time() == NOW + timedelta(days=1)


def test_a_suite_that_is_closed_keeps_nobody_waiting(time: VirtualTime) -> None:
    go = threading.Event()
    told: list[Standing] = []

    def hang() -> None:
        go.wait(WAIT)

    time.after(0, hang)
    thread = threading.Thread(target=lambda: told.append(time.advance(HOUR, 2 * WAIT)))
    thread.start()
    time.close()
    thread.join(WAIT / 2)
    go.set()
    assert [one.quiet for one in told] == [False]


def test_without_virtual_time_there_is_no_such_address() -> None:
    client = small_app().test_client()
    assert client.get("/dev/clock").status_code == 404
    assert client.post("/dev/clock", json={"step": "PT1H"}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b"[" * 100_000, b"\xff", b'{"step": 1}', b'{"step": "PT1H", "to": "x"}', b"{}",
        *(b'{"step": "%s"}' % one for one in (
            b"PT0S", b"-PT1H", b"P", b"PT", b"P1DT", b"1D", b"P1M", b"P1Y", b"P1.5D", b"PT1h", b"PT1H ", b"P401D",
            b"PT1H30", b"P9999999999D", b"PT\xd9\xa1H",
        )),
    ],
)  # fmt: skip
def test_a_step_that_cannot_be_is_refused_and_nothing_moves(time: VirtualTime, body: bytes) -> None:
    app = app_of(time, Participant())
    reply = app.test_client().post("/dev/clock", data=body)
    assert reply.status_code == 422
    assert reply.json is not None and reply.json["error"]
    assert time() == NOW


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("PT1H", HOUR),
        ("P1W2DT3H4M5.5S", timedelta(days=9, hours=3, minutes=4, seconds=5.5)),
        ("P400D", timedelta(days=400)),
        ("PT90M", timedelta(minutes=90)),
    ],
)
def test_a_duration_is_read_as_iso_8601_writes_it(text: str, meant: timedelta) -> None:
    assert read_duration(text) == meant


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "P1M", "P1Y", "PT1", "P1D\n", "P1DP1D"])
def test_what_is_no_duration_of_a_fixed_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="PT1H"):
        read_duration(text)


def test_the_clock_has_an_end_that_no_step_goes_beyond() -> None:
    time = VirtualTime(LATEST - HOUR)
    with pytest.raises(ValueError, match="2199"):
        time.advance(2 * HOUR, WAIT)
    with pytest.raises(ValueError, match="2199"):
        VirtualTime(LATEST)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--clock-start", "2026-10-05"], "--clock virtual"),
        (["--clock", "virtual", "--today", "2026-10-05"], "--clock-start"),
        (["--clock", "virtual", "--clock-start", "yesterday"], "--clock-start"),
        (["--clock", "virtual", "--clock-start", "1999-01-01"], "2000"),
    ],
)
def test_a_clock_that_cannot_be_is_refused_at_the_start(options: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["serve", "--port", "0", *options])
    assert result.exit_code == 2
    assert said in result.output
