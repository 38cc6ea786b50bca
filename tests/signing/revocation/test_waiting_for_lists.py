"""One downloads a list for all: who has none that holds waits a moment, and who has one does not wait."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from signing.errors import RevocationUnavailable
from signing.fetching import Fetch, FetchRequest, TooManyFetches
from signing.revocation.assembling import RevocationConfig, build_sources
from signing.revocation.kept_lists import KeptLists
from signing.revocation.shelf import FetchRules, ListAddress
from signing.revocation.status import Answer
from tests.signing.pki import AT, gost_issuing, gost_person, issuing, person
from tests.signing.revocation.asking import ask, serial_of
from tests.signing.revocation.fetching import Gate, Published, Ticks
from tests.signing.revocation.making import HOUR, SECOND, Taken, make_list

FULL = "http://crl.test/full.crl"
RETRY = 60.0


def kept(folder: Path, fetch: Fetch, wait_seconds: float = 30.0, *more: ListAddress) -> KeptLists:
    rules = FetchRules(deadline_seconds=60, retry_seconds=RETRY, wait_seconds=wait_seconds)
    return KeptLists([ListAddress(FULL), *more], folder, fetch, rules=rules, monotonic=Ticks())


def revoking() -> bytes:
    return make_list(issuing(), [Taken(serial_of(person()))], this_update=AT - SECOND, number=8)


def test_of_many_who_ask_at_once_one_fetches_and_all_are_answered(tmp_path: Path) -> None:
    gate = Gate(revoking())
    source = kept(tmp_path, gate)
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(source).answer)) for _ in range(4)]
    for one in threads:
        one.start()
    assert gate.entered.wait(10)
    gate.opened.set()
    for one in threads:
        one.join()
    assert answers == [Answer.REVOKED] * 4
    assert gate.calls == 1


def test_who_has_a_list_that_holds_does_not_wait_for_its_successor(tmp_path: Path) -> None:
    ask(kept(tmp_path, Published({FULL: make_list(issuing(), this_update=AT - 2 * HOUR)})))
    gate = Gate(revoking())
    source = kept(tmp_path, gate)
    answers: list[Answer] = []
    fetching, hasty = (threading.Thread(target=lambda: answers.append(ask(source).answer)) for _ in range(2))
    fetching.start()
    assert gate.entered.wait(10)
    hasty.start()
    hasty.join(10)
    assert answers == [Answer.GOOD]
    gate.opened.set()
    fetching.join()
    assert answers == [Answer.GOOD, Answer.REVOKED]


def test_who_has_no_list_is_told_that_one_is_being_downloaded_and_the_download_goes_on(tmp_path: Path) -> None:
    gate = Gate(revoking())
    config = RevocationConfig(crl_urls=(FULL,), cache_folder=tmp_path, crl_wait_seconds=0.0)
    [source] = build_sources(config, gate)
    answers: list[Answer] = []
    fetching = threading.Thread(target=lambda: answers.append(ask(source).answer))
    fetching.start()
    assert gate.entered.wait(10)
    status = ask(source)
    assert status.answer is Answer.UNKNOWN
    assert status.reason.endswith(" A list is being downloaded at this moment.")
    gate.opened.set()
    fetching.join()
    assert answers == [Answer.REVOKED]
    assert (ask(source).answer, gate.calls) == (Answer.REVOKED, 1)


def test_a_list_that_is_out_of_date_is_none_to_go_on_with(tmp_path: Path) -> None:
    ask(kept(tmp_path, Published({FULL: make_list(issuing(), next_update=AT - SECOND)})))
    gate = Gate(revoking())
    source = kept(tmp_path, gate, 0.0)
    fetching = threading.Thread(target=lambda: ask(source))
    fetching.start()
    assert gate.entered.wait(10)
    reason = ask(source).reason
    gate.opened.set()
    fetching.join()
    assert reason == "The authority's list is out of date. A list is being downloaded at this moment."


def test_of_a_server_that_hangs_with_several_lists_one_is_waited_for(tmp_path: Path) -> None:
    addresses = [ListAddress(f"http://crl.test/{number}.crl") for number in range(4)]
    opened = threading.Event()
    entered = threading.Semaphore(0)

    def hang(request: FetchRequest) -> bytes:
        entered.release()
        opened.wait(30)
        return b"<html>"

    source = kept(tmp_path, hang, 0.25, *addresses[1:])
    threads = [threading.Thread(target=lambda: ask(source)) for _ in addresses]
    try:
        for one in threads:
            one.start()
            assert entered.acquire(timeout=10), "each finds the next list that nobody is downloading yet"
        began = time.monotonic()
        ask(source)
        assert 0.25 <= time.monotonic() - began < 0.9
    finally:
        opened.set()
        for one in threads:
            one.join()


def test_by_default_it_is_one_second() -> None:
    assert (RevocationConfig().crl_wait_seconds, FetchRules().wait_seconds) == (1.0, 1.0)


def refuse(request: FetchRequest) -> bytes:
    raise TooManyFetches("too many services are being asked at this moment")


def test_a_download_for_which_there_was_no_place_is_tried_by_the_next_one(tmp_path: Path) -> None:
    fetch: list[Fetch] = [refuse, Published({FULL: revoking()})]
    source = kept(tmp_path, lambda request: fetch[0](request))
    status = ask(source)
    assert status.answer is Answer.UNKNOWN
    assert status.reason.endswith(" A download was of no use: too many services are being asked at this moment.")
    fetch.pop(0)
    assert ask(source).answer is Answer.REVOKED


def test_without_a_place_it_is_remembered_whose_list_lies_at_an_address(tmp_path: Path) -> None:
    published = Published({FULL: make_list(gost_issuing())})
    fetch: list[Fetch] = [published, refuse, published]
    source = kept(tmp_path, lambda request: fetch[0](request))
    ask(source)
    gost = gost_person().certificate, gost_issuing().certificate
    fetch.pop(0)
    assert "too many" in ask(source, *gost).reason
    fetch.pop(0)
    assert ask(source, *gost).answer is Answer.GOOD
    assert published.count(FULL) == 2


def test_the_authority_whose_list_it_is_does_not_fetch_again_at_once_where_that_failed(tmp_path: Path) -> None:
    published = Published({FULL: make_list(gost_issuing())})
    source = kept(tmp_path, published)
    ask(source)
    published.documents.clear()
    for _ in range(3):
        assert ask(source, gost_person().certificate, gost_issuing().certificate).answer is Answer.UNKNOWN
    assert published.count(FULL) == 2


def test_one_refused_place_is_not_told_as_the_trouble_of_others(tmp_path: Path) -> None:
    def fail(request: FetchRequest) -> bytes:
        raise RevocationUnavailable("the service gave no whole answer in time")

    fetch: list[Fetch] = [refuse, fail]
    source = kept(tmp_path, lambda request: fetch[0](request))
    ask(source)
    fetch.pop(0)
    assert [ask(source).reason.rpartition(": ")[2] for _ in range(2)] == [
        "the service gave no whole answer in time."
    ] * 2


@pytest.mark.parametrize("name", ["a pipe", "/dev/zero"])
def test_what_lies_where_a_kept_list_should_be_and_is_no_file_is_not_read(tmp_path: Path, name: str) -> None:
    ask(kept(tmp_path, Published({FULL: revoking()})))
    [file] = tmp_path.iterdir()
    file.unlink()
    if name == "a pipe":
        os.mkfifo(file)
    else:
        file.symlink_to(name)
    assert ask(kept(tmp_path, Published())).answer is Answer.UNKNOWN
    assert ask(kept(tmp_path, Published({FULL: revoking()}))).answer is Answer.REVOKED
    assert file.is_file(), "the list has taken its place"
