"""The demo touches no file of somebody else's.

That it ends with a complete dossier is shown by tests/end_to_end/test_passport_guide.py, which runs it whole.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli import main
from gateway.demo.folder import MARKER, prepare_folder
from gateway.demo.processes import DemoFailed


@pytest.mark.parametrize("name", ["letter.txt", "ca", "dossier.json"])
def test_the_demo_refuses_a_folder_that_is_not_its_own_and_deletes_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(main, ["demo", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert result.output.startswith("demo-failed:")
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [(name, "mine")]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(DemoFailed):
        prepare_folder(tmp_path / "file")


def test_a_folder_of_an_earlier_demo_loses_the_demos_own_files_alone(tmp_path: Path) -> None:
    prepare_folder(tmp_path / "demo")
    (tmp_path / "demo" / "ca").mkdir()
    for name in ("ca/root.pem", "dossier.json", "gateway.db", "notes.txt"):
        (tmp_path / "demo" / name).write_text("text", encoding="utf-8")
    prepare_folder(tmp_path / "demo")
    assert {path.name for path in (tmp_path / "demo").iterdir()} == {MARKER, "notes.txt"}


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    prepare_folder(tmp_path)
    assert (tmp_path / MARKER).is_file()
