"""Applications that are sent at their moments, whether or not those before them have been answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import requests

from tests.support.house import Caller

ACCEPTED: Final = 202
NO_ANSWER: Final = 0
_SENDERS: Final = 24


@dataclass(frozen=True)
class Sent:
    """One POST."""

    at: float
    """Seconds after the load began when it was due to be sent."""
    seconds: float
    """From then until its answer: who waits for a free line waits."""
    status: int
    id: str = ""
    """Of the application, where it was accepted."""


def send_all(
    caller: Caller, submissions: Sequence[Mapping[str, Any]], moments: Sequence[float], key: str
) -> tuple[Sent, ...]:
    """Each submission at its moment, counted from now; comes back when all have been answered."""
    began, numbers, pause = time.monotonic(), count(), threading.Event()
    results: list[Sent] = []

    def run() -> None:
        while (n := next(numbers)) < len(moments):
            pause.wait(max(0.0, began + moments[n] - time.monotonic()))
            status, found = _post(caller, submissions[n], f"{key}-{n}")
            results.append(Sent(moments[n], time.monotonic() - began - moments[n], status, found))

    with ThreadPoolExecutor(_SENDERS, thread_name_prefix="portal") as pool:
        for one in [pool.submit(run) for _ in range(min(_SENDERS, len(moments)))]:
            one.result()
    return tuple(sorted(results, key=lambda sent: sent.at))


def _post(caller: Caller, submission: Mapping[str, Any], key: str) -> tuple[int, str]:
    try:
        answer = caller.call("POST", "/v1/applications", json=submission, headers={"Idempotency-Key": key})
    except requests.RequestException:
        return NO_ANSWER, ""
    return answer.status_code, str(answer.json()["id"]) if answer.status_code == ACCEPTED else ""
