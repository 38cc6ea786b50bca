"""The program xmlsec1 as an independent judge and maker of signatures."""

from __future__ import annotations

import subprocess
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.signing.pki import AT, Made, issuing, root


def run_xmlsec1(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    when = ["--verification-time", AT.strftime("%Y-%m-%d %H:%M:%S")] if arguments[0] == "--verify" else []
    command = ["xmlsec1", arguments[0], *when, *arguments[1:]]
    return subprocess.run(command, capture_output=True, timeout=30, check=False)


def trust_authorities(folder: Path) -> list[str]:
    """The arguments that have xmlsec1 believe the tests' authorities."""
    arguments = []
    for option, made in (("--trusted-pem", root()), ("--untrusted-pem", issuing())):
        path = folder / f"{option.strip('-')}.pem"
        path.write_bytes(made.x509.public_bytes(Encoding.PEM))
        arguments += [option, str(path)]
    return arguments


def write_document(folder: Path, document: bytes) -> str:
    path = folder / "document.xml"
    path.write_bytes(document)
    return str(path)


def write_key(folder: Path, made: Made) -> str:
    """The private key and its certificate, as one argument."""
    key, certificate = folder / "key.pem", folder / "leaf.pem"
    key.write_bytes(made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate.write_bytes(made.x509.public_bytes(Encoding.PEM))
    return f"{key},{certificate}"


def write_public_key(folder: Path, made: Made) -> str:
    path = folder / "public.pem"
    path.write_bytes(made.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return str(path)
