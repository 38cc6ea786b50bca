"""The command `registries-mock ncalayer`: one line when it listens, a clean stop, and no key that it must not have."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registries_mock.ca.pkcs12 import export_p12
from registries_mock.cli import main
from registries_mock.ncalayer.errors import KeyIsReal
from registries_mock.ncalayer.holders import FileHolder
from signing.algorithms import Suite
from signing.certificates import Certificate, read_certificate
from signing.trust_stores import PRODUCTION, find_trust_folder
from tests.registries_mock.ncalayer.running import IIN, PERSONA, ask_utils, authority, greeted, persona

COMMAND = [sys.executable, "-c", "from registries_mock.cli import main; main()", "ncalayer"]
PASSWORD = "invented"


@dataclass(frozen=True)
class SomebodysKey:
    """A key of which nothing but the certificate is here."""

    certificate: Certificate
    chain: tuple[Certificate, ...] = ()

    @property
    def suite(self) -> Suite:
        raise NotImplementedError

    def sign(self, data: bytes) -> bytes:
        raise NotImplementedError


@contextmanager
def started(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen(
        [*COMMAND, "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().rstrip("\n")
        finally:
            process.kill()


def invoke(*options: str) -> Result:
    return CliRunner().invoke(main, ["ncalayer", *options])


@pytest.fixture
def key_file(tmp_path: Path) -> list[str]:
    """Options that name a key file and its password."""
    (tmp_path / "key.p12").write_bytes(export_p12(persona().find_key("individual"), PASSWORD))  # type: ignore[arg-type]
    (tmp_path / "word").write_text(f"{PASSWORD}\n")
    return ["--key", str(tmp_path / "key.p12"), "--password-file", str(tmp_path / "word")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    authority().save(tmp_path / "ca")
    return tmp_path / "ca"


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_listens_and_stops_cleanly_under_an_open_page(folder: Path, stop: signal.Signals) -> None:
    with started("--persona", PERSONA, "--ca", str(folder)) as (process, line):
        words, _, address = line.rpartition(" ")
        assert words == "ncalayer listens on"
        port = int(address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as stranger:
            stranger.sendall(b"no handshake\r\n\r\n")
            assert stranger.recv(1000).startswith((b"", b"HTTP/1.1 4"))
        with greeted(address) as page:
            told = ask_utils(page, "getKeyInfo", "PKCS12")["responseObject"]
            assert f"IIN{IIN}" in told["subjectDn"]
            process.send_signal(stop)
            out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (0, "", "")


def test_a_key_file_needs_no_authority_but_for_timestamps(key_file: list[str], tmp_path: Path) -> None:
    with started(*key_file, "--ca", str(tmp_path / "nothing")) as (_, line), greeted(line.split()[-1]) as page:
        assert ask_utils(page, "getKeyInfo", "PKCS12")["code"] == "200"
        answer = ask_utils(page, "createCMSSignatureFromBase64", "PKCS12", "SIGNATURE", "MTEK", True)
        assert answer == {"code": "500", "message": "java.net.ConnectException: Connection refused"}


def test_a_person_or_a_key_is_chosen_and_not_both(key_file: list[str]) -> None:
    for options in ([], [*key_file, "--persona", PERSONA], key_file[:2]):
        assert invoke(*options).exit_code == 2


def test_who_or_what_is_missing_is_said_with_its_code(key_file: list[str], folder: Path, tmp_path: Path) -> None:
    told = invoke("--persona", "nobody", "--ca", str(folder))
    assert (told.exit_code, told.output.partition(":")[0]) == (1, "persona-missing")
    told = invoke("--persona", PERSONA, "--ca", str(tmp_path / "nothing"))
    assert (told.exit_code, told.output.partition(":")[0]) == (1, "authority-missing")
    (tmp_path / "word").write_text("wrong")
    told = invoke(*key_file)
    assert (told.exit_code, told.output.partition(":")[0]) == (1, "key-unusable")


def test_a_port_that_is_taken_is_said_so(key_file: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = invoke(*key_file, "--port", str(taken.getsockname()[1]))
    assert (told.exit_code, told.output.partition(":")[0]) == (1, "address-unusable")


@pytest.mark.parametrize("name", ["nca_rsa_2022.cer", "nca_gost_2022.cer"])
def test_a_key_that_the_state_certified_is_not_taken(name: str) -> None:
    """Whatever page is open in a browser may ask for a signature, and nobody would see it."""
    certificate = read_certificate((find_trust_folder(PRODUCTION) / name).read_bytes())
    with pytest.raises(KeyIsReal):
        FileHolder(SomebodysKey(certificate))


def test_it_listens_on_this_machine_alone(key_file: list[str]) -> None:
    assert "--host" not in invoke("--help").output
    with started(*key_file) as (_, line):
        assert line.startswith("ncalayer listens on ws://127.0.0.1:")
