"""OpenSSL and we agree on timestamps: it accepts what we make, and we accept what it makes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signing.policy import Policy
from signing.timestamps.judging import judge_timestamp
from signing.timestamps.making import grant, make_token
from signing.timestamps.reading import read_token
from signing.trust import TrustStore
from tests.signing.pki import AT, AUTHORITY, ROOT_NAME, Made, issuing, make, root, rsa_key
from tests.signing.timestamps.forge import GOST_POLICY, STAMPED, make_tsa, tsa
from tests.support.openssl import openssl

pytestmark = pytest.mark.needs_openssl

CONFIGURATION = """
[tsa]
default_tsa = ours
[ours]
serial = serial
signer_digest = sha256
default_policy = {policy}
digests = sha256, sha384, sha512
ess_cert_id_alg = {named_by}
clock_precision_digits = 0
"""


@cache
def lasting() -> tuple[Made, Made]:
    """A root and a timestamp authority, in force for as long as anybody may run this."""
    begins, ends = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    above = make(ROOT_NAME, rsa_key("lasting"), None, authority=True, key_usage=AUTHORITY, begins=begins, ends=ends)
    return above, make_tsa(issuer=above, begins=begins, ends=ends)


def fill(folder: Path) -> None:
    authorities = [one.x509.public_bytes(Encoding.PEM) for one in (root(), issuing())]
    (folder / "trusted").write_bytes(b"".join(authorities))
    (folder / "stamped").write_bytes(STAMPED)


@pytest.mark.parametrize("answered", [True, False], ids=["answer", "bare token"])
@pytest.mark.parametrize("other", [True, False], ids=["other", "stamped"])
def test_it_accepts_what_we_make_over_what_was_stamped_alone(answered: bool, other: bool, tmp_path: Path) -> None:
    fill(tmp_path)
    over = b"other" if other else STAMPED
    made = make_token(over, tsa().signing_key, AT, policy_oid=GOST_POLICY, serial_number=2**80, nonce=77)
    (tmp_path / "token").write_bytes(grant(made) if answered else made)
    form = [] if answered else ["-token_in"]
    moment = str(int(AT.timestamp()))
    options = ["-data", "stamped", "-in", "token", "-CAfile", "trusted", "-attime", moment]
    done = openssl("ts", "-verify", *form, *options, folder=tmp_path)
    assert (done.returncode == 0) is not other, done.stderr


@pytest.mark.parametrize("named_by", ["sha1", "sha256", "sha512"])
@pytest.mark.parametrize("hashed", ["-sha256", "-sha512"])
@pytest.mark.parametrize("wrap", [lambda answer, token: answer, lambda answer, token: token], ids=["answer", "token"])
def test_we_accept_what_it_makes(
    named_by: str, hashed: str, wrap: Callable[[Path, Path], Path], tmp_path: Path
) -> None:
    fill(tmp_path)
    signer = lasting()[1]
    key = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key").write_bytes(key)
    (tmp_path / "certificate").write_bytes(signer.x509.public_bytes(Encoding.PEM))
    (tmp_path / "serial").write_text("07")
    (tmp_path / "rules").write_text(CONFIGURATION.format(policy=GOST_POLICY, named_by=named_by))
    asked = openssl("ts", "-query", "-data", "stamped", hashed, "-cert", "-out", "query", folder=tmp_path)
    assert asked.returncode == 0, asked.stderr
    making = ["-reply", "-config", "rules", "-section", "ours", "-queryfile", "query"]
    keys = ["-signer", "certificate", "-inkey", "key"]
    for form in (["-out", "answer"], ["-token_out", "-out", "token"]):
        made = openssl("ts", *making, *keys, *form, folder=tmp_path)
        assert made.returncode == 0, made.stderr
    encoded = wrap(tmp_path / "answer", tmp_path / "token").read_bytes()
    # OpenSSL stamps with this machine's time, whatever that is.
    moment = read_token(encoded).at
    assert judge_timestamp(encoded, STAMPED, Policy(TrustStore((lasting()[0].certificate,)), moment)).at == moment
