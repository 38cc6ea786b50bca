"""A developer's road: keys of `ca issue`, a gateway that asks the mock's centre about them, and `ca revoke`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from asn1crypto import tsp
from click.testing import CliRunner

from gateway.intake.wrapper import write_wrapper
from registries_mock.ca.commands import ca
from signing.cms.hashes import HASHES, SHA256
from signing.cms.making import Stamp, sign_cms
from signing.keys import SigningKey, load_p12
from signing.xmldsig.signing import sign_enveloped
from tests.support.authority import Registrar, envelope, write_application
from tests.support.clock import MONDAY, MovableClock
from tests.support.house import House, MockServer, open_house, open_mock, parts_of

PERSONA = "family-of-five"
PASSWORD = "invented-password"
OTHER = "900101350122"
BY_ALGORITHM = pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])
HALVES = ("", "_gost")


@pytest.fixture(scope="module")
def registrar(tmp_path_factory: pytest.TempPathFactory) -> Registrar:
    """An authority of its own, since revocations are for good."""
    return Registrar(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def mock(clock: MovableClock, registrar: Registrar) -> Iterator[MockServer]:
    with open_mock(clock, registrar) as server:
        yield server


@pytest.fixture(autouse=True)
def mended(mock: MockServer) -> Iterator[None]:
    yield
    requests.delete(f"{mock.url}/_mock/ca/failures", timeout=20)


@pytest.fixture
def order(registrar: Registrar, tmp_path: Path) -> Callable[..., Path]:
    """Runs a command of `ca` for the key file of this name, as of the moment of the clock."""

    def run(command: str, name: str = "key.p12", *options: str) -> Path:
        file = tmp_path / name
        place = ["--out" if command == "issue" else "--key", str(file)]
        common = ["--ca", str(registrar.folder), "--password", PASSWORD, "--at", MONDAY.isoformat()]
        done = CliRunner().invoke(ca, [command, *place, *common, *options])
        assert done.exit_code == 0, done.output
        return file

    return run


@pytest.fixture
def applicant(mock: MockServer) -> str:
    return str(mock.application(PERSONA)["applicant"]["iin"])


@contextmanager
def asking(folder: Path, registrar: Registrar, clock: MovableClock, mock: MockServer, **more: str) -> Iterator[House]:
    """A gateway that must know of every certificate that it is not revoked: by the responder, and of authorities by the
    lists of the roots."""
    lists = ",".join(f"{mock.url}/ca/crl/root{half}.crl" for half in HALVES)
    environ = {
        "ASP_REVOCATION": "require",
        "ASP_REVOCATION_FOLDER": str(folder / "lists"),
        "ASP_OCSP_URL": f"{mock.url}/ca/ocsp",
        "ASP_CRL_URLS": lists,
    }
    with open_house(
        folder, registrar, clock, mock, {key: one for key, one in (environ | more).items() if one}
    ) as house:
        yield house


def open_key(file: Path) -> SigningKey:
    return load_p12(file.read_bytes(), PASSWORD, allow_pure=True)


def submit(house: House, key: SigningKey, *, form: str = "cms", stamp: Stamp | None = None) -> requests.Response:
    body = write_application(house.mock.application(PERSONA))
    as_xml = form == "xmldsig"
    signed = sign_enveloped(write_wrapper(body), key) if as_xml else sign_cms(body, key, MONDAY, stamp=stamp)
    return house.provider.call("POST", "/v1/applications", json=envelope(body, signed, form))


def told(answer: requests.Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json().get("code")


def stamp_by(mock: MockServer) -> Stamp:
    def stamp(signature: bytes) -> bytes:
        imprint = {"hash_algorithm": {"algorithm": SHA256}, "hashed_message": HASHES[SHA256](signature)}
        asked = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "cert_req": True, "nonce": 7}).dump()
        answer = requests.post(f"{mock.url}/ca/tsp", data=asked, timeout=20)
        assert answer.status_code == 200
        token: bytes = tsp.TimeStampResp.load(answer.content)["time_stamp_token"].dump()
        return token

    return stamp


def count(house: House) -> int:
    ((number,),) = house.look("SELECT count(*) FROM applications")
    return int(number)


@BY_ALGORITHM
def test_a_key_of_the_centre_signs_until_it_is_taken_back(
    algorithm: str, tmp_path: Path, registrar: Registrar, clock: MovableClock, mock: MockServer, applicant: str,
    order: Callable[..., Path],
) -> None:  # fmt: skip
    """Both lives of the gateway are over one database: an answer of the responder is kept for a minute."""
    key = open_key(order("issue", "key.p12", "--iin", applicant, "--algorithm", algorithm))
    with asking(tmp_path, registrar, clock, mock) as house:
        answer = submit(house, key)
        assert answer.status_code == 202, answer.text
        house.provider.wait(answer.json()["id"], 60)
        dossier = house.provider.dossier(answer.json()["id"])
    assert dossier["summary"]["complete"]
    # The bus signs its replies too, and its certificate was asked about as well.
    assert any("bus" in part["vouched_by"] for part in parts_of(dossier))
    order("revoke", "key.p12", "--reason", "key-compromise")
    with asking(tmp_path, registrar, clock, mock) as house:
        for form in ("cms", "xmldsig"):
            assert told(submit(house, key, form=form)) == (422, "signature-revoked")
        assert count(house) == 1


@BY_ALGORITHM
def test_the_same_by_lists_and_their_changes(
    algorithm: str, tmp_path: Path, registrar: Registrar, clock: MovableClock, mock: MockServer, applicant: str,
    order: Callable[..., Path],
) -> None:  # fmt: skip
    names = [f"{name}{half}" for name in ("root", "issuing") for half in HALVES]
    by_lists = {
        "ASP_OCSP_URL": "",
        "ASP_CRL_URLS": ",".join(f"{mock.url}/ca/crl/{name}.crl" for name in names),
        "ASP_CRL_DELTA_URLS": ",".join(f"{mock.url}/ca/crl/issuing{half}_d.crl" for half in HALVES),
    }
    taken, left = (
        open_key(order("issue", f"{name}.p12", "--iin", applicant, "--algorithm", algorithm))
        for name in ("taken", "left")
    )
    order("revoke", "taken.p12")
    with asking(tmp_path, registrar, clock, mock, **by_lists) as house:
        assert told(submit(house, taken)) == (422, "signature-revoked")
        assert submit(house, left, form="xmldsig").status_code == 202
        assert count(house) == 1


@pytest.mark.parametrize(
    ("role", "options", "code"),
    [
        ("individual", ["--iin", OTHER], "signature-other-person"),
        ("auth-only", [], "signature-usage"),
        ("expired", [], "signature-expired"),
        ("revoked", [], "signature-revoked"),
        ("foreign", [], "signature-untrusted"),
        ("impostor", [], "signature-untrusted"),
        ("organisation-head", ["--bin", "990140000806"], "signature-usage"),
        ("information-system", ["--bin", "990140000806"], "signature-other-person"),
    ],
)
@BY_ALGORITHM
def test_a_key_of_another_kind_is_refused_by_its_own_code(
    algorithm: str, role: str, options: list[str], code: str, gateway: House, applicant: str, order: Callable[..., Path]
) -> None:
    whose = [] if "--iin" in options else ["--iin", applicant]
    key = open_key(order("issue", "key.p12", "--role", role, "--algorithm", algorithm, *whose, *options))
    before = count(gateway)
    assert told(submit(gateway, key)) == (422, code)
    assert count(gateway) == before


@pytest.fixture(scope="module")
def gateway(
    tmp_path_factory: pytest.TempPathFactory, registrar: Registrar, clock: MovableClock, mock: MockServer
) -> Iterator[House]:
    with asking(tmp_path_factory.mktemp("gateway"), registrar, clock, mock) as house:
        yield house


@BY_ALGORITHM
def test_a_timestamp_of_the_centre_counts_and_a_wrong_one_spoils_the_signature(
    algorithm: str, gateway: House, mock: MockServer, applicant: str, order: Callable[..., Path]
) -> None:
    key = open_key(order("issue", "key.p12", "--iin", applicant, "--algorithm", algorithm))
    before = count(gateway)
    for row in ({"kind": "wrong_imprint"}, {"kind": "wrong_policy"}, {"kind": "wrong_signer", "service": "tsp"}):
        trouble(mock, **row, times=1)
        assert told(submit(gateway, key, stamp=stamp_by(mock))) == (422, "signature-timestamp-invalid")
    assert count(gateway) == before
    assert submit(gateway, key, stamp=stamp_by(mock)).status_code == 202


@BY_ALGORITHM
def test_while_the_responder_says_nothing_useful_nothing_is_taken_and_nobody_is_blamed(
    algorithm: str, gateway: House, mock: MockServer, applicant: str, order: Callable[..., Path]
) -> None:
    key = open_key(order("issue", "key.p12", "--iin", applicant, "--algorithm", algorithm))
    before = count(gateway)
    for row in (
        {"kind": "stale", "variant": "old"},
        {"kind": "wrong_signer", "variant": "untrusted-key"},
        {"kind": "unknown"},
        {"kind": "nonce", "variant": "wrong"},
        {"kind": "other_serial"},
        {"kind": "declined", "variant": "try_later"},
    ):
        trouble(mock, service="ocsp", **row)
        assert told(submit(gateway, key)) == (503, "signature-revocation-unknown"), row
        requests.delete(f"{mock.url}/_mock/ca/failures", timeout=20)
    assert count(gateway) == before


def trouble(mock: MockServer, **row: object) -> None:
    answer = requests.post(f"{mock.url}/_mock/ca/failures", json=row, timeout=20)
    assert answer.status_code == 201, answer.text
