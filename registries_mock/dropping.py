"""How the web server is made to send a body as slowly, half or oversized as a failure wants, or no reply at all."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final

from registries_mock.web.ends import Closed, Torn
from registries_mock.wire import Flow

_PIECES_A_SECOND: Final = 4
_BLANKS: Final = b" " * 2**16


def drop() -> Iterator[bytes]:
    """The body of a response of which nothing is sent, its headers neither."""
    # Before the first bytes of a body no headers are out.
    raise Closed
    yield b""


def tear() -> Iterator[bytes]:
    """The same, and the caller's end is told by a reset (RST) rather than by an end in order (FIN)."""
    raise Torn
    yield b""


def send(body: bytes, flow: Flow, wait: Callable[[float], None]) -> Iterator[bytes]:
    """The body as the flow has it; `wait` holds back for so many seconds, or until the next reset."""
    if flow.stall_seconds:
        yield body[: len(body) // 2]
        wait(flow.stall_seconds)
        raise Closed
    pieces = _cut(body, max(2, math.ceil(flow.drip_seconds * _PIECES_A_SECOND)) if flow.drip_seconds else 1)
    for nth, piece in enumerate(pieces):
        if nth:
            wait(flow.drip_seconds / (len(pieces) - 1))
        yield piece
    for _ in range(flow.padding // len(_BLANKS)):
        yield _BLANKS


def _cut(body: bytes, count: int) -> list[bytes]:
    size = math.ceil(len(body) / count) or 1
    return [body[at : at + size] for at in range(0, len(body), size)]


def length_of(body: bytes, flow: Flow) -> int:
    """What is said of the length beforehand."""
    return len(body) + flow.padding // len(_BLANKS) * len(_BLANKS)
