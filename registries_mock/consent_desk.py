"""The consent service's side of КДП: who was asked for what, the message on the phone, and what the person answered.

Everybody says yes at once, until a developer or a test says otherwise; a consent that was given stands until it is
taken back or runs out, and is told again without a message where the request wants none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from contracts.vocabulary.terms import Record
from contracts.words import QuestionWord
from registries_mock.clock import Clock
from registries_mock.consents import LIVES, Claims, Consents
from registries_mock.payloads.reader import Asked

SENDER: Final = "1414"
_LONGEST: Final = timedelta(days=30)
SendSms = Callable[[str, str, str, str], bool]
"""(id, phone, text, sender): puts a message on a phone; False where no phone takes it."""


class Habit(StrEnum):
    """What a person does when a message asks for consent."""

    GRANT = "grant"
    REFUSE = "refuse"
    WAIT = "wait"
    """Does nothing until told otherwise: PENDING, and in the end TIMEOUT."""
    EXPIRE = "expire"
    NO_PHONE = "no_phone"
    FAIL = "fail"
    """The message cannot be sent: ERROR."""


class Act(StrEnum):
    """What a person does with what was asked before."""

    GRANT = "grant"
    REFUSE = "refuse"
    REVOKE = "revoke"
    EXPIRE = "expire"


_ANSWERS: Final = {
    Habit.GRANT: "granted",
    Habit.REFUSE: "refused",
    Habit.WAIT: "pending",
    Habit.EXPIRE: "expired",
}
_ENDS: Final = {Act.GRANT: "granted", Act.REFUSE: "refused", Act.REVOKE: "refused", Act.EXPIRE: "expired"}


@dataclass
class Request:
    """One question to one person about one access, as it stands."""

    iin: str = field(repr=False)
    scope: str
    state: str = "expired"
    messages: int = 0
    lives: timedelta = LIVES
    asked_at: datetime | None = None


class ConsentDesk:
    """All persons at once, in memory."""

    def __init__(self, consents: Consents, clock: Clock, send: SendSms) -> None:
        self._consents = consents
        self._clock = clock
        self._send = send
        self._lock = threading.Lock()
        self._requests: dict[tuple[str, str], Request] = {}
        self._habits: dict[str, Habit] = {}
        self._serials: dict[str, int] = {}
        """By IIN: tokens of an earlier serial do not hold any more."""
        self._sent = 0
        self.enveloped = False
        """Whether replies come in the service's other envelope."""

    def ask(self, iin: str, phone: str, asked: Asked) -> Record:
        """What the service answers: root `consent` of the vocabulary."""
        words, now = asked.words, self._clock()
        silently = words.get(QuestionWord.OMIT_SMS, "") in ("true", "1")
        scope = words.get(QuestionWord.CONSENT_SCOPE, "")
        with self._lock:
            habit = self._habits.get(iin, Habit.GRANT)
            if habit is Habit.NO_PHONE or not phone:
                return _say("no_phone")
            if habit is Habit.FAIL:
                return _say("failed")
            one = self._requests.setdefault((iin, scope), Request(iin, scope))
            if not silently and not self._message(phone, scope):
                return _say("failed")
            if not silently:
                one.state, one.asked_at, one.messages = _ANSWERS[habit], now, one.messages + 1
            one.lives = _read_lives(words.get(QuestionWord.EXPIRES_IN, ""))
            if one.state == "pending" and one.asked_at is not None and now >= one.asked_at + one.lives:
                one.state = "expired"
            if one.state != "granted":
                return _say(one.state)
            token = self._consents.issue(iin, now, one.lives, self._serials.get(iin, 0))
            return {"consent": {"status": "granted", "token": token, "public_key": self._consents.public_key}}

    def judge(self, token: str, public_key: str) -> str:
        """The IIN of the person whose consent a token is; "" where it is none, has run out or was taken back."""
        claims: Claims | None = self._consents.read(token)
        if claims is None or public_key not in ("", self._consents.public_key) or claims.has_run_out(self._clock()):
            return ""
        with self._lock:
            return claims.iin if claims.serial >= self._serials.get(claims.iin, 0) else ""

    def set_habit(self, iin: str, habit: Habit) -> None:
        with self._lock:
            self._habits[iin] = habit

    def act(self, iin: str, act: Act) -> int:
        """The person answers, or takes back, everything that was asked; how much that was."""
        with self._lock:
            mine = [one for one in self._requests.values() if one.iin == iin]
            for one in mine:
                one.state = _ENDS[act]
            if act in (Act.REVOKE, Act.EXPIRE):
                self._serials[iin] = self._serials.get(iin, 0) + 1
            return len(mine)

    def list(self) -> list[Request]:
        with self._lock:
            return [Request(**vars(one)) for one in self._requests.values()]

    def reset(self) -> None:
        with self._lock:
            self._requests.clear()
            self._habits.clear()
            self._serials.clear()
            self.enveloped = False

    def _message(self, phone: str, scope: str) -> bool:
        self._sent += 1
        code = f"{(self._sent * 7919) % 10_000:04d}"
        text = (
            f"Запрос согласия на доступ к персональным данным{f': {scope}' if scope else ''}. "
            f"Чтобы согласиться, отправьте {code}1, чтобы отказать, {code}0. "
            f"Келісу үшін {code}1, бас тарту үшін {code}0 жіберіңіз."
        )
        return self._send(f"consent-{self._sent}", phone, text, SENDER)


def _say(status: str) -> Record:
    return {"consent": {"status": status}}


def _read_lives(text: str) -> timedelta:
    """`expiresIn` in milliseconds; what is no such number, or past all reason, is the default."""
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        return LIVES
    lives = timedelta(milliseconds=int(text))
    return lives if timedelta() < lives <= _LONGEST else LIVES
