"""HTTPS: whoever trusts the authority speaks to the suite as over HTTP, and sees its failures as they are."""

from __future__ import annotations

import signal
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from adapters.ports import Deadline
from contracts.catalogue import Catalogue
from contracts.exchange import Reply
from registries_mock.ca.authority import Authority
from registries_mock.cli import main
from registries_mock.clock import now
from registries_mock.http import NotAnswered, Outgoing, ask_foreign
from registries_mock.tls import create_tls
from registries_mock.web.beside import serving
from registries_mock.web.connection import USUAL, Bounds
from tests.adapters.rig import question, rig
from tests.registries_mock.small_world import IIN, PASSWORD, request_body, small_app, soap_message, suite_of
from tests.registries_mock.test_serve import served
from tests.support.openssl import openssl

WAIT = 20.0
PENSIONS = "billing-deductions"


@dataclass(frozen=True)
class Secured:
    """A suite behind TLS."""

    port: int
    folder: Path
    """Of its authority."""

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def root(self) -> str:
        return str(self.folder / "trust" / "root.pem")

    def fail(self, **row: Any) -> None:
        assert requests.post(f"{self.url}/_mock/failures", json=row, verify=self.root, timeout=WAIT).status_code == 201

    def connect(self) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=self.root)
        return context.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port), WAIT), server_hostname="localhost"
        )

    def ask(self, body: bytes) -> tuple[bytes, str]:
        """All that comes back, and how it ends: `closed` as TLS says it, `cut` without that, or `reset`."""
        head = f"POST /soap/billing-ws HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.port), WAIT) as plain:
            talk = _Talk(plain, ssl.create_default_context(cafile=self.root))
            talk.until(talk.secure.do_handshake)
            talk.secure.write(head.encode() + body)
            came = b""
            try:
                while piece := talk.until(lambda: talk.secure.read(65536)):
                    came += piece
            except ConnectionResetError:
                return came, "reset"
            except ssl.SSLEOFError:
                return came, "cut"
            except ssl.SSLZeroReturnError:
                pass
        return came, "closed"


class _Talk:
    """TLS over a socket that stays in the test's hand: the library's own takes a reset for an end."""

    def __init__(self, plain: socket.socket, context: ssl.SSLContext) -> None:
        self._plain = plain
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.secure = context.wrap_bio(self._incoming, self._outgoing, server_hostname="localhost")

    def until(self, work: Callable[[], Any]) -> Any:
        while True:
            try:
                return work()
            except ssl.SSLWantReadError:
                self._tell()
                piece = self._plain.recv(65536)
                if piece:
                    self._incoming.write(piece)
                else:
                    self._incoming.write_eof()

    def _tell(self) -> None:
        if self._outgoing.pending:
            self._plain.sendall(self._outgoing.read())


@contextmanager
def fronted(folder: Path, bounds: Bounds = USUAL, most: int = 50) -> Iterator[Secured]:
    app = small_app()
    authority = Authority.load(folder)
    with serving(app, bounds, most=most, tls=create_tls(authority, now())) as url:
        try:
            yield Secured(int(url.rpartition(":")[2]), folder)
        finally:
            suite_of(app).close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("authority") / "ca"
    Authority.create(now()).save(made)
    return made


@pytest.fixture(scope="module")
def secured(folder: Path) -> Iterator[Secured]:
    with fronted(folder) as made:
        yield made


@pytest.fixture
def message(catalogue: Catalogue) -> bytes:
    return soap_message(request_body(catalogue, catalogue.passports[PENSIONS]))


def test_who_trusts_the_authority_is_answered_and_nobody_else(secured: Secured) -> None:
    assert requests.get(f"{secured.url}/_mock/health", verify=secured.root, timeout=WAIT).json()["status"] == "ok"
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{secured.url}/_mock/health", timeout=WAIT)
    wsdl = requests.get(f"{secured.url}/soap/billing-ws?wsdl", verify=secured.root, timeout=WAIT).text
    assert f'location="{secured.url}/soap/billing-ws"' in wsdl


def test_an_exchange_with_a_foreign_server_believes_the_authorities_that_it_is_given_alone(secured: Secured) -> None:
    """Of `conform` and `record`."""
    health = Outgoing(f"{secured.url}/_mock/health", seconds=WAIT, authorities=str(secured.root))
    assert ask_foreign(health).status == 200
    with pytest.raises(NotAnswered, match="no safe line"):
        ask_foreign(Outgoing(health.url, seconds=WAIT))
    with pytest.raises(NotAnswered, match="cannot be read"):
        ask_foreign(Outgoing(health.url, seconds=WAIT, authorities="none.pem"))


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_nothing_older_than_tls_1_2_is_spoken(secured: Secured) -> None:
    for version, spoken in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True)):
        context = ssl.create_default_context(cafile=secured.root)
        # At this level the library would speak the old versions too.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        with socket.create_connection(("127.0.0.1", secured.port), WAIT) as plain:
            if spoken:
                with context.wrap_socket(plain, server_hostname="localhost") as connection:
                    assert connection.version() == "TLSv1.2"
            else:
                with pytest.raises(ssl.SSLError, match="protocol version"):
                    context.wrap_socket(plain, server_hostname="localhost")


def test_our_adapters_ask_over_https(secured: Secured, catalogue: Catalogue) -> None:
    told = {"sender_password": PASSWORD, "ca_file": secured.root}
    for key, address in (("mvd-vehicles", "/bip-sync-wss-gost/"), (PENSIONS, "/")):
        made = rig(catalogue, secured.url + address, settings=told)
        passport, asked = catalogue.passports[key], question(iin=IIN)
        reply = made.adapters.ask(passport, asked, deadline=Deadline(WAIT), record=made.attempts.append)
        made.adapters.close()
        assert isinstance(reply, Reply)
        assert reply.outcome == "answered", key


def test_failures_are_seen_through_tls_as_they_are(secured: Secured, message: bytes) -> None:
    whole, end = secured.ask(message)
    assert (whole[:12], end) == (b"HTTP/1.1 200", "closed")
    secured.fail(kind="reset", passport=PENSIONS, times=1)
    assert secured.ask(message) == (b"", "reset")
    secured.fail(kind="close", passport=PENSIONS, times=1)
    assert secured.ask(message) == (b"", "closed")
    secured.fail(kind="stall", passport=PENSIONS, times=1, seconds=0.2)
    half, end = secured.ask(message)
    head, _, body = half.partition(b"\r\n\r\n")
    assert f"Content-Length: {2 * len(body)}".encode()[:-2] in head
    assert end == "closed"
    assert secured.ask(message)[1] == "closed"


def test_much_is_handed_on_both_ways(secured: Secured) -> None:
    file = {"name": "scan.pdf", "media_type": "application/pdf", "content": "JVBE" * 500_000}
    assert requests.post(f"{secured.url}/_mock/files", json=file, verify=secured.root, timeout=WAIT).status_code == 201
    secured.fail(kind="oversized", passport=PENSIONS, times=1)
    refused = requests.post(f"{secured.url}/soap/billing-ws", b"<" * 9_000_000, verify=secured.root, timeout=WAIT)
    assert refused.status_code == 413


def test_who_does_not_shake_hands_holds_up_nobody_and_is_shown_out(folder: Path) -> None:
    with fronted(folder, Bounds(handshake_seconds=0.5)) as secured, ExitStack() as stack:
        silent = [stack.enter_context(socket.create_connection(("127.0.0.1", secured.port), WAIT)) for _ in range(5)]
        silent[0].sendall(b"\x16\x03")
        assert requests.get(f"{secured.url}/_mock/health", verify=secured.root, timeout=WAIT).status_code == 200
        assert [one.recv(1) for one in silent] == [b""] * 5
        with socket.create_connection(("127.0.0.1", secured.port), WAIT) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            with suppress(ConnectionResetError):
                assert b"HTTP" not in plain.recv(100)


def test_who_tears_its_connection_before_it_shakes_hands_leaves_nothing_behind(folder: Path) -> None:
    with fronted(folder, Bounds(handshake_seconds=0.2), most=5) as secured:
        place = ("127.0.0.1", secured.port)
        for _ in range(60):
            with socket.create_connection(place, WAIT) as line:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with socket.create_connection(place, WAIT) as silent:
            # Who came before is looked for by now.
            assert silent.recv(1) == b""
        assert requests.get(f"{secured.url}/_mock/health", verify=secured.root, timeout=WAIT).status_code == 200


def test_more_connections_than_there_are_places_wait_for_one(folder: Path) -> None:
    with fronted(folder, most=1) as secured:
        with secured.connect(), socket.create_connection(("127.0.0.1", secured.port), WAIT) as other:
            other.settimeout(0.2)
            other.sendall(b"GET / HTTP/1.1\r\n\r\n")
            with pytest.raises(TimeoutError):
                other.recv(1)
        assert requests.get(f"{secured.url}/_mock/health", verify=secured.root, timeout=WAIT).status_code == 200


@pytest.mark.needs_openssl
def test_the_command_serves_https_and_openssl_believes_it(folder: Path) -> None:
    with served("--ca", str(folder), "--tls") as (process, line):
        assert line.startswith("registries-mock listens on https://127.0.0.1:")
        port = line.strip().rpartition(":")[2]
        root = folder / "trust" / "root.pem"
        seen = openssl("s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", root, "-verify_return_error")
        assert b"Verify return code: 0 (ok)" in seen.stdout
        address = f"https://127.0.0.1:{port}/soap/billing-ws"
        assert f'location="{address}"' in requests.get(f"{address}?wsdl", verify=str(root), timeout=WAIT).text
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=WAIT) == ("", "")
        assert process.returncode == 0


@pytest.mark.needs_openssl
def test_a_certificate_and_key_of_ones_own_are_taken_and_others_refused_at_the_start(tmp_path: Path) -> None:
    names: dict[str, list[str]] = {"own": ["-nodes"], "other": ["-nodes"], "locked": ["-passout", "pass:word"]}
    for name, kind in names.items():
        files = ["-keyout", str(tmp_path / f"{name}.key"), "-out", str(tmp_path / f"{name}.pem")]
        subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
        assert openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", *kind, *subject,
                       *files).returncode == 0  # fmt: skip
    own = ["--tls-cert", str(tmp_path / "own.pem"), "--tls-key", str(tmp_path / "own.key")]
    with served(*own) as (_, line):
        address = line.rpartition(" ")[2].strip()
        assert address.startswith("https://")
        assert requests.get(f"{address}/_mock/health", verify=str(tmp_path / "own.pem"), timeout=WAIT).ok
    for key in ("other.key", "locked.key"):
        words = ["serve", "--port", "0", "--tls-cert", own[1], "--tls-key", str(tmp_path / key)]
        refused = CliRunner().invoke(main, words)
        assert (refused.exit_code, refused.output.split(":")[0], refused.output.count("\n")) == (1, "tls-unusable", 1)
    for words in (["--tls"], own[:2], own[2:]):
        assert CliRunner().invoke(main, ["serve", "--port", "0", *words]).exit_code == 2
