"""The log: every line of the process is JSON behind its time, libraries' too, and failures are told once."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest

from contracts.errors import GatewayError, RegistryUnavailable, StoreUnavailable
from gateway.logs import log_event, send_logs
from gateway.setting_rows import LINES
from gateway.telling import tell_changes
from gateway.traces import Trace, within_trace

LOGGERS = [logging.getLogger(), logging.getLogger("gateway")]


@pytest.fixture(autouse=True)
def restore_loggers() -> Iterator[None]:
    before = [(one, list(one.handlers), one.level, one.propagate) for one in LOGGERS]
    yield
    for logger, handlers, level, propagate in before:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def read_lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line[line.index("{") :]) for line in text.splitlines()]


def test_a_library_speaks_json_too_and_repeats_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    send_logs("INFO")
    log_event("started", port=1)
    logging.getLogger("waitress.queue").warning("Task queue depth is %d", 1)
    try:
        raise ValueError("900101300017")
    except ValueError:
        logging.getLogger("waitress").exception("Exception while serving /v1/900101300017")
    logging.getLogger("waitress").info("not heard")
    text = capfd.readouterr().err
    assert [line["event"] for line in read_lines(text)] == ["started", "library_said", "library_said"]
    assert read_lines(text)[2]["error"] == "ValueError"
    assert "900101300017" not in text


def test_a_failure_that_lasts_is_told_once_and_so_is_its_end(capfd: pytest.CaptureFixture[str]) -> None:
    send_logs("INFO")
    away, shut = RegistryUnavailable(), StoreUnavailable()
    rounds: list[GatewayError | None] = [None, away, away, away, shut, shut, None, None, away]

    def work() -> None:
        failure = rounds.pop(0)
        if failure:
            raise failure

    fetch = tell_changes("pull", work)
    while rounds:
        fetch()
    told = [(line["event"], line.get("code")) for line in read_lines(capfd.readouterr().err)]
    assert told == [
        ("work_failed", "registry-unavailable"), ("work_failed", "store-unavailable"),
        ("work_recovered", None), ("work_failed", "registry-unavailable"),
    ]  # fmt: skip


def test_a_fault_of_our_own_is_not_kept_quiet() -> None:
    def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tell_changes("pull", work)()


def test_a_line_says_for_which_trace_it_was_written(capfd: pytest.CaptureFixture[str]) -> None:
    send_logs("INFO")
    with within_trace(Trace("a" * 32, "b" * 16)):
        log_event("inside")
    log_event("outside")
    inside, outside = read_lines(capfd.readouterr().err)
    assert (inside["trace"], inside["span"]) == ("a" * 32, "b" * 16)
    assert outside == {"event": "outside"}


def test_by_a_setting_the_whole_line_is_one_json_object(capfd: pytest.CaptureFixture[str]) -> None:
    send_logs("INFO", LINES)
    log_event("started", port=1, note="{braces}")
    logging.getLogger("waitress").error("a library's line")
    ours, theirs = map(json.loads, capfd.readouterr().err.splitlines())
    assert {"level": "INFO", "event": "started", "port": 1, "note": "{braces}"}.items() <= ours.items()
    assert datetime.fromisoformat(ours["time"]).tzinfo is not None
    assert {"level": "ERROR", "event": "library_said", "logger": "waitress"}.items() <= theirs.items()
