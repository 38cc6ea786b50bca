"""What the centre has taken back stays so: across processes, kills and doubled orders; a broken record is an error."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registries_mock.ca.authority import Authority
from registries_mock.ca.commands import ca
from registries_mock.ca.errors import CertificateUnknown, JournalBroken
from registries_mock.ca.journal import Journal, Revocation
from registries_mock.ca.pkcs12 import export_p12
from registries_mock.ca.subjects import Subject
from signing.keys import load_p12

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
IIN = "900101350122"
FIRST = Revocation("issuing", 0xABC, AT, AT, "key-compromise")
SECOND = Revocation("issuing_gost", 0xABC, AT - timedelta(days=1), AT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Authority.create(AT).save(tmp_path / "ca")
    return tmp_path / "ca"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(ca, [str(one) for one in arguments])


def journal(folder: Path) -> list[Revocation]:
    return Authority.load(folder).journal.read()


@pytest.mark.parametrize("kept", [True, False], ids=["file", "memory"])
def test_revocations_are_told_in_their_order_and_once(kept: bool, tmp_path: Path) -> None:
    own = Journal(tmp_path / "revoked.jsonl" if kept else None)
    assert own.read() == []
    assert [own.add(FIRST), own.add(SECOND), own.add(FIRST)] == [True, True, False]
    assert own.read() == [FIRST, SECOND]
    assert Journal(tmp_path / "revoked.jsonl").read() == ([FIRST, SECOND] if kept else [])


def test_a_line_whose_writer_was_killed_counts_as_never_written(tmp_path: Path) -> None:
    path = tmp_path / "revoked.jsonl"
    own = Journal(path)
    own.add(FIRST)
    whole = path.read_bytes()
    own.add(SECOND)
    for length in range(len(whole), len(path.read_bytes())):
        torn = tmp_path / f"torn{length}"
        torn.write_bytes(path.read_bytes()[:length])
        assert Journal(torn).read() == [FIRST]
        assert Journal(torn).add(SECOND)
        assert torn.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    "line",
    [
        "{}",
        "no json",
        '["issuing"]',
        json.dumps(FIRST.describe() | {"at": "2026-03-02"}),
        json.dumps(FIRST.describe() | {"reason": "boredom"}),
        json.dumps(FIRST.describe() | {"serial_number": "none"}),
    ],
)
def test_a_whole_line_that_is_none_is_an_error_and_never_an_answer(line: str, tmp_path: Path) -> None:
    (tmp_path / "revoked.jsonl").write_text(f"{line}\n", encoding="utf-8")
    own = Journal(tmp_path / "revoked.jsonl")
    with pytest.raises(JournalBroken):
        own.read()
    with pytest.raises(JournalBroken):
        own.add(FIRST)


def test_many_who_write_at_once_lose_no_line(tmp_path: Path) -> None:
    path = tmp_path / "revoked.jsonl"

    def add(number: int) -> bool:
        return Journal(path).add(Revocation("issuing", number, AT, AT))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(add, range(100)))
    assert {one.serial_number for one in Journal(path).read()} == set(range(100))


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from registries_mock.ca.journal import Journal, Revocation
at = datetime(2026, 3, 2, tzinfo=UTC)
for number in range(10**6):
    Journal(Path(sys.argv[1])).add(Revocation("issuing", number, at, at))
    print(number, flush=True)
"""


def test_a_writer_that_is_killed_has_lost_nothing_of_what_it_told(tmp_path: Path) -> None:
    path = tmp_path / "revoked.jsonl"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    with writer:
        assert writer.stdout is not None
        told = [int(writer.stdout.readline()) for _ in range(20)][-1]
        os.kill(writer.pid, signal.SIGKILL)
    assert {one.serial_number for one in Journal(path).read()} >= set(range(told + 1))
    assert Journal(path).add(Revocation("root", 1, AT, AT))


@pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])
def test_a_key_file_is_taken_back_by_its_certificate(algorithm: str, folder: Path) -> None:
    key = Authority.load(folder).issue("individual", Subject(IIN), at=AT, algorithm=algorithm)
    file = folder / "key.p12"
    file.write_bytes(export_p12(key, "secret"))
    order: list[str | Path] = [
        "revoke",
        "--ca",
        folder,
        "--key",
        file,
        "--password",
        "secret",
        "--reason",
        "key-compromise",
    ]
    result = run(*order, "--at", "2026-03-02T17:00")
    assert result.exit_code == 0 and result.output.startswith("revoked: "), result.output
    issuer = "issuing" if algorithm == "rsa" else "issuing_gost"
    assert journal(folder) == [Revocation(issuer, key.certificate.serial_number, AT, AT, "key-compromise")]
    assert run(*order).output.startswith("revoked already: ")
    assert len(journal(folder)) == 1


def test_a_certificate_of_an_authority_is_taken_back_by_the_root(folder: Path) -> None:
    assert run("revoke", "--ca", folder, "--key", folder / "trust" / "issuing_gost.pem").exit_code == 0
    assert [one.issuer for one in journal(folder)] == ["root_gost"]


def test_a_serial_number_is_of_the_half_that_is_said(folder: Path) -> None:
    assert run("revoke", "--ca", folder, "--serial", "0A:BC").exit_code == 0
    assert run("revoke", "--ca", folder, "--serial", "0xabc", "--algorithm", "gost2015").exit_code == 0
    assert [(one.issuer, one.serial_number) for one in journal(folder)] == [("issuing", 0xABC), ("issuing_gost", 0xABC)]


def test_the_role_revoked_is_a_key_that_was_taken_back_from_the_beginning(folder: Path) -> None:
    file = folder / "key.p12"
    result = run("issue", "--ca", folder, "--iin", IIN, "--role", "revoked", "--password", "secret", "--out", file)
    assert result.exit_code == 0, result.output
    serial_number = load_p12(file.read_bytes(), "secret").certificate.serial_number
    assert f"serial number: {serial_number:x}" in result.output
    assert [one.serial_number for one in journal(folder)] == [serial_number]
    assert IIN not in (folder / "revoked.jsonl").read_text()


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ([], "--serial or --key"),
        (["--serial", "xyz"], "hexadecimal"),
        (["--serial", ""], "hexadecimal"),
        (["--serial", "1", "--at", "soon"], "like 2026"),
        (["--serial", "1", "--reason", "boredom"], "boredom"),
        (["--key", "junk"], "certificate-unknown: "),
        (["--key", "junk", "--password", "x"], "certificate-unknown: "),
        (["--key", "stranger"], "certificate-unknown: "),
        (["--serial", "1", "--ca", "/nowhere"], "authority-missing: "),
    ],
)
def test_a_refused_order_takes_nothing_back(order: list[str], code: str, folder: Path) -> None:
    (folder / "junk").write_bytes(b"junk")
    stranger = Authority.create(AT).issue("individual", Subject(IIN), at=AT)
    (folder / "stranger").write_bytes(stranger.certificate.der)
    given = [str(folder / one) if one in ("junk", "stranger") else one for one in order]
    result = run("revoke", "--ca", folder, *given)
    assert result.exit_code != 0 and code in result.output and "Traceback" not in result.output
    assert not (folder / "revoked.jsonl").exists()


def test_nobody_is_revoked_by_an_authority_that_is_not_there() -> None:
    with pytest.raises(CertificateUnknown):
        Authority.create(AT).revoke(1, issuer="somebody", at=AT, recorded=AT)


@pytest.mark.parametrize("address", ["ftp://a", "nothing", "http://", "http://[", "http://ы"])
def test_certificates_name_no_address_that_is_none(address: str, tmp_path: Path) -> None:
    result = run("init", "--out", tmp_path / "ca", "--address", address)
    assert result.exit_code == 2 and not (tmp_path / "ca").exists()


def test_init_if_missing_keeps_the_address(folder: Path) -> None:
    for path in folder.rglob("*_gost.pem"):
        path.unlink()
    assert run("init", "--out", folder, "--if-missing", "--address", "http://other.example/ca").exit_code == 0
    assert Authority.load(folder).base == "http://127.0.0.1:8088/ca"
