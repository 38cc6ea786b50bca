"""How much the journal keeps, and what it tells of an exchange in which the suite itself breaks."""

from __future__ import annotations

import pytest

from registries_mock.journal.journal import Journal
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
