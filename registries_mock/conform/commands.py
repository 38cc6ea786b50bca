"""The command `conform`: a target is tried against the numbered requirements; the exit code says what came of it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn
from urllib.parse import urlsplit

import click

from contracts import iin as iins
from contracts.words import ContextWord, QuestionWord
from registries_mock.addresses import ASYNC, SYNC
from registries_mock.telling import fail

if TYPE_CHECKING:
    from contracts.catalogue import Catalogue
    from registries_mock.conform.requirement import Result
    from registries_mock.conform.target import Seal

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)
_SECONDS: Final = click.FloatRange(0.05, 300)
_MOST_BYTES: Final = 1_000_000
_WORDS: Final = frozenset(QuestionWord) | frozenset(ContextWord)


@click.command()
@click.option("--target", "base", required=True, metavar="URL", help="What stands before every path.")
@click.option("--sync-path", default=SYNC, show_default=True, help="SHEP's synchronous channel.")
@click.option("--async-path", default=ASYNC, show_default=True, help="SHEP's asynchronous channel.")
@click.option("--soap-path", default="/soap/", show_default=True, help="Before the addresses of plain SOAP services.")
@click.option("--rest-path", default="/rest/", show_default=True, help="Before the addresses of REST services.")
@click.option("--sender", default="", metavar="ID", help="As whom the bus is asked.")
@click.option("--password-file", type=_FILE, help="A file whose first line is the sender's password.")
@click.option("--iin", default="", help="Who is asked about: on a real contour somebody who agreed to it.")
@click.option("--word", "words", multiple=True, metavar="NAME=VALUE", help="What else questions need: iban, phone …")
@click.option("--consent-token-file", type=_FILE, help="Two lines: a consent's token and its public key.")
@click.option("--ask-consent", is_flag=True, help="Ask the consent service: a real one sends the person a message.")
@click.option("--passport", "passports", multiple=True, metavar="KEY", help="Only these services; repeatable.")
@click.option("--passports", "folders", type=_FOLDER, multiple=True, help="A folder laid over the catalogue.")
@click.option("--key", "key_file", type=_FILE, help="PKCS#12 of a system: questions are tried signed too.")
@click.option("--key-password-file", type=_FILE, help="A file whose first line is the key's password.")
@click.option("--trust", type=_FOLDER, help="Certificates of the authorities that the bus's signatures lead to.")
@click.option("--certificates", type=_FOLDER, help="Certificates that the bus names by issuer and serial number.")
@click.option("--authorities", type=_FILE, help="Authorities that https believes; else this machine's.")
@click.option("--risky", is_flag=True, help="Try too what a bus may mind: a wrong password.")
@click.option("--only", multiple=True, metavar="ID", help="Only requirements whose id begins so; repeatable.")
@click.option("--seconds", type=_SECONDS, default=20.0, show_default=True, help="For one exchange.")
@click.option("--late-seconds", type=_SECONDS, default=10.0, show_default=True, help="For an asynchronous answer.")
@click.option("--total-seconds", type=click.FloatRange(1, 86400), default=600.0, show_default=True)
@click.option("--format", "form", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the report goes; else here.")
def conform(
    base: str,
    sync_path: str,
    async_path: str,
    soap_path: str,
    rest_path: str,
    sender: str,
    password_file: Path | None,
    iin: str,
    words: tuple[str, ...],
    consent_token_file: Path | None,
    ask_consent: bool,
    passports: tuple[str, ...],
    folders: tuple[Path, ...],
    key_file: Path | None,
    key_password_file: Path | None,
    trust: Path | None,
    certificates: Path | None,
    authorities: Path | None,
    risky: bool,
    only: tuple[str, ...],
    seconds: float,
    late_seconds: float,
    total_seconds: float,
    form: str,
    out: Path | None,
) -> None:
    """Try a bus and its services against the numbered requirements; exit code 0 where every must that was tried holds.

    Nothing is changed at the target: only services that tell are asked, and of the messages on the bus only the answer
    to the run's own question is taken.
    """
    from contracts.catalogue import load_catalogue
    from contracts.errors import GatewayError
    from registries_mock.clock import now
    from registries_mock.conform import running
    from registries_mock.conform.target import Target
    from registries_mock.conform.visit import World
    from registries_mock.http import ask_foreign

    _check_address(base)
    password = _first_lines(password_file, 1)[0] if password_file else ""
    consent = _first_lines(consent_token_file, 2) if consent_token_file else []
    given = _read_words(iin, words, consent)
    try:
        catalogue = load_catalogue(folders)
    except GatewayError as failure:
        fail(failure.code, failure.detail)
    target = Target(
        base=base.rstrip("/"),
        sync_path=sync_path,
        async_path=async_path,
        soap_path=soap_path,
        rest_path=rest_path,
        sender=sender,
        password=password,
        words=given,
        secrets=tuple(consent),
        passports=_choose(catalogue, passports) or running.usual_services(catalogue),
        seal=_read_seal(key_file, key_password_file, trust, certificates),
        authorities=str(authorities or ""),
        ask_consent=ask_consent,
        risky=risky,
        seconds=seconds,
        late_seconds=late_seconds,
        total_seconds=total_seconds,
    )
    world = World(ask_foreign, now, lambda: str(uuid.uuid4()), time.sleep, time.monotonic)
    _tell(running.conform(target, catalogue, world, only), form, base, out)


def _tell(results: Sequence[Result], form: str, base: str, out: Path | None) -> None:
    """The report, and how the command ends."""
    from registries_mock.clock import now
    from registries_mock.conform.report import breaks, render, summarise

    if not results:
        raise click.BadParameter("no requirement's id begins so", param_hint="--only")
    text = render(results, form, base, now())
    if out is None:
        click.echo(text)
    else:
        try:
            out.write_text(f"{text}\n", encoding="utf-8")
        except OSError as failure:
            fail("file-unusable", f"the report cannot be written: {failure.strerror}")
        click.echo(summarise(results))
    if all(one.verdict == "not-tried" for one in results):
        fail("nothing-tried", "no requirement could be tried; the report says why")
    if breaks(results):
        raise SystemExit(1)


def _check_address(base: str) -> None:
    try:
        address = urlsplit(base)
        fits = address.scheme in ("http", "https") and bool(address.hostname) and address.username is None
        _ = address.port
    except ValueError:
        fits = False
    if not fits:
        raise click.BadParameter("an http or https address, without a user", param_hint="--target")


def _first_lines(file: Path, number: int) -> list[str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()[:number]
    except (OSError, UnicodeDecodeError):
        fail("file-unusable", f"{file.name} is no text that can be read")
    if len(lines) < number or not all(line.strip() for line in lines):
        raise click.UsageError(f"{file.name} has {number} lines, none of them empty")
    return [line.strip() for line in lines]


def _read_words(iin: str, pairs: Sequence[str], consent: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not value or name not in _WORDS:
            # Without the value: it may be a person's.
            raise click.BadParameter("give NAME=VALUE with a word of questions", param_hint="--word")
        found[name] = value
    if iin:
        if iins.find_fault(iin):
            raise click.BadParameter("no IIN: twelve digits with their check digit", param_hint="--iin")
        found[QuestionWord.IIN] = iin
    if consent:
        found |= dict(zip((ContextWord.CONSENT_TOKEN, ContextWord.CONSENT_PUBLIC_KEY), consent, strict=True))
    return found


def _choose(catalogue: Catalogue, keys: Sequence[str]) -> tuple[str, ...]:
    unknown = [key for key in keys if key not in catalogue.passports]
    if unknown:
        raise click.BadParameter(f"there is no passport {unknown[0][:60]}", param_hint="--passport")
    does = [key for key in keys if catalogue.passports[key].auxiliary]
    if does:
        raise click.BadParameter(f"{does[0]} does something, and is not tried", param_hint="--passport")
    return tuple(keys)


def _read_seal(key: Path | None, password: Path | None, trust: Path | None, certificates: Path | None) -> Seal | None:
    if key is None:
        return None
    if password is None or trust is None:
        raise click.UsageError("--key goes with --key-password-file and --trust")
    from registries_mock.conform.target import Seal
    from signing.errors import SigningError
    from signing.files import read_bounded
    from signing.keys import load_p12
    from signing.trust import TrustStore
    from signing.wsse.certificates import NO_CERTIFICATES, CertificateStore

    try:
        return Seal(
            load_p12(read_bounded(key, _MOST_BYTES), _first_lines(password, 1)[0], allow_pure=True),
            TrustStore.from_folder(trust),
            CertificateStore.from_folder(certificates) if certificates else NO_CERTIFICATES,
        )
    except SigningError as failure:
        _refuse(failure)
    except OSError as failure:
        fail("file-unusable", f"the key cannot be read: {failure.strerror}")


def _refuse(failure: Exception) -> NoReturn:
    fail(str(getattr(failure, "code", "key-unusable")), str(failure))
