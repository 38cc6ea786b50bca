"""OpenSSL and we agree on messages with RSA: it accepts what we make, and we accept what it makes."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from signing.cms.making import sign_cms
from signing.cms.verifying import verify_cms
from signing.keys import SigningKey
from signing.policy import Policy
from tests.signing.cms.forge import CONTENT
from tests.signing.pki import AT, Made, issuing, make, person, root, rsa_key, trust
from tests.signing.timestamps.forge import stamper
from tests.support.openssl import openssl

pytestmark = pytest.mark.needs_openssl

OTHER = ((NameOID.COMMON_NAME, "ДРУГОЙ ЧЕЛОВЕК"), (NameOID.SERIAL_NUMBER, "IIN900101350133"))


def signers(number: int) -> list[Made]:
    return [person(), make(OTHER, rsa_key("other"), issuing())][:number]


@pytest.mark.parametrize("number", [1, 2], ids=["one signer", "two signers"])
@pytest.mark.parametrize("attached", [True, False], ids=["attached", "detached"])
@pytest.mark.parametrize("stamped", [True, False], ids=["stamped", "bare"])
@pytest.mark.parametrize("other", [True, False], ids=["other", "signed"])
def test_it_accepts_what_we_make_over_the_content_alone(
    number: int, attached: bool, stamped: bool, other: bool, tmp_path: Path
) -> None:
    keys: list[SigningKey] = [one.signing_key for one in signers(number)]
    made = sign_cms(CONTENT, keys, AT, attached=attached, stamp=stamper() if stamped else None)
    if other and attached:
        made = made.replace(CONTENT, CONTENT[::-1])
    (tmp_path / "message").write_bytes(made)
    (tmp_path / "content").write_bytes(CONTENT[::-1] if other else CONTENT)
    authorities = [one.x509.public_bytes(Encoding.PEM) for one in (root(), issuing())]
    (tmp_path / "trusted").write_bytes(b"".join(authorities))
    options = ["-inform", "DER", "-binary", "-purpose", "any", "-attime", str(int(AT.timestamp()))]
    beside = [] if attached else ["-content", "content"]
    done = openssl("cms", "-verify", *options, "-CAfile", "trusted", "-in", "message", *beside, folder=tmp_path)
    assert (done.returncode == 0) is not other, done.stderr
    if not other:
        assert done.stdout == CONTENT


@pytest.mark.parametrize("number", [1, 2], ids=["one signer", "two signers"])
@pytest.mark.parametrize("form", [[], ["-nodetach"], ["-nodetach", "-stream"]], ids=["detached", "attached", "in BER"])
@pytest.mark.parametrize("encoding", ["DER", "PEM"])
def test_we_accept_what_it_makes(number: int, form: list[str], encoding: str, tmp_path: Path) -> None:
    (tmp_path / "content").write_bytes(CONTENT)
    keys = []
    for place, one in enumerate(signers(number)):
        private = one.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (tmp_path / f"key{place}").write_bytes(private + one.x509.public_bytes(Encoding.PEM))
        keys += ["-signer", f"key{place}"]
    options = ["-binary", "-outform", encoding, "-md", "sha256", *form]
    done = openssl("cms", "-sign", *options, *keys, "-in", "content", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    verdict = verify_cms(done.stdout, Policy(trust(), AT), None if form else CONTENT)
    assert verdict.passed, verdict
    assert verdict.content == CONTENT and len(verdict.signers) == number
    assert not verify_cms(done.stdout, Policy(trust(), AT), CONTENT[::-1]).passed
