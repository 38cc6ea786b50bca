"""The bus's file store over the wire: the adapter lays a file down and fetches it, the suite keeps it for its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from adapters.file_store import FileStore, StoredFile
from adapters.ports import Deadline
from contracts.errors import RegistryFailed
from tests.adapters.passports import shipped
from tests.adapters.rig import rig
from tests.registries_mock.small_world import NOW, PASSWORD, SENDER, listening, small_app

SCAN = b"%PDF-1.7 " + bytes(range(256)) * 400


class House:
    """A suite whose clock is turned by hand, and the adapter of a participant."""

    def __init__(self, url: str, password: str = PASSWORD) -> None:
        settings = {"sender_id": SENDER, "sender_password": PASSWORD, "files_login": SENDER, "files_password": password}
        self.made = rig(shipped(), f"{url}/bip-sync-wss-gost/", settings=settings)

    @property
    def files(self) -> FileStore:
        return self.made.adapters.files


class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(clock: Clock) -> Iterator[str]:
    with listening(small_app(clock=clock)) as address:
        yield address


def test_a_file_comes_back_as_it_was_laid_down_until_its_time_is_over(url: str, clock: Clock) -> None:
    house = House(url)
    number = house.files.upload("up-1", "скан <&>.pdf", "application/pdf", SCAN, deadline=Deadline(10))
    found = house.files.download("down-1", number, deadline=Deadline(10))
    assert found == StoredFile("скан <&>.pdf", "application/pdf", SCAN)
    assert house.files.download("down-2", "another", deadline=Deadline(10)) is None
    clock.now += house.files.kept_for - timedelta(seconds=1)
    assert house.files.download("down-3", number, deadline=Deadline(10)) is not None
    clock.now += timedelta(seconds=1)
    assert house.files.download("down-4", number, deadline=Deadline(10)) is None
    house.made.adapters.close()


def test_a_file_that_is_sent_again_lies_there_once(url: str) -> None:
    house = House(url)
    sent = {house.files.upload("up-1", "a.pdf", "application/pdf", SCAN, deadline=Deadline(10)) for _ in range(2)}
    assert len(sent) == 1
    house.made.adapters.close()


def test_a_wrong_account_is_no_answer_and_never_no_file(url: str) -> None:
    house = House(url, password="wrong")
    with pytest.raises(RegistryFailed):
        house.files.download("down-1", "any", deadline=Deadline(10))
    house.made.adapters.close()
