"""Log lines of many threads: each whole and once, those of one thread in order, and none waits for a slow reader."""

from __future__ import annotations

import io
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from gateway.log_lines import LineHandler

SECONDS = 10.0


def make_record(text: str) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": text})


class HeldStream(io.StringIO):
    """Its first write ends when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.let_go = threading.Event(), threading.Event()

    def write(self, text: str) -> int:
        self.begun.set()
        if not self.let_go.wait(SECONDS):
            raise TimeoutError
        return super().write(text)


def test_each_line_comes_once_and_those_of_one_thread_in_their_order() -> None:
    stream = io.StringIO()
    handler = LineHandler(stream)

    def say(thread: int) -> None:
        for n in range(500):
            handler.emit(make_record(f"{thread} {n}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(say, range(8)))
    lines = stream.getvalue().splitlines()
    assert len(lines) == 8 * 500
    for thread in range(8):
        own = [line.split()[1] for line in lines if line.split()[0] == str(thread)]
        assert own == [str(n) for n in range(500)]


def test_a_thread_waits_for_nobody_who_writes_and_its_line_is_written_all_the_same() -> None:
    stream = HeldStream()
    handler = LineHandler(stream)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(handler.emit, make_record("first"))
        assert stream.begun.wait(SECONDS)
        handler.emit(make_record("second"))
        assert not first.done()
        stream.let_go.set()
        first.result(SECONDS)
    assert stream.getvalue() == "first\nsecond\n"
