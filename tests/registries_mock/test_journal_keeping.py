"""How much the journal keeps, and what it tells of an exchange in which the suite itself breaks."""

from __future__ import annotations

import threading
import time

import pytest

from registries_mock.journal.journal import MOST_WAITING, Journal, TooManyWait
from registries_mock.journal.redaction import Redaction
from tests.registries_mock.small_world import NOW


def test_the_journal_keeps_so_many_exchanges_and_fewer_messages() -> None:
    journal = Journal(lambda: NOW, kept=1200)
    for _ in range(1500):
        with journal.begin("rest", "/rest/x") as line:
            line.came(b"?")
            line.end(200, b"!")
    kept = journal.entries()
    assert [one.number for one in kept] == list(range(301, 1501))
    assert sum(one.request is not None for one in kept) == 500 and kept[-1].reply == b"!"
    with journal.begin("rest", "/rest/x") as line:
        line.came(b"?" * 100_000)
        line.end(200, b"")
    assert journal.entries()[-1].request is None and journal.entries()[-1].request_size == 100_000


def test_an_exchange_in_which_the_suite_itself_breaks_is_told_without_its_text() -> None:
    journal = Journal(lambda: NOW)
    with pytest.raises(ZeroDivisionError), journal.begin("rest", "/rest/x"):
        raise ZeroDivisionError("secret")
    (entry,) = journal.entries()
    assert (entry.status, entry.facts.refused) == (500, "ZeroDivisionError")


def test_lines_that_begin_at_once_stand_in_the_order_of_their_numbers_whoever_resets_meanwhile() -> None:
    journal = Journal(lambda: NOW)
    broken: list[BaseException] = []

    def exchange() -> None:
        try:
            for _ in range(2000):
                with journal.begin("rest", "/rest/x") as line:
                    line.end(200, b"")
        except BaseException as failure:
            broken.append(failure)

    exchanging = [threading.Thread(target=exchange) for _ in range(3)]
    for one in exchanging:
        one.start()
    while any(one.is_alive() for one in exchanging):
        numbers = [one.number for one in journal.entries()]
        assert numbers == sorted(numbers)
        if len(numbers) > 500:
            journal.reset()
    for one in exchanging:
        one.join(10)
    assert not broken


def test_no_message_is_so_spoiled_that_showing_it_takes_long() -> None:
    redaction, begun = Redaction({"password"}), time.process_time()
    for spoiled in (b"<password " + b'"' * 34, b"<password " * 3000, b"&lt;password " * 3000):
        redaction.show(spoiled, ())
    assert time.process_time() - begun < 1
    assert "word<" not in redaction.show(b'<password a="x>word</password><b c="">', ())


def test_so_many_may_wait_at_one_time_that_exchanges_keep_their_threads() -> None:
    journal = Journal(lambda: NOW)
    all_wait = threading.Barrier(MOST_WAITING + 1)

    def wait() -> None:
        all_wait.wait(30)
        journal.wait(bool, 30)

    waiting = [threading.Thread(target=wait) for _ in range(MOST_WAITING)]
    for one in waiting:
        one.start()
    all_wait.wait(30)
    refused = False
    while not refused:
        try:
            journal.wait(lambda _: True, 0.001)
        except TooManyWait:
            refused = True
    assert journal.wait(lambda _: False, 0) == []
    with journal.begin("rest", "/rest/x") as line:
        line.end(200, b"")
    for one in waiting:
        one.join(30)
    assert len(journal.wait(bool, 1)) == 1
