"""What signatures cost: each algorithm, backend and format, beside openssl, xmlsec1 and the fallback, in one run.

    python -m tests.bench.signatures [--rounds N] [--quick] [--json]

One thread. openssl and xmlsec1 are processes: `xmlsec1 --repeat` shares its start among many verifications; of
openssl's the time of a process that does nothing is taken off.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from signing.algorithms import GOST_2004, GOST_2015_256, GOST_2015_512, RSA_SHA256, Suite, check_signature
from signing.cms.making import sign_cms
from signing.cms.verifying import verify_cms
from signing.gost import choosing, signature
from signing.gost.backend import Backend
from signing.gost.curves import CRYPTO_PRO_A, TC26_256_A, TC26_512_A, Curve
from signing.gost.digests import Hash
from signing.gost.pure import gmpy2_backend, plain_backend
from signing.keys import SigningKey
from signing.policy import MESSAGE_USAGE, Policy
from signing.verdict import Stage
from signing.wsse.signing import sign_envelope
from signing.wsse.verifying import verify_envelope
from signing.xmldsig.signing import sign_enveloped
from signing.xmldsig.verifying import verify_enveloped
from tests.bench.machine import describe_machine
from tests.bench.measuring import Section, Series, divide, render
from tests.signing import pki
from tests.signing.gost_certificates import gost_scalar, make_gost

CURVES = {
    "GOST-2004": (CRYPTO_PRO_A, Hash.GOST_94),
    "GOST-2015-512": (TC26_512_A, Hash.STREEBOG_512),
    "GOST-2015-256": (TC26_256_A, Hash.STREEBOG_256),
}
CONTENT = b"x" * 3000
DOCUMENT = b"<document><text>" + CONTENT + b"</text></document>"
ENVELOPE = (
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><data>'
    + CONTENT
    + b"</data></soap:Body></soap:Envelope>"
)
_ID = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_BODY = "http://schemas.xmlsoap.org/soap/envelope/:Body"


@dataclass(frozen=True)
class Effort:
    """How much is measured: rounds, the seconds of one figure, and how often xmlsec1 repeats."""

    rounds: int
    seconds: float
    repeats: int

    def rate(self, work: Callable[[], object]) -> float:
        """How often a second, over about so long; once at least."""
        work()
        count, started = 0, time.perf_counter()
        while not count or time.perf_counter() - started < self.seconds:
            work()
            count += 1
        return count / (time.perf_counter() - started)


FULL, QUICK = Effort(5, 0.25, 200), Effort(1, 0.0, 2)


def take_rates(ways: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, Series]:
    """Each way's figure in each round; in a round they take turns."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, measure in ways.items():
            found[name].append(measure())
    return {name: Series(name, "a second", tuple(values)) for name, values in found.items()}


def backends() -> dict[str, Backend]:
    """Every backend that is here, the fastest first."""
    named: dict[str, Backend] = {}
    chosen = choosing.choose_backend()
    quick = gmpy2_backend()
    for one in (chosen, *([quick] if quick else []), plain_backend()):
        named.setdefault(one.name, one)
    return named


def measure_mathematics(effort: Effort) -> Section:
    """Bare verifications and signatures over a digest, and digests of 100 kB."""
    ways: dict[str, Callable[[], float]] = {}
    for suite, (curve, kind) in CURVES.items():
        for name, backend in backends().items():
            if backend.knows(curve):
                ways |= _ways_of(effort, suite, curve, kind, name, backend)
    ways |= _rsa_ways(effort)
    series = take_rates(ways, effort.rounds)
    slowest = plain_backend().name
    fastest = choosing.choose_backend().name
    ratios = [
        divide(f"{fastest} / {slowest}: {name.removeprefix(fastest)[2:]}", series[name], series[other])
        for name in series
        if name.startswith(fastest) and fastest != slowest
        for other in [slowest + name.removeprefix(fastest)]
    ]
    return Section("mathematics", "bare GOST, by backend", tuple(series.values()), tuple(ratios))


def _ways_of(
    effort: Effort, suite: str, curve: Curve, kind: Hash, name: str, backend: Backend
) -> dict[str, Callable[[], float]]:
    scalar, data = 12345678901234567890, CONTENT * 33
    key = signature.derive_public_key(curve, scalar)
    digest = signature.compute_digest(kind, CONTENT, backend)
    made = signature.sign(curve, scalar, digest, backend=backend, allow_pure=True)
    return {
        f"{name}: {suite}, verify": lambda: effort.rate(lambda: signature.verify(key, digest, made, backend)),
        f"{name}: {suite}, sign": lambda: effort.rate(
            lambda: signature.sign(curve, scalar, digest, backend=backend, allow_pure=True)
        ),
        f"{name}: {suite}, digest of 100 kB": lambda: effort.rate(lambda: backend.digest(kind, data)),
    }


def _rsa_ways(effort: Effort) -> dict[str, Callable[[], float]]:
    key, public = pki.person().signing_key, pki.person().certificate.public_key_info
    made = key.sign(CONTENT)
    return {
        "cryptography: RSA-2048, verify": lambda: effort.rate(
            lambda: check_signature(RSA_SHA256, public, CONTENT, made, Stage.SIGNATURE)
        ),
        "cryptography: RSA-2048, sign": lambda: effort.rate(lambda: key.sign(CONTENT)),
    }


def _gost_key(suite: Suite) -> SigningKey:
    """A person's key of this suite, under the authority that tests believe."""
    year, label = timedelta(days=365), f"bench {suite.name}"
    subject = (("2.5.4.3", "ТЕСТОВ ТЕСТ"), ("2.5.4.5", f"IIN{pki.IIN}"))
    made = make_gost(
        subject,
        gost_scalar(label, suite),
        pki.gost_issuing(),
        begins=pki.AT - year,
        ends=pki.AT + year,
        key_usage=frozenset({"digital_signature", "non_repudiation"}),
        suite=suite,
    )
    return made.signing_key


def measure_formats(effort: Effort) -> Section:
    """Whole documents of 3 kB with chain and all stages, in every algorithm."""
    keys: dict[str, SigningKey] = {
        "RSA": pki.person().signing_key,
        "GOST-2004": _gost_key(GOST_2004),
        "GOST-2015-512": _gost_key(GOST_2015_512),
        "GOST-2015-256": _gost_key(GOST_2015_256),
    }
    ways: dict[str, Callable[[], float]] = {}
    for name, key in keys.items():
        ways |= _format_ways(effort, name, key)
    return Section("formats", "documents of 3 kB, all stages", tuple(take_rates(ways, effort.rounds).values()), ())


def _format_ways(effort: Effort, name: str, key: SigningKey) -> dict[str, Callable[[], float]]:
    documents, messages = Policy(pki.trust(), pki.AT), Policy(pki.trust(), pki.AT, key_usage=MESSAGE_USAGE)
    cms, xml = sign_cms(CONTENT, key, pki.AT, attached=True), sign_enveloped(DOCUMENT, key)
    wsse = sign_envelope(ENVELOPE, key)
    assert verify_cms(cms, documents).passed and verify_enveloped(xml, documents).passed
    assert verify_envelope(wsse, messages).passed
    return {
        f"{name} CMS, verify": lambda: effort.rate(lambda: verify_cms(cms, documents)),
        f"{name} CMS, sign": lambda: effort.rate(lambda: sign_cms(CONTENT, key, pki.AT, attached=True)),
        f"{name} XMLDSig, verify": lambda: effort.rate(lambda: verify_enveloped(xml, documents)),
        f"{name} XMLDSig, sign": lambda: effort.rate(lambda: sign_enveloped(DOCUMENT, key)),
        f"{name} WS-Security, verify": lambda: effort.rate(lambda: verify_envelope(wsse, messages)),
        f"{name} WS-Security, sign": lambda: effort.rate(lambda: sign_envelope(ENVELOPE, key)),
    }


def measure_peers(effort: Effort) -> Section:
    """RSA documents beside the tools that know RSA alone; both build the chain."""
    with tempfile.TemporaryDirectory(prefix="asp-bench-") as folder:
        return _measure_peers(Path(folder), effort)


def _measure_peers(folder: Path, effort: Effort) -> Section:
    key = pki.person().signing_key
    documents, messages = Policy(pki.trust(), pki.AT), Policy(pki.trust(), pki.AT, key_usage=MESSAGE_USAGE)
    cms, xml = sign_cms(CONTENT, key, pki.AT, attached=True), sign_enveloped(DOCUMENT, key)
    wsse = sign_envelope(ENVELOPE, key)
    files = {"cms": cms, "xml": xml, "wsse": wsse, "key": pki.person().der}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    authorities = "".join(_armour(one.der) for one in (pki.root(), pki.issuing()))
    (folder / "authorities").write_text(authorities, encoding="ascii")
    at = str(int(pki.AT.timestamp()))
    openssl = ["openssl", "cms", "-verify", "-inform", "DER", "-in", "cms", "-CAfile", "authorities", "-attime", at]
    openssl += ["-purpose", "any", "-out", "/dev/null"]
    xmlsec = ["xmlsec1", "--verify", "--repeat", str(effort.repeats), "--pubkey-cert-der", "key"]
    signed_ids = ["--id-attr:Id", f"{_BODY}"]
    ways: dict[str, Callable[[], float]] = {
        "ours: RSA CMS, verify": lambda: effort.rate(lambda: verify_cms(cms, documents)),
        "openssl: RSA CMS, verify": lambda: 1 / max(_seconds(openssl, folder) - _idle(folder), 1e-6),
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
    notes = ("xmlsec1 is given the key and builds no chain, reads no roles and returns no signed bytes",)
    return Section("peers", "beside openssl and xmlsec1, RSA, 3 kB", tuple(series.values()), ratios, notes)


def _armour(der: bytes) -> str:
    from asn1crypto import pem

    text: bytes = pem.armor("CERTIFICATE", der)
    return text.decode("ascii")


def _seconds(command: list[str], folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - started


def _idle(folder: Path) -> float:
    return min(_seconds(["openssl", "version"], folder) for _ in range(5))


def measure_fallback(effort: Effort) -> Section:
    """The formats once more, in a process that is told to do without nettle."""
    command = [sys.executable, "-m", "tests.bench.signatures", "--fallback", "--json", "--rounds", str(effort.rounds)]
    command += ["--quick"] * (effort.seconds == QUICK.seconds)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    series = tuple(
        Series(f"without nettle: {one['name']}", one["unit"], tuple(one["values"]))
        for one in told["series"]
        if one["name"].startswith("GOST")
    )
    return Section("fallback", "the same in pure Python", series, ())


def measure(effort: Effort) -> Iterator[Section]:
    yield measure_mathematics(effort)
    formats = measure_formats(effort)
    yield formats
    fallback = measure_fallback(effort)
    ratios = tuple(
        divide(f"nettle / without: {one.name.removeprefix('without nettle: ')}", ours, one)
        for one in fallback.series
        for ours in formats.series
        if one.name == f"without nettle: {ours.name}"
    )
    yield Section(fallback.key, fallback.title, fallback.series, ratios)
    yield measure_peers(effort)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.signatures", description=__doc__)
    parser.add_argument("--rounds", type=int, help=f"rounds of each measurement (else {FULL.rounds})")
    parser.add_argument("--quick", action="store_true", help="to see that it runs: no figures to quote")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--fallback", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    effort = QUICK if chosen.quick else FULL
    effort = replace(effort, rounds=chosen.rounds or effort.rounds)
    if chosen.fallback:
        # The one place that has a process do without what is there: it measures what other machines pay.
        choosing._choose = lambda: choosing._fall_back("measured without it")  # type: ignore[assignment]
        print(json.dumps(measure_formats(effort).as_data()))
        return 0
    machine = describe_machine() | {"gost": choosing.describe_backend()}
    if not chosen.json:
        print("\n".join(f"{name}: {text}" for name, text in machine.items()))
    sections = []
    for section in measure(effort):
        sections.append(section.as_data())
        if not chosen.json:
            print(f"\n{render(section)}", flush=True)
    if chosen.json:
        print(json.dumps({**machine, "sections": sections}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
