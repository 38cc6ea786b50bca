"""A database is opened with the key that it was written with, or not at all."""

from __future__ import annotations

import pytest

from contracts.errors import SettingInvalid
from gateway.store.key_check import refuse_other_key
from gateway.store.sealing import Sealer
from tests.gateway.store.desk import KEY, StoreDesk


def test_another_key_than_the_databases_own_is_refused(desk: StoreDesk) -> None:
    refuse_other_key(desk.database, Sealer(bytes(32)))
    desk.accept()
    refuse_other_key(desk.database, Sealer(KEY))
    with pytest.raises(SettingInvalid, match="ASP_KEY_FILE"):
        refuse_other_key(desk.database, Sealer(bytes(32)))
