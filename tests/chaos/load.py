"""Applications that portals send one after another, each until it is accepted, by whichever gateway answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests

from gateway.clock import now
from registries_mock.people import Population
from tests.chaos.expected import Sent
from tests.support.authority import Registrar
from tests.support.house import SEED, Caller

_AGAIN_SECONDS = 0.3
_GIVE_UP_SECONDS = 120.0


@dataclass(frozen=True)
class Accepted:
    """A 202, as the portal has it."""

    id: str
    at: float
    """Monotonic seconds."""
    tries: int
    sent: Sent


@dataclass
class Load:
    """`start` begins; `stop` ends after the applications that are being sent."""

    supply: Iterator[Mapping[str, Any]]
    gateways: Callable[[], Sequence[Caller]]
    may_send: Callable[[], bool]
    """Whether there is room for another application: what is under way stays below what the machine can carry."""
    every_seconds: float
    most: int
    accepted: list[Accepted] = field(default_factory=list)
    put_off: list[float] = field(default_factory=list)
    """Monotonic seconds of each answer, or lack of one, that was worth another try."""
    refused: list[str] = field(default_factory=list)
    """What was answered otherwise than by 202 or by an error worth another try."""
    _stopping: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)
    _sent: int = 0

    def start(self, senders: int = 3) -> None:
        for _ in range(senders):
            thread = threading.Thread(target=self._run, name="portal", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(_GIVE_UP_SECONDS + 30)

    def ids(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(one.id for one in self.accepted)

    def draw(self) -> Mapping[str, Any]:
        """Another application, for whoever brings one beside the portals."""
        with self._lock:
            return next(self.supply)

    def count_put_off(self, since: float) -> int:
        """Calls of portals that found nothing that served them after a moment (monotonic seconds)."""
        with self._lock:
            return sum(moment > since for moment in self.put_off)

    def first_after(self, moment: float) -> Accepted | None:
        """The first 202 after a moment (monotonic seconds)."""
        with self._lock:
            later = [one for one in self.accepted if one.at > moment]
        return min(later, key=lambda one: one.at, default=None)

    def keep(self, application_id: str, first: datetime, tries: int = 1) -> None:
        """A 202 is there; `first`: when the first call began that could bring it."""
        sent = Sent(first, now())
        with self._lock:
            self.accepted.append(Accepted(application_id, time.monotonic(), tries, sent))

    def send(self, body: Mapping[str, Any], key: str, place: int = 0) -> None:
        """Again and again under one key, until it is accepted: an answer may be lost, and a gateway with it.

        `place`: of the gateway that is called first, of those that there are.
        """
        ends, first = time.monotonic() + _GIVE_UP_SECONDS, now()
        tries, told = 0, ""
        while time.monotonic() < ends:
            callers = self.gateways()
            caller = callers[(place + tries) % len(callers)]
            tries += 1
            try:
                answer = caller.call("POST", "/v1/applications", json=body, headers={"Idempotency-Key": key})
            except requests.RequestException as error:
                told = type(error).__name__
            else:
                told = f"HTTP {answer.status_code} {answer.text[:200]}"
                if answer.status_code == 202:
                    self.keep(str(answer.json()["id"]), first, tries)
                    return
                if answer.status_code < 500 and answer.status_code not in (409, 429):
                    break
            with self._lock:
                self.put_off.append(time.monotonic())
            threading.Event().wait(_AGAIN_SECONDS)
        with self._lock:
            self.refused.append(f"{key}: {told}")

    def _run(self) -> None:
        while not self._stopping.is_set():
            if not self.may_send():
                self._stopping.wait(_AGAIN_SECONDS)
                continue
            with self._lock:
                self._sent += 1
                n = self._sent
                body = next(self.supply) if n <= self.most else None
            if body is None:
                return
            self.send(body, f"chaos-{n}", n)
            self._stopping.wait(self.every_seconds * len(self._threads))


def draw_applications(registrar: Registrar, seed: int) -> Iterator[dict[str, Any]]:
    """Signed applications of invented families, without end."""
    people = Population(SEED, now().date())
    count = 0
    while True:
        for family in people.sample(50, seed * 1_000 + count):
            described = people.describe_application(family)
            yield registrar.submission(json.loads(json.dumps(described, default=str)))
        count += 1
