"""What a user or the machine gets wrong is one line, `code: sentence`, with the exit code that belongs to it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.alone import claim_database
from gateway.cli import main
from registries_mock.ca.commands import ca

SERVE = [sys.executable, "-c", "from gateway.cli import main; main(['serve', *__import__('sys').argv[1:]])"]
IN_USE = "setting-invalid: another gateway works on this database"


def run(*words: str, **environ: str) -> Result:
    return CliRunner().invoke(main, words, env=environ)


def assert_one_line(result: Result, code: str, exit_code: int) -> None:
    assert result.output.startswith(f"{code}: "), result.output
    assert result.output.count("\n") == 1
    assert (result.exit_code, isinstance(result.exception, SystemExit)) == (exit_code, True)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority and a key: what `serve` wants to find."""
    folder = tmp_path_factory.mktemp("house")
    made = ("init", "--out", str(folder / "ca"))
    issued = ("issue", "--ca", str(folder / "ca"), "--role", "information-system", "--bin", "990140009992")
    kept = ("--out", str(folder / "organisation.p12"), "--password", "mock-password")
    for words in (made, (*issued, *kept)):
        assert CliRunner().invoke(ca, words).exit_code == 0
    return folder


@pytest.fixture
def environ(house: Path, tmp_path: Path) -> dict[str, str]:
    return {
        "ASP_DATABASE_URL": f"sqlite:///{tmp_path / 'gateway.db'}",
        "ASP_KEY_FILE": str(tmp_path / "store.key"),
        "ASP_TRUST_FOLDER": str(house / "ca" / "trust"),
        "ASP_SHEP_KEY_FILE": str(house / "organisation.p12"),
        "ASP_PAYLOAD_KEY_FILE": str(house / "organisation.p12"),
        "ASP_PORT": "0",
    }


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        yield str(one.getsockname()[1])


def serve(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*SERVE, *words], env=environ, capture_output=True, text=True, timeout=60)


def assert_refused(done: subprocess.CompletedProcess[str]) -> None:
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("setting-invalid: ") and done.stderr.count("\n") == 1, done.stderr


def test_a_port_that_is_taken_is_one_line(environ: dict[str, str], taken: str) -> None:
    assert_refused(serve(environ, "--port", taken))


def test_a_host_that_is_not_ours_is_one_line(environ: dict[str, str]) -> None:
    assert_refused(serve(environ, "--host", "nohost.invalid"))


@pytest.mark.parametrize("option", [("--database-url", "sqlite:////proc/x/y.db"), ("--key-file", "/proc/x/y.key")])
def test_a_folder_that_cannot_be_made_is_one_line(environ: dict[str, str], option: tuple[str, str]) -> None:
    assert_one_line(run("clients", "list", *option, **environ), "setting-invalid", 2)


@pytest.mark.parametrize(
    "address",
    ["asp:p@ss:w0rdSECRET@127.0.0.1:5432/asp", "asp:w0rdSECRET@127.0.0.1:54x/asp", "asp:w0rdSECRET@127.0.0.1:5432"],
)
@pytest.mark.parametrize("words", [("serve",), ("worker",), ("clients", "list")])
def test_an_address_of_a_database_that_cannot_be_read_is_one_line_without_its_password(
    environ: dict[str, str], words: tuple[str, ...], address: str
) -> None:
    told = {"ASP_DATABASE_URL": f"postgresql+psycopg://{address}", "ASP_ENGINE": "distributed"}
    result = run(*words, **environ | told)
    assert_one_line(result, "setting-invalid", 2)
    assert "SECRET" not in result.output + result.stderr


def test_a_key_is_not_made_for_a_database_that_has_one(environ: dict[str, str], tmp_path: Path) -> None:
    assert run("clients", "list", **environ).exit_code == 0
    mistyped = tmp_path / "mistyped" / "key"
    assert_one_line(run("clients", "list", **environ | {"ASP_KEY_FILE": str(mistyped)}), "setting-invalid", 2)
    assert not mistyped.exists()


def test_the_demo_in_a_folder_that_cannot_be_made_is_one_line() -> None:
    assert_one_line(run("demo", "--out", "/proc/x"), "demo-failed", 1)


def test_a_second_gateway_on_the_same_file_is_refused_and_other_commands_are_not(environ: dict[str, str]) -> None:
    with claim_database(environ["ASP_DATABASE_URL"]):
        done = serve(environ)
        assert (done.returncode, done.stderr) == (2, f"{IN_USE}\n")
        assert run("clients", "list", **environ).exit_code == 0


@pytest.mark.parametrize("option", [("--port", "99999"), ("--port", "65536"), ("--threads", "513")])
def test_more_than_the_machine_has_is_refused(option: tuple[str, str], environ: dict[str, str]) -> None:
    assert_one_line(run("serve", *option, **environ), "setting-invalid", 2)


@pytest.mark.parametrize(
    ("name", "channel"),
    [("Portal", "nope"), ("Portal", ""), ("", "portal"), (" ", "portal"), ("x" * 101, "portal"), ("a\nb", "portal")],
)
def test_a_key_that_nobody_could_use_or_tell_apart_is_not_made(
    name: str, channel: str, environ: dict[str, str]
) -> None:
    refused = run("clients", "add", "--name", name, "--kind", "portal", "--channel", channel, **environ)
    assert_one_line(refused, "setting-invalid", 2)
    assert run("clients", "list", **environ).output == ""


def test_a_client_with_a_channel_of_the_catalogue_is_added(environ: dict[str, str]) -> None:
    added = run("clients", "add", "--name", "x" * 100, "--kind", "portal", "--channel", "portal", **environ)
    assert added.exit_code == 0, added.output


def test_a_catalogue_that_is_wrong_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "services" / "asp").mkdir(parents=True)
    (tmp_path / "services" / "asp" / "service.toml").write_text("code = ", encoding="utf-8")
    assert_one_line(run("requests", "--passports", str(tmp_path)), "catalogue-invalid", 2)


@pytest.fixture
def submit(house: Path, tmp_path: Path) -> list[str]:
    (tmp_path / "application.json").write_bytes(b"{}")
    key = str(house / "organisation.p12")
    return ["submit", str(tmp_path / "application.json"), "--key", key, "--url", "http://127.0.0.1:9"]


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["--client-key", "ключ", "--password", "mock-password"], "setting-invalid", 2),
        (["--client-key", "a\nb", "--password", "mock-password"], "setting-invalid", 2),
        (["--client-key", "k", "--password", "mock-password", "--idempotency-key", "ключ"], "setting-invalid", 2),
        (["--client-key", "k", "--password", "mock-password", "--accepted-by", "\udcff"], "call-failed", 1),
        (["--client-key", "k", "--password", "mock-password", "--url", "http://[::1"], "call-failed", 1),
        (["--client-key", "k", "--password", "wrong"], "key-unusable", 1),
        (["--client-key", "k", "--password", "\udcff"], "key-unusable", 1),
    ],
)
def test_what_cannot_be_sent_is_one_line(submit: list[str], words: list[str], code: str, exit_code: int) -> None:
    assert_one_line(run(*submit, *words), code, exit_code)


def test_a_password_file_that_is_no_text_is_one_line(submit: list[str], tmp_path: Path) -> None:
    (tmp_path / "password").write_bytes(b"\xff")
    words = ["--client-key", "k", "--password-file", str(tmp_path / "password")]
    assert_one_line(run(*submit, *words), "file-unusable", 1)


def test_a_key_that_no_header_can_hold_is_told_to_the_one_who_fetches_too() -> None:
    assert_one_line(run("dossier", "app_1", "--client-key", "ключ"), "setting-invalid", 2)
