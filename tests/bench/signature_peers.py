"""RSA signatures beside openssl and xmlsec1, which know no GOST of Kazakhstan's."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from asn1crypto import cms as asn1
from asn1crypto import pem

from signing.cms.making import sign_cms
from signing.cms.verifying import verify_cms
from signing.policy import MESSAGE_USAGE, Policy
from signing.wsse.signing import sign_envelope
from signing.wsse.verifying import verify_envelope
from signing.xmldsig.signing import sign_enveloped
from signing.xmldsig.verifying import verify_enveloped
from tests.bench.keeping import name_version
from tests.bench.measuring import Section, divide
from tests.bench.rates import CONTENT, DOCUMENT, ENVELOPE, Effort, take_rates
from tests.signing import pki

_BODY = "http://schemas.xmlsoap.org/soap/envelope/:Body"
_SIGNERS = 1000
"""Signatures in the document that openssl is given. One alone costs less than its process differs from run to run."""
_READINGS = 5


def name_peers() -> list[str]:
    """Their versions."""
    return [name_version("OpenSSL", ["openssl", "version"]), name_version("xmlsec1", ["xmlsec1", "--version"])]


def measure_peers(effort: Effort) -> Section:
    """RSA documents beside the tools that know RSA alone; both build the chain."""
    with tempfile.TemporaryDirectory(prefix="asp-bench-") as folder:
        return _measure_peers(Path(folder), effort)


def _measure_peers(folder: Path, effort: Effort) -> Section:
    key = pki.person().signing_key
    documents, messages = Policy(pki.trust(), pki.AT), Policy(pki.trust(), pki.AT, key_usage=MESSAGE_USAGE)
    cms, xml = sign_cms(CONTENT, key, pki.AT, attached=True), sign_enveloped(DOCUMENT, key)
    wsse = sign_envelope(ENVELOPE, key)
    files = {"cms": cms, "many": _sign_again(cms, _SIGNERS), "xml": xml, "wsse": wsse, "key": pki.person().der}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    authorities = "".join(_armour(one.der) for one in (pki.root(), pki.issuing()))
    (folder / "authorities").write_text(authorities, encoding="ascii")
    at = str(int(pki.AT.timestamp()))
    openssl = ["openssl", "cms", "-verify", "-inform", "DER", "-CAfile", "authorities", "-attime", at]
    openssl += ["-purpose", "any", "-out", "/dev/null", "-in"]
    xmlsec = ["xmlsec1", "--verify", "--repeat", str(effort.repeats), "--pubkey-cert-der", "key"]
    signed_ids = ["--id-attr:Id", f"{_BODY}"]
    ways: dict[str, Callable[[], float]] = {
        "ours: RSA CMS, verify": lambda: effort.rate(lambda: verify_cms(cms, documents)),
        "openssl: RSA CMS, verify": lambda: (
            (_SIGNERS - 1) / (_least([*openssl, "many"], folder) - _least([*openssl, "cms"], folder))
        ),
        "ours: RSA XMLDSig, verify": lambda: effort.rate(lambda: verify_enveloped(xml, documents)),
        "xmlsec1: RSA XMLDSig, verify": lambda: effort.repeats / _seconds([*xmlsec, "xml"], folder),
        "ours: RSA WS-Security, verify": lambda: effort.rate(lambda: verify_envelope(wsse, messages)),
        "xmlsec1: RSA WS-Security, verify": lambda: effort.repeats / _seconds([*xmlsec, *signed_ids, "wsse"], folder),
    }
    series = take_rates(ways, effort.rounds)
    pairs = [("openssl", "RSA CMS"), ("xmlsec1", "RSA XMLDSig"), ("xmlsec1", "RSA WS-Security")]
    ratios = tuple(
        divide(f"ours / {peer}: {form}", series[f"ours: {form}, verify"], series[f"{peer}: {form}, verify"])
        for peer, form in pairs
    )
    notes = (
        "openssl: a signature and its chain, without reading document and authorities",
        "xmlsec1 is given the key and builds no chain, reads no roles and returns no signed bytes",
    )
    return Section("peers", "beside openssl and xmlsec1, RSA, 3 kB", tuple(series.values()), ratios, notes)


def _armour(der: bytes) -> str:
    text: bytes = pem.armor("CERTIFICATE", der)
    return text.decode("ascii")


def _sign_again(cms: bytes, times: int) -> bytes:
    """The same document with its signature so many times: each is verified by itself, with its chain."""
    document = asn1.ContentInfo.load(cms)
    (one,) = document["content"]["signer_infos"]
    document["content"]["signer_infos"] = asn1.SignerInfos([one.copy() for _ in range(times)])
    signed: bytes = document.dump(force=True)
    return signed


def _seconds(command: list[str], folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - started


def _least(command: list[str], folder: Path) -> float:
    """The quickest of a few: what another program takes from a process only ever adds."""
    return min(_seconds(command, folder) for _ in range(_READINGS))
