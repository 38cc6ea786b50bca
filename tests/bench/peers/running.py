"""A peer as a process: it says `ready`, then makes as many exchanges as a line asks for, and says what they cost it.

    PROGRAM URL FOLDER WSDL

The folder holds `key.pem` and `certificate.pem` (ours), `bus.pem` (whose signature is to be verified), `data.xml` (the
payload, to be sent as text) and `words.json` (service id, sender, password). An answer to the line `N` is one JSON
object: `{"cpu": seconds, "wall": seconds}`. A reply whose signature does not hold, or that has another status than
SCSS001, ends the program with an error.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from asn1crypto import pem
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

from contracts.shep import sync_wsdl
from signing.keys import RsaKey
from tests.bench.evidence import Sent
from tests.bench.measuring import Batch
from tests.bench.ours import BusKeys
from tests.bench.registries import PASSWORD, SENDER

StartPeer = Callable[[str, Sent, BusKeys], AbstractContextManager[Batch]]
"""At the address of a stub, with the question and the keys of both sides."""
_STOP_SECONDS = 10.0


class PeerProcess:
    """A peer that runs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, calls: int) -> tuple[float, float]:
        told = self._ask(f"{calls}\n")
        return told["cpu"], told["wall"]

    def wait(self) -> None:
        """Until it is ready."""
        if self._process.stdout is None or self._process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"{self._process.args!r} does not start")

    def _ask(self, line: str) -> Mapping[str, float]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the peer has no pipes")
        self._process.stdin.write(line)
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self._process.args!r} ended within its exchanges")
        figures: Mapping[str, float] = json.loads(answer)
        return figures


def peer(command: Sequence[str], environ: Mapping[str, str] | None = None) -> StartPeer:
    """A program that is run as it stands."""

    @contextmanager
    def start(url: str, sent: Sent, keys: BusKeys) -> Iterator[Batch]:
        with tempfile.TemporaryDirectory(prefix="asp-peer-") as name:
            folder = Path(name)
            write_case(folder, sent, keys)
            words = [*command, url, name, str(sync_wsdl())]
            pipe = subprocess.PIPE
            with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, env=environ) as process:
                try:
                    running = PeerProcess(process)
                    running.wait()
                    yield running
                finally:
                    process.terminate()
                    process.wait(_STOP_SECONDS)

    return start


def write_case(folder: Path, sent: Sent, keys: BusKeys) -> None:
    """What a peer needs, as files."""
    if not isinstance(keys.ours, RsaKey):
        raise TypeError("the peers know RSA alone")
    private = keys.ours.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    words = {"service": sent.passport.service_id, "sender": SENDER, "password": PASSWORD, "inquiry": sent.question.id}
    data = next(etree.fromstring(sent.request).iter("data"))
    (folder / "key.pem").write_bytes(private)
    (folder / "certificate.pem").write_bytes(pem.armor("CERTIFICATE", keys.ours.certificate.der))
    (folder / "bus.pem").write_bytes(pem.armor("CERTIFICATE", keys.bus.certificate.der))
    (folder / "words.json").write_text(json.dumps(words), encoding="utf-8")
    (folder / "data.xml").write_bytes(etree.tostring(data, encoding="utf-8"))
