"""The key of an empty database, where processes begin beside each other and nobody has made it yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PosixPath

import pytest

from contracts.errors import SettingInvalid
from gateway.clock import now
from gateway.settings import Settings, read_settings
from gateway.wiring.foundation import open_foundation


class SeenEarly(PosixPath):
    """The file, as one sees it who is held up behind the look."""

    meanwhile: Callable[[], None]

    def exists(self) -> bool:
        seen, meanwhile = super().exists(), vars(type(self)).get("meanwhile")
        if meanwhile is not None:
            del type(self).meanwhile
            meanwhile()
        return seen


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    told = {"ASP_DATABASE_URL": f"sqlite:///{tmp_path / 'store.db'}", "ASP_KEY_FILE": str(tmp_path / "store.key")}
    return read_settings(told)


def begin(settings: Settings) -> None:
    with open_foundation(settings, now):
        pass


def test_who_begins_beside_another_takes_the_key_that_it_has_made_meanwhile(settings: Settings) -> None:
    SeenEarly.meanwhile = staticmethod(lambda: begin(settings))
    begin(replace(settings, key_file=SeenEarly(settings.key_file)))
    assert settings.key_file.is_file()


def test_no_key_is_made_for_a_database_that_has_one(settings: Settings) -> None:
    begin(settings)
    settings.key_file.unlink()
    with pytest.raises(SettingInvalid, match="ASP_KEY_FILE is not there"):
        begin(settings)
    assert not settings.key_file.exists()
