"""What signatures cost: each algorithm, backend and format, beside openssl, xmlsec1 and the fallback, in one run.

    python -m tests.bench.signatures [--rounds N] [--quick] [--json] [--keep FILE]

One thread. openssl and xmlsec1 are processes: `xmlsec1 --repeat` shares its start among many verifications; openssl
verifies a document of many signatures, and what it takes for one signature is taken off.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
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
from tests.bench.keeping import QUICK_FORM, count_rounds, describe_run, keep, write_json
from tests.bench.measuring import Section, Series, divide, render
from tests.bench.rates import CONTENT, DOCUMENT, ENVELOPE, Effort, take_rates
from tests.bench.signature_peers import measure_peers, name_peers
from tests.signing import pki
from tests.signing.gost_certificates import gost_scalar, make_gost

CURVES = {
    "GOST-2004": (CRYPTO_PRO_A, Hash.GOST_94),
    "GOST-2015-512": (TC26_512_A, Hash.STREEBOG_512),
    "GOST-2015-256": (TC26_256_A, Hash.STREEBOG_256),
}
FULL, QUICK = Effort(5, 0.25, 200), Effort(1, 0.0, 2)


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
    parser.add_argument("--json", action="store_true", help="everything as JSON, every round's figure included")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write that JSON to a file too")
    parser.add_argument("--fallback", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    effort = QUICK if chosen.quick else FULL
    effort = replace(effort, rounds=chosen.rounds or effort.rounds)
    if chosen.fallback:
        # The one place that has a process do without what is there: it measures what other machines pay.
        choosing._choose = lambda: choosing._fall_back("measured without it")  # type: ignore[assignment]
        print(json.dumps(measure_formats(effort).as_data()))
        return 0
    form = QUICK_FORM if chosen.quick else count_rounds(effort.rounds)
    run = describe_run(form, [choosing.describe_backend(), *name_peers()])
    if not chosen.json:
        print("\n".join(f"{name}: {text}" for name, text in run.items()))
    sections = []
    for section in measure(effort):
        sections.append(section)
        if not chosen.json:
            print(f"\n{render(section)}", flush=True)
    if chosen.keep:
        keep(chosen.keep, run, sections)
    if chosen.json:
        print(write_json(run, sections))
    return 0


if __name__ == "__main__":
    sys.exit(main())
