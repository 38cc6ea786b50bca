"""One connection's course: a greeting, then an answer to each message in turn. It knows no socket."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from registries_mock.clock import Clock
from registries_mock.ncalayer import basics, common_utils, words
from registries_mock.ncalayer.behaviours import OBEDIENT, Behaviour, Behaviours
from registries_mock.ncalayer.desk import Desk, Wait
from registries_mock.ncalayer.holders import Holder
from registries_mock.ncalayer.timestamps import FindStamp

_MODULES: dict[str, Any] = {words.COMMON_UTILS: common_utils, words.BASICS: basics}


@dataclass(frozen=True)
class Program:
    """NCALayer as it runs on one machine."""

    holder: Holder
    clock: Clock
    find_stamp: FindStamp
    behaviours: Behaviours
    storage: str = words.PKCS12


class Session:
    """The course of one connection; `behaviour` is that of the connection, and `wait` passes a slow user's time."""

    def __init__(self, program: Program, wait: Wait, behaviour: Behaviour = OBEDIENT) -> None:
        self._program, self._wait, self._behaviour = program, wait, behaviour

    def greet(self) -> str:
        """The first message, which the program sends unasked."""
        return _write(words.greet(self._behaviour.version))

    def answer(self, text: str) -> str:
        """The answer to one message; raises SocketDropped where there is none, and the program ends."""
        if text == words.HEARTBEAT:
            return text
        request = _read(text)
        if request is None:
            return _write(words.NO_JSON)
        answered = self._dispatch(request)
        # A caller that numbers its requests gets the number back.
        return _write(answered | ({"uuid": request["uuid"]} if "uuid" in request else {}))

    def _dispatch(self, request: dict[str, Any]) -> words.Answer:
        name, method = str(request.get("module")), str(request.get("method"))
        module = _MODULES.get(name)
        if module is None or name in self._behaviour.without:
            return words.MODULE_NOT_FOUND
        program = self._program
        desk = Desk(program.holder, program.storage, program.clock, program.find_stamp, program.behaviours, self._wait)
        answer: words.Answer = module.answer(desk, method, request.get("args"))
        return answer


def _read(text: str) -> dict[str, Any] | None:
    """The request; None for what is no JSON object, or nested more deeply than can be read."""
    try:
        request = json.loads(text)
        if "\\u" in text:
            # Half a letter, which JSON can spell, is no text: nothing of it could be signed or sent back.
            json.dumps(request, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return None
    return request if isinstance(request, dict) else None


def _write(answer: words.Answer) -> str:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
