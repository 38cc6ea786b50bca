"""Downloaded lists are kept while they are good, replaced by better ones alone, and survive a restart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from signing.revocation.kept_lists import KeptLists
from signing.revocation.shelf import FetchRules, ListAddress
from signing.revocation.status import Answer
from tests.signing.pki import (
    AT,
    AUTHORITY,
    ISSUING_NAME,
    gost_issuing,
    gost_person,
    issuing,
    make,
    person,
    root,
    rsa_key,
)
from tests.signing.revocation.asking import ask, serial_of
from tests.signing.revocation.fetching import Published, Ticks
from tests.signing.revocation.making import HOLD, HOUR, REMOVED, SECOND, TOMORROW, Taken, make_list

FULL, CHANGES, OTHER = "http://crl.test/full.crl", "http://crl.test/changes.crl", "http://crl.test/gost.crl"
RULES = FetchRules(deadline_seconds=5, retry_seconds=60)
MINUTES = 60.0


def kept(folder: Path, published: Published, ticks: Ticks | None = None, *more: ListAddress) -> KeptLists:
    addresses = [ListAddress(FULL, max_age_seconds=60 * MINUTES), *more]
    return KeptLists(addresses, folder, published, rules=RULES, monotonic=ticks or Ticks())


def revoking(this_update: datetime = AT - SECOND) -> bytes:
    return make_list(issuing(), [Taken(serial_of(person()))], this_update=this_update, number=8)


def parts(folder: Path) -> list[Path]:
    return [one for one in folder.iterdir() if one.suffix != ".crl"]


def test_nothing_is_fetched_before_somebody_asks_and_then_once(tmp_path: Path) -> None:
    published = Published({FULL: make_list(issuing())})
    source = kept(tmp_path / "made" / "for it", published)
    assert published.asked == []
    assert [ask(source).answer for _ in range(3)] == [Answer.GOOD] * 3
    assert [(one.url, one.body, one.deadline_seconds) for one in published.asked] == [(FULL, None, 5)]


def test_a_list_is_fetched_again_when_it_is_old(tmp_path: Path) -> None:
    ticks, published = Ticks(), Published({FULL: make_list(issuing())})
    source = kept(tmp_path, published, ticks)
    ask(source)
    published.documents[FULL] = revoking()
    ticks.seconds += 59 * MINUTES
    assert ask(source).answer is Answer.GOOD
    ticks.seconds += 1 * MINUTES
    assert ask(source).answer is Answer.REVOKED


@pytest.mark.parametrize(("left", "fetched"), [(timedelta(minutes=11), 1), (timedelta(minutes=10), 2), (-SECOND, 2)])
def test_a_list_is_fetched_again_shortly_before_its_end(tmp_path: Path, left: timedelta, fetched: int) -> None:
    ticks, published = Ticks(), Published({FULL: make_list(issuing())})
    source = kept(tmp_path, published, ticks)
    ask(source)
    ticks.seconds += RULES.retry_seconds
    ask(source, now=TOMORROW - left)
    assert published.count(FULL) == fetched


def test_a_failed_download_leaves_the_old_list_while_it_holds(tmp_path: Path) -> None:
    ticks, published = Ticks(), Published({FULL: make_list(issuing())})
    source = kept(tmp_path, published, ticks)
    ask(source)
    published.documents.clear()
    ticks.seconds += 61 * MINUTES
    assert ask(source).answer is Answer.GOOD
    assert published.count(FULL) == 2
    later = ask(source, now=TOMORROW + SECOND)
    assert later.answer is Answer.UNKNOWN
    assert later.reason == (
        "The authority's list is out of date. A download was of no use: the service gave no whole answer in time."
    )


def test_a_failed_download_is_not_tried_again_at_once(tmp_path: Path) -> None:
    ticks, published = Ticks(), Published()
    source = kept(tmp_path, published, ticks)
    assert ask(source).answer is Answer.UNKNOWN
    ticks.seconds += RULES.retry_seconds - 1
    assert ask(source).answer is Answer.UNKNOWN
    assert published.count(FULL) == 1
    published.documents[FULL] = make_list(issuing())
    ticks.seconds += 1
    assert ask(source).answer is Answer.GOOD


def test_an_authority_that_is_late_is_not_asked_all_the_time(tmp_path: Path) -> None:
    ticks, published = Ticks(), Published({FULL: make_list(issuing(), next_update=AT - SECOND)})
    source = kept(tmp_path, published, ticks)
    assert [ask(source).answer for _ in range(5)] == [Answer.UNKNOWN] * 5
    assert published.count(FULL) == 1


def forged() -> bytes:
    twin = make(ISSUING_NAME, rsa_key("forger"), root(), authority=True, key_usage=AUTHORITY)
    return make_list(twin, with_key_id=False, this_update=AT)


BAD_DOWNLOADS: dict[str, tuple[Callable[[], bytes], str]] = {
    "no list": (lambda: b"<html>the network asks you to sign in</html>", "cannot be understood"),
    "half a list": (lambda: revoking()[:-20], "cannot be understood"),
    "a forged list": (forged, "not signed by the authority"),
    "an older list": (lambda: make_list(issuing(), this_update=AT - 2 * HOUR), "older than the one at hand"),
    "another authority's list": (lambda: make_list(gost_issuing()), "a list of another authority"),
    "a list of changes": (lambda: make_list(issuing(), base_number=5, number=9), "of the other kind"),
}


@pytest.mark.parametrize("case", BAD_DOWNLOADS)
def test_a_bad_download_replaces_nothing_in_memory_or_on_disk(tmp_path: Path, case: str) -> None:
    bad, why = BAD_DOWNLOADS[case]
    ticks, published = Ticks(), Published({FULL: revoking(AT - HOUR)})
    source = kept(tmp_path, published, ticks)
    ask(source)
    [file] = tmp_path.iterdir()
    before = file.read_bytes()
    published.documents[FULL] = bad()
    ticks.seconds += 61 * MINUTES
    assert ask(source).answer is Answer.REVOKED
    assert published.count(FULL) == 2
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [before]
    stranger = ask(source, gost_person().certificate, gost_issuing().certificate)
    assert why in stranger.reason


@pytest.mark.parametrize("case", sorted(BAD_DOWNLOADS.keys() - {"an older list"}))
def test_a_bad_first_download_proves_nothing_and_is_not_kept(tmp_path: Path, case: str) -> None:
    source = kept(tmp_path, Published({FULL: BAD_DOWNLOADS[case][0]()}))
    assert ask(source).answer is Answer.UNKNOWN
    assert list(tmp_path.iterdir()) == []


def test_a_list_survives_a_restart_without_the_network(tmp_path: Path) -> None:
    ask(kept(tmp_path, Published({FULL: revoking()})))
    silent = Published()
    assert ask(kept(tmp_path, silent)).answer is Answer.REVOKED
    assert silent.asked == []


def test_after_a_restart_a_list_of_long_ago_is_fetched_anew(tmp_path: Path) -> None:
    ask(kept(tmp_path, Published({FULL: make_list(issuing(), this_update=AT - HOUR)})))
    published = Published({FULL: revoking()})
    assert ask(kept(tmp_path, published)).answer is Answer.REVOKED
    assert published.count(FULL) == 1


def test_what_a_crash_left_half_written_is_not_read(tmp_path: Path) -> None:
    ask(kept(tmp_path, Published({FULL: revoking()})))
    [file] = tmp_path.iterdir()
    (tmp_path / "tmpabc.part").write_bytes(make_list(issuing(), this_update=AT)[:300])
    assert ask(kept(tmp_path, Published())).answer is Answer.REVOKED
    file.write_bytes(file.read_bytes()[:300])
    assert ask(kept(tmp_path, Published())).answer is Answer.UNKNOWN


def test_a_list_changed_on_disk_is_not_believed_and_fetched_again(tmp_path: Path) -> None:
    ask(kept(tmp_path, Published({FULL: make_list(issuing(), this_update=AT - SECOND)})))
    [file] = tmp_path.iterdir()
    file.write_bytes(forged())
    assert ask(kept(tmp_path, Published())).answer is Answer.UNKNOWN
    assert ask(kept(tmp_path, Published({FULL: revoking()}))).answer is Answer.REVOKED


def test_no_part_stays_beside_a_list_that_was_written(tmp_path: Path) -> None:
    ask(kept(tmp_path, Published({FULL: revoking()})))
    assert parts(tmp_path) == []


def test_a_folder_that_takes_nothing_costs_no_answer(tmp_path: Path) -> None:
    source = kept(tmp_path / "lists", Published({FULL: revoking()}))
    (tmp_path / "lists").rmdir()
    assert ask(source).answer is Answer.REVOKED


def test_changes_are_kept_beside_the_full_list_each_at_its_own_pace(tmp_path: Path) -> None:
    held = make_list(issuing(), [Taken(serial_of(person()), reason=HOLD)])
    lifted = make_list(issuing(), [Taken(serial_of(person()), reason=REMOVED)], number=9, base_number=5)
    ticks, published = Ticks(), Published({FULL: held, CHANGES: lifted})
    changes = ListAddress(CHANGES, is_delta=True, max_age_seconds=10 * MINUTES)
    source = kept(tmp_path, published, ticks, changes)
    assert ask(source).answer is Answer.GOOD
    ticks.seconds += 11 * MINUTES
    assert ask(source).answer is Answer.GOOD
    assert (published.count(FULL), published.count(CHANGES)) == (1, 2)
    assert ask(kept(tmp_path, Published(), ticks, changes)).answer is Answer.GOOD


def test_lists_of_two_authorities_are_each_kept_for_their_own(tmp_path: Path) -> None:
    ticks = Ticks()
    published = Published(
        {FULL: make_list(issuing()), OTHER: make_list(gost_issuing(), [Taken(serial_of(gost_person()))])}
    )
    source = kept(tmp_path, published, ticks, ListAddress(OTHER))
    for _ in range(3):
        assert ask(source).answer is Answer.GOOD
        assert ask(source, gost_person().certificate, gost_issuing().certificate).answer is Answer.REVOKED
        ticks.seconds += MINUTES
    assert published.count(FULL) == 1
    assert published.count(OTHER) == 2, "once to see whose it is, and once by its own authority"


def test_another_authoritys_list_is_looked_at_again_only_when_it_is_old(tmp_path: Path) -> None:
    ticks, published = Ticks(), Published({FULL: make_list(issuing()), OTHER: make_list(gost_issuing())})
    source = kept(tmp_path, published, ticks, ListAddress(OTHER, max_age_seconds=60 * MINUTES))
    for _ in range(5):
        assert ask(source).answer is Answer.GOOD
        ticks.seconds += 11 * MINUTES
    assert published.count(OTHER) == 1
    ticks.seconds += 5 * MINUTES
    ask(source)
    assert published.count(OTHER) == 2


def test_an_authority_with_a_new_key_takes_the_shelf_over_once_the_old_list_has_ended(tmp_path: Path) -> None:
    ticks, published = Ticks(), Published({FULL: make_list(issuing())})
    source = kept(tmp_path, published, ticks)
    ask(source)
    new = make(ISSUING_NAME, rsa_key("new issuing"), root(), authority=True, key_usage=AUTHORITY)
    later = TOMORROW + HOUR
    published.documents[FULL] = make_list(new, this_update=TOMORROW, next_update=later + HOUR)
    ticks.seconds += 24 * 60 * MINUTES
    assert ask(source, issuer=new.certificate, now=later).answer is Answer.GOOD
