"""Faults of the world outside: a registry that hangs, and an SMS gateway that takes nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from random import Random
from typing import Any

import requests

from gateway.clock import now
from tests.chaos.observed import Observed, Watch
from tests.chaos.scene import HANG, Scene

_WANTED = "SELECT count(*) AS n FROM attempts a JOIN exchanges x ON x.id = a.exchange_id WHERE x.passport = :passport"
_FAILED = f"{_WANTED} AND a.failure = 'registry-timed-out' AND a.started_at > :at"
_ANSWERED = f"{_WANTED} AND a.failure = '' AND a.started_at > :at"


def hang_registry(scene: Scene, dice: Random) -> Watch:
    """Until a try that met the silence has failed and is written down; then until an answer comes."""
    passport, seconds = dice.choice(HANG), dice.uniform(2.0, 5.0)
    mock = scene.fleet.mock
    struck, at = scene.seconds(), time.monotonic()
    answer = requests.post(f"{mock.url}/_mock/failures", json={"kind": "silence", "passport": passport}, timeout=20)
    assert answer.status_code == 201, answer.text
    since = scene.read_moment(seconds=0)
    try:
        while time.monotonic() - at < seconds or not _count(scene, _FAILED, passport, since):
            yield f"a try at {passport} that fails"
    finally:
        requests.delete(f"{mock.url}/_mock/failures/{answer.json()['id']}", timeout=20)
    mended, back = time.monotonic(), scene.read_moment(seconds=0)
    while not _count(scene, _ANSWERED, passport, back):
        yield f"an answer of {passport}"
    went_on = time.monotonic() - at
    while not (tries := _count(scene, _FAILED, passport, since)):
        yield "the database"
    seen = f"silent for {mended - at:.1f} s, {tries} tries timed out; then it answered again"
    return Observed(passport, seen, tries, struck, went_on)


def _count(scene: Scene, query: str, passport: str, at: int) -> int:
    rows = scene.look(query, passport=passport, at=at)
    return int(rows[0].n) if rows else 0


def silence_messages(scene: Scene, dice: Random) -> Watch:
    """An applicant wants a code meanwhile: nothing is accepted without it, and once messages go, he gets one."""
    outage = f"{scene.fleet.mock.url}/_mock/sms/outage"
    body = dict(scene.load.draw()) | {"signature": {"method": "otp"}}
    key, tries, refusals = f"chaos-otp-{scene.seconds():.3f}", 0, 0
    struck, at = scene.seconds(), time.monotonic()
    requests.post(outage, json={"on": True, "kind": "refuse"}, timeout=20)
    ends = at + dice.uniform(2.0, 4.0)
    told: Mapping[str, Any] | None = None
    try:
        while told is None and time.monotonic() < ends:
            tries += 1
            told = _ask_for_code(scene, body, key)
            refusals += told is None
            yield "the end of the outage"
    finally:
        requests.post(outage, json={"on": False}, timeout=20)
    while told is None:
        tries += 1
        told = _ask_for_code(scene, body, key)
        yield "a code that is sent"
    phones = requests.get(f"{scene.fleet.mock.url}/_mock/sms", timeout=20).json()
    first = now()
    while not _confirm(scene, told, phones):
        yield "a code that is taken"
    scene.load.keep(str(told["id"]), first)
    seen = f"{refusals} calls for a code were refused, then one was sent, and signed"
    return Observed("a code by SMS", seen, refusals, struck, time.monotonic() - at)


def _ask_for_code(scene: Scene, body: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    for caller in scene.callers():
        try:
            answer = caller.call("POST", "/v1/applications", json=body, headers={"Idempotency-Key": key})
        except requests.RequestException:
            continue
        if answer.status_code == 201:
            told: Mapping[str, Any] = answer.json()
            return told
        assert answer.status_code >= 500 or answer.status_code in (409, 429), answer.text
    return None


def _confirm(scene: Scene, told: Mapping[str, Any], phones: list[Mapping[str, Any]]) -> bool:
    ending = str(told["phone"])[-4:]
    codes = ["".join(c for c in one["text"] if c.isdigit())[:6] for one in phones if one["phone"].endswith(ending)]
    for caller in scene.callers():
        try:
            answer = caller.call("POST", f"/v1/applications/{told['id']}/signature", json={"code": codes[0]})
        except requests.RequestException:
            continue
        if answer.status_code == 202:
            return True
        assert answer.status_code >= 500 or answer.status_code in (409, 429), answer.text
    return False
