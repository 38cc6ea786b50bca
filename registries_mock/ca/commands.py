"""The commands of `ca`: an authority in a folder, keys from it as PKCS#12 files, and taking them back."""

from __future__ import annotations

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import click

from registries_mock import clock
from registries_mock.ca.addresses import DEFAULT_BASE
from registries_mock.ca.authority import Authority
from registries_mock.ca.journal import REASONS
from registries_mock.ca.key_files import read_certificate_of
from registries_mock.ca.options import (
    DEFAULT_FOLDER,
    FILE,
    FOLDER,
    READABLE_FILE,
    clear_errors,
    of_algorithm,
    of_folder,
    of_moment,
    of_password,
    of_password_file,
    read_moment,
    read_password,
)
from registries_mock.ca.pkcs12 import export_p12
from registries_mock.ca.profiles import BY_NAME, PROFILES
from registries_mock.ca.storage import write_secret
from registries_mock.ca.subjects import Subject


@click.group()
def ca() -> None:
    """Play the certification centre: make an authority, issue keys to invented people, take them back."""


@ca.command()
@click.option("--out", "folder", type=FOLDER, default=DEFAULT_FOLDER, show_default=True, help="Folder to make it in.")
@click.option("--if-missing", is_flag=True, help="Keep what is there already, and make the rest.")
@click.option("--address", default=DEFAULT_BASE, show_default=True, help="Where certificates say that it publishes.")
def init(folder: Path, if_missing: bool, address: str) -> None:
    """Make an authority, RSA and GOST: DIR/trust is what a gateway trusts, DIR/private holds the keys."""
    base = _check_address(address)
    with clear_errors():
        if if_missing:
            Authority.complete(folder, clock.now(), base)
        else:
            Authority.create(clock.now(), base).save(folder)
    click.echo(f"trust this folder: {folder / 'trust'}")


@ca.command()
@of_folder
@click.option("--iin", help="The person's IIN: 12 digits, birth date and check digit are checked.")
@click.option("--surname", default=Subject.surname, show_default=True)
@click.option("--name", default=Subject.name, show_default=True)
@click.option("--patronymic", default=Subject.patronymic, show_default=True)
@click.option("--bin", "bin_", help="The organisation's BIN, for the roles that name one.")
@click.option("--organisation", default=Subject.organisation, show_default=True)
@click.option("--system", default=Subject.system, show_default=True, help="The information system's name.")
@click.option("--role", type=click.Choice([row.name for row in PROFILES]), default="individual", show_default=True)
@of_algorithm
@click.option("--out", "target", type=FILE, required=True, help="The PKCS#12 file to write; it must not exist.")
@of_password
@of_password_file
@of_moment
def issue(
    folder: Path,
    iin: str | None,
    surname: str,
    name: str,
    patronymic: str,
    bin_: str | None,
    organisation: str,
    system: str,
    role: str,
    algorithm: str,
    target: Path,
    password: str | None,
    password_file: Path | None,
    moment: str | None,
) -> None:
    """Issue a key with its certificate. Without a password one is made and printed once."""
    subject = Subject(iin, surname, name, patronymic, bin_, organisation, system)
    given = read_password(password, password_file)
    chosen = given or secrets.token_urlsafe(12)
    at = read_moment(moment)
    with clear_errors():
        authority = Authority.load(folder)
        key = authority.issue(role, subject, at=at, algorithm=algorithm)
        if BY_NAME[role].taken_back:
            # First, so that no such key is about that is not revoked.
            issuer = authority.find_issuer(key.certificate)
            authority.revoke(key.certificate.serial_number, issuer=issuer, at=at, recorded=at)
        write_secret(target, export_p12(key, chosen))
    click.echo(f"key written: {target}")
    click.echo(f"serial number: {key.certificate.serial_number:x}")
    if given is None:
        click.echo(f"password: {chosen}")


@ca.command()
@of_folder
@click.option("--serial", metavar="HEX", help="The certificate's serial number; --algorithm says of which half.")
@click.option("--key", "file", type=READABLE_FILE, help="A PKCS#12 file of `ca issue`, or a certificate (PEM, DER).")
@of_algorithm
@of_password
@of_password_file
@click.option("--reason", type=click.Choice(list(REASONS)), default="unspecified", show_default=True)
@of_moment
def revoke(
    folder: Path,
    serial: str | None,
    file: Path | None,
    algorithm: str,
    password: str | None,
    password_file: Path | None,
    reason: str,
    moment: str | None,
) -> None:
    """Take a certificate back for good: lists and answers of a suite that is started with the folder say so at once."""
    if (serial is None) is (file is None):
        raise click.UsageError("give --serial or --key")
    given, at = read_password(password, password_file), read_moment(moment)
    with clear_errors():
        authority = Authority.load(folder)
        if file is not None:
            certificate = read_certificate_of(file, given)
            number, issuer = certificate.serial_number, authority.find_issuer(certificate)
        else:
            number, issuer = _read_serial_number(serial or ""), authority.hierarchy(algorithm).addresses.name
        is_new = authority.revoke(number, issuer=issuer, at=at, recorded=at, reason=reason)
    click.echo(f"{'revoked' if is_new else 'revoked already'}: {number:x}")


def _check_address(address: str) -> str:
    try:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.hostname and address.isascii() and not parts.query:
            return address.rstrip("/")
    except ValueError:
        pass
    raise click.BadParameter("an address that begins with http:// or https://", param_hint="--address")


def _read_serial_number(text: str) -> int:
    digits = text.replace(":", "").removeprefix("0x").lower()
    if not digits or not set(digits) <= set("0123456789abcdef"):
        raise click.BadParameter("hexadecimal digits, with or without colons", param_hint="--serial")
    return int(digits, 16)
