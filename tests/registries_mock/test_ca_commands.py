"""The commands `ca init` and `ca issue`: what they write, what they keep, and how they refuse."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registries_mock.ca.commands import ca
from signing.algorithms import RSA_SHA256
from signing.keys import load_p12
from signing.trust import TrustStore

IIN = "900101350122"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(ca, arguments)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert run("init", "--out", str(tmp_path / "ca")).exit_code == 0
    return tmp_path / "ca"


def issue(folder: Path, *arguments: str) -> Result:
    target = folder.parent / "key.p12"
    return run("issue", "--ca", str(folder), "--out", str(target), *arguments)


@pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])
def test_init_and_issue_give_a_key_that_the_trust_folder_vouches_for(algorithm: str, folder: Path) -> None:
    result = issue(folder, "--iin", IIN, "--password", "secret", "--algorithm", algorithm)
    assert result.exit_code == 0, result.output
    assert "secret" not in result.output
    target = folder.parent / "key.p12"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    opened = load_p12(target.read_bytes(), "secret", allow_pure=True)
    assert (opened.suite == RSA_SHA256) is (algorithm == "rsa")
    assert opened.sign(b"x")
    store = TrustStore.from_folder(folder / "trust")
    assert len(store.find_chain(opened.certificate, opened.certificate.not_before)) == 3


def test_without_a_password_one_is_made_and_printed_once(folder: Path) -> None:
    result = issue(folder, "--iin", IIN)
    (line,) = [line for line in result.output.splitlines() if line.startswith("password: ")]
    load_p12((folder.parent / "key.p12").read_bytes(), line.removeprefix("password: "))


def test_a_password_can_come_from_a_file(folder: Path) -> None:
    file = folder.parent / "password"
    file.write_text("from file\n", encoding="utf-8")
    assert issue(folder, "--iin", IIN, "--password-file", str(file)).exit_code == 0
    load_p12((folder.parent / "key.p12").read_bytes(), "from file")


def test_a_second_init_keeps_the_keys(folder: Path) -> None:
    before = (folder / "private" / "root.pem").read_bytes()
    result = run("init", "--out", str(folder))
    assert result.exit_code == 1 and "authority-exists" in result.output
    assert run("init", "--out", str(folder), "--if-missing").exit_code == 0
    assert (folder / "private" / "root.pem").read_bytes() == before


def keep_rsa_alone(folder: Path) -> None:
    """As an authority of older times is."""
    for path in folder.rglob("*_gost.pem"):
        path.unlink()


def test_without_a_gost_half_gost_keys_alone_are_refused(folder: Path) -> None:
    keep_rsa_alone(folder)
    result = issue(folder, "--iin", IIN, "--algorithm", "gost2015")
    assert result.exit_code == 1 and result.output.startswith("authority-missing: ")
    assert "ca init --if-missing" in result.output
    assert issue(folder, "--iin", IIN).exit_code == 0


def test_init_if_missing_adds_the_half_that_is_missing_and_keeps_the_other(folder: Path) -> None:
    keep_rsa_alone(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*.pem")}
    assert run("init", "--out", str(folder), "--if-missing").exit_code == 0
    assert len(list(folder.rglob("*.pem"))) == 8 and len(before) == 4
    assert all(path.read_bytes() == content for path, content in before.items())
    assert issue(folder, "--iin", IIN, "--algorithm", "gost2015").exit_code == 0


def test_init_if_missing_mends_no_damaged_authority(folder: Path) -> None:
    (folder / "private" / "root_gost.pem").unlink()
    result = run("init", "--out", str(folder), "--if-missing")
    assert result.exit_code == 1 and "authority-missing" in result.output


def test_a_key_file_is_never_overwritten(folder: Path) -> None:
    assert issue(folder, "--iin", IIN).exit_code == 0
    result = issue(folder, "--iin", IIN)
    assert result.exit_code == 1 and "file-unusable" in result.output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--iin", "900101350123"], "subject-invalid"),
        ([], "subject-invalid"),
        (["--iin", IIN, "--role", "organisation"], "subject-invalid"),
        (["--iin", IIN, "--ca", "/nowhere"], "authority-missing"),
        (["--iin", IIN, "--password", ""], "password is empty"),
        (["--iin", IIN, "--role", "king"], "king"),
        (["--iin", IIN, "--algorithm", "gost2004"], "gost2004"),
    ],
)
def test_a_refused_order_is_one_line_and_leaves_no_file(arguments: list[str], code: str, folder: Path) -> None:
    result = issue(folder, *arguments)
    assert result.exit_code != 0 and code in result.output
    assert result.exit_code == 2 or result.output.startswith(f"{code}: ")
    assert "Traceback" not in result.output and IIN not in result.output
    assert not (folder.parent / "key.p12").exists()


def test_the_default_folder_is_the_same_for_both_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("init").exit_code == 0
    assert run("issue", "--iin", IIN, "--out", "key.p12").exit_code == 0
