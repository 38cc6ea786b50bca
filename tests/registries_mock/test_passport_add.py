"""`passport add`: what was checked lies in the folder whole, or nothing does; nothing is overwritten unasked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contracts.catalogue import load_catalogue
from contracts.words import Protocol
from registries_mock.cli import main
from registries_mock.passports.skeletons import write_skeleton
from tests.support.deployment import add_row


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A passport that is in order."""
    write_skeleton(tmp_path / "mine", "card", Protocol.SHEP_SYNC)
    return tmp_path / "mine"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["passport", *map(str, words)])


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_a_passport_lies_in_the_folder_as_it_was_checked_and_is_in_the_catalogue(made: Path, tmp_path: Path) -> None:
    (made / ".hidden.toml").write_text("not taken along")
    (made / "notes.docx").write_text("not taken along")
    target = tmp_path / "deployment"
    result = run("add", made, "--to", target)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[-1].startswith(f"added: {target / 'passports' / 'card'}; serve it: ")
    taken = {name: content for name, content in files_of(made).items() if not name.endswith(("hidden.toml", ".docx"))}
    assert files_of(target / "passports" / "card") == taken
    assert [one.name for one in target.iterdir()] == ["passports"]
    catalogue = load_catalogue([target])
    assert catalogue.folders["card"] == target / "passports" / "card"
    assert "person.card[].number" in catalogue.vocabulary
    (line,) = [line for line in run("list", "--passports", target).stdout.splitlines() if line.startswith("card ")]
    assert line.split() == ["card", "shep-sync", "CARD", "assumed", str(target / "passports" / "card")]


def test_one_of_the_same_key_is_kept_unless_it_is_to_be_replaced(made: Path, tmp_path: Path) -> None:
    target = tmp_path / "deployment"
    assert run("add", made, "--to", target).exit_code == 0
    before = files_of(target)
    text = (made / "passport.toml").read_text(encoding="utf-8")
    (made / "passport.toml").write_text(text.replace("Our own, to begin with", "The service's document"), "utf-8")
    refused = run("add", made, "--to", target)
    assert (refused.exit_code, refused.stderr.split(":")[0]) == (1, "passport-exists")
    assert files_of(target) == before
    assert run("add", made, "--to", target, "--replace").exit_code == 0
    assert load_catalogue([target]).passports["card"].source == "The service's document"
    assert [one.name for one in target.iterdir()] == ["passports"]


def test_a_passport_with_a_mistake_leaves_the_folder_as_it_was(made: Path, tmp_path: Path) -> None:
    target = tmp_path / "deployment"
    text = (made / "passport.toml").read_text(encoding="utf-8")
    (made / "passport.toml").write_text(text.replace("card/number", "card/numer"), encoding="utf-8")
    assert run("add", made, "--to", target).stderr.endswith("passport-invalid: 2 things are wrong, nothing was saved\n")
    assert not target.exists()
    (made / "passport.toml").write_text(text, encoding="utf-8")
    assert run("add", made, "--to", target).exit_code == 0
    before = files_of(target)
    (made / "samples" / "reply.xml").write_text("<broken", encoding="utf-8")
    assert run("add", made, "--to", target, "--replace").exit_code == 1
    assert files_of(target) == before


def test_a_row_that_waits_for_its_passport_does_not_keep_it_out(made: Path, tmp_path: Path) -> None:
    target = tmp_path / "deployment"
    add_row(target, "asp", 25, "card", "card", "person.card[]")
    result = run("add", made, "--to", target)
    assert result.exit_code == 0, result.stderr


def test_what_contradicts_the_rest_of_the_catalogue_is_told(made: Path, tmp_path: Path) -> None:
    """In the place of a shipped passport it must tell what the rows that look into it want to know."""
    text = (made / "passport.toml").read_text(encoding="utf-8")
    (made / "passport.toml").write_text(text.replace('key = "card"', 'key = "mvd-vehicles"'), encoding="utf-8")
    told = run("add", made, "--to", tmp_path / "deployment").stderr
    assert "passport.toml: it does not fit the catalogue: asp " in told
    assert "person.vehicles[] is not filled by the passport mvd-vehicles" in told


def test_a_folder_that_cannot_be_written_is_told_in_one_line(made: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = run("add", made, "--to", tmp_path / "file" / "deployment")
    place = tmp_path / "file" / "deployment" / "passports"
    assert (told.exit_code, told.stderr) == (1, f"folder-unusable: {place}: Not a directory\n")
    if os.geteuid() != 0:
        (made / "service.xsd").chmod(0)
        assert run("add", made, "--to", tmp_path / "deployment").stderr.startswith("folder-unusable: ")
