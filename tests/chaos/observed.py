"""What is observed of a fault, and what several of them wait for."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import dataclass
from random import Random
from typing import Any

import requests

from tests.chaos.scene import Scene


@dataclass(frozen=True)
class Observed:
    """What came of a fault."""

    aim: str
    seen: str
    met: int
    """How much met it: tries that failed, calls that were put off, writes by a stepped clock. 0 proves nothing."""
    struck_at: float
    """Seconds after the load began."""
    went_on: float | None
    """Seconds from the fault until the work went on; None where it did not in time."""


Watch = Generator[str, None, Observed]
"""Gives way at every look, so that several are under way at a time, and says what it waits for."""
Fault = Callable[[Scene, Random], Watch]


def wait_for(begun: Future[Any]) -> Generator[str, None, None]:
    while not begun.done():
        yield "a process that was begun"
    begun.result()


def count_writes(scene: Scene, *processes: str) -> Generator[str, None, int]:
    while (count := scene.count_writes(*processes)) is None:
        yield "the database"
    return count


def wait_for_writes(scene: Scene, before: int) -> Generator[str, None, None]:
    while (scene.count_writes() or 0) <= before:
        yield "a round that is written"


def wait_until_ready(scene: Scene) -> Generator[str, None, None]:
    """Every gateway, as a balancer asks: one that works and does not say so gets no calls."""
    while (said := [_ask_whether_ready(member.url) for member in scene.gateways.values()]) != ["200"] * len(said):
        yield f"gateways that are ready: {', '.join(said)}"


def _ask_whether_ready(url: str) -> str:
    try:
        answer = requests.get(f"{url}/health/ready", timeout=5)
    except requests.RequestException as error:
        return type(error).__name__
    codes = [problem["code"] for problem in answer.json().get("problems", [])]
    return " ".join([str(answer.status_code), *codes])
