"""A database is opened with the key that it was written with, or not at all."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from contracts.errors import SettingInvalid
from gateway.store.database import Database
from gateway.store.key_check import has_key, reach_has_key, reach_key, refuse_other_key
from gateway.store.sealing import Sealer
from tests.gateway.store.desk import KEY, StoreDesk
from tests.support.databases import place_tables

OTHER = Sealer(bytes(32))


def test_another_key_than_the_databases_own_is_refused(desk: StoreDesk) -> None:
    desk.accept()
    with pytest.raises(SettingInvalid, match="ASP_KEY_FILE"):
        refuse_other_key(desk.database, OTHER)
    refuse_other_key(desk.database, Sealer(KEY))
    with pytest.raises(SettingInvalid, match="ASP_KEY_FILE"):
        refuse_other_key(desk.database, OTHER)


def test_an_empty_database_is_the_key_s_of_who_came_first_from_then_on(desk: StoreDesk) -> None:
    assert not has_key(desk.database)
    refuse_other_key(desk.database, Sealer(KEY))
    assert has_key(desk.database)
    refuse_other_key(desk.database, Sealer(KEY))
    with pytest.raises(SettingInvalid, match="ASP_KEY_FILE"):
        refuse_other_key(desk.database, OTHER)


def test_of_two_that_begin_an_empty_database_with_keys_of_their_own_one_is_refused(url: str) -> None:
    both = threading.Barrier(2)

    def begin(key: bytes) -> bool:
        with Database(url) as database:
            both.wait(10)
            try:
                refuse_other_key(database, Sealer(key))
            except SettingInvalid:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(begin, (KEY, bytes(32)))) == [False, True]


def test_who_only_looks_is_told_and_changes_nothing(desk: StoreDesk, url: str) -> None:
    assert (reach_has_key(url), reach_key(url, OTHER)) == (False, True)
    refuse_other_key(desk.database, Sealer(KEY))
    assert (reach_has_key(url), reach_key(url, Sealer(KEY)), reach_key(url, OTHER)) == (True, True, False)


def test_a_look_into_a_copy_leaves_every_byte_of_it_as_it_is(tmp_path: Path) -> None:
    """As `VACUUM INTO` writes one: a file without a log beside it."""
    place_tables(tmp_path / "store.db")
    with closing(sqlite3.connect(tmp_path / "store.db")) as database:
        database.execute("VACUUM INTO ?", [str(tmp_path / "copy.db")])
    before = (tmp_path / "copy.db").read_bytes()
    assert not reach_has_key(f"sqlite:///{tmp_path / 'copy.db'}")
    assert (tmp_path / "copy.db").read_bytes() == before
