"""One gateway a database: the file is held once under all its names, and free again when its holder ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contracts.errors import SettingInvalid
from gateway.alone import claim_database, find_file

HOLD = (
    "import sys; from gateway.alone import claim_database\n"
    "with claim_database(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
)


def test_a_file_is_held_once_and_let_go_of(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'gateway.db'}"
    with claim_database(url), pytest.raises(SettingInvalid, match="another gateway"), claim_database(url):
        pass
    with claim_database(url):
        pass


def test_another_name_of_the_file_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "gateway.db").touch()
    (tmp_path / "other.db").symlink_to(tmp_path / "gateway.db")
    with (
        claim_database(f"sqlite:///{tmp_path}/gateway.db"),
        pytest.raises(SettingInvalid, match="another gateway"),
        claim_database(f"sqlite+pysqlite:///{tmp_path}/./other.db?timeout=5"),
    ):
        pass


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'gateway.db'}"
    command = [sys.executable, "-c", HOLD, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(SettingInvalid, match="another gateway"), claim_database(url):
            pass
        holder.kill()
        holder.wait(timeout=20)
        with claim_database(url):
            pass


@pytest.mark.parametrize("url", ["postgresql+psycopg://a@b/c", "sqlite://", "sqlite:///:memory:"])
def test_what_is_no_file_is_not_held(url: str) -> None:
    assert find_file(url) is None
    with claim_database(url), claim_database(url):
        pass


def test_a_lock_that_cannot_be_made_is_told() -> None:
    with pytest.raises(SettingInvalid, match="no lock"), claim_database("sqlite:////proc/x/y.db"):
        pass
