"""The commands `ca init` and `ca issue`: an authority in a folder, and keys from it as PKCS#12 files."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from registries_mock import clock
from registries_mock.ca.authority import Authority, write_secret
from registries_mock.ca.errors import AuthorityError
from registries_mock.ca.key_pairs import ALGORITHMS
from registries_mock.ca.pkcs12 import export_p12
from registries_mock.ca.profiles import PROFILES
from registries_mock.ca.subjects import Subject
from registries_mock.telling import fail

_DEFAULT_FOLDER: Final = Path("var/ca")
_FOLDER: Final = click.Path(file_okay=False, path_type=Path)
_FILE: Final = click.Path(dir_okay=False, path_type=Path)
_READABLE_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def ca() -> None:
    """Play the certification centre: make an authority, issue keys to invented people."""


@ca.command()
@click.option("--out", "folder", type=_FOLDER, default=_DEFAULT_FOLDER, show_default=True, help="Folder to make it in.")
@click.option("--if-missing", is_flag=True, help="Keep what is there already, and make the rest.")
def init(folder: Path, if_missing: bool) -> None:
    """Make an authority, RSA and GOST: DIR/trust is what a gateway trusts, DIR/private holds the keys."""
    with _clear_errors():
        if if_missing:
            Authority.complete(folder, clock.now())
        else:
            Authority.create(clock.now()).save(folder)
    click.echo(f"trust this folder: {folder / 'trust'}")


@ca.command()
@click.option(
    "--ca", "folder", type=_FOLDER, default=_DEFAULT_FOLDER, show_default=True, help="The authority's folder."
)
@click.option("--iin", help="The person's IIN: 12 digits, birth date and check digit are checked.")
@click.option("--surname", default=Subject.surname, show_default=True)
@click.option("--name", default=Subject.name, show_default=True)
@click.option("--patronymic", default=Subject.patronymic, show_default=True)
@click.option("--bin", "bin_", help="The organisation's BIN, for the roles that name one.")
@click.option("--organisation", default=Subject.organisation, show_default=True)
@click.option("--system", default=Subject.system, show_default=True, help="The information system's name.")
@click.option("--role", type=click.Choice([row.name for row in PROFILES]), default="individual", show_default=True)
@click.option(
    "--algorithm", type=click.Choice([row.name for row in ALGORITHMS]), default=ALGORITHMS[0].name, show_default=True
)
@click.option("--out", "target", type=_FILE, required=True, help="The PKCS#12 file to write; it must not exist.")
@click.option("--password", help="The file's password; on a shared machine prefer --password-file.")
@click.option("--password-file", type=_READABLE_FILE, help="A file whose first line is the password.")
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
) -> None:
    """Issue a key with its certificate. Without a password one is made and printed once."""
    subject = Subject(iin, surname, name, patronymic, bin_, organisation, system)
    chosen, made = _password(password, password_file)
    with _clear_errors():
        key = Authority.load(folder).issue(role, subject, at=clock.now(), algorithm=algorithm)
        write_secret(target, export_p12(key, chosen))
    click.echo(f"key written: {target}")
    if made:
        click.echo(f"password: {chosen}")


def _password(given: str | None, file: Path | None) -> tuple[str, bool]:
    """The password, and whether it was made here."""
    if given is not None and file is not None:
        raise click.UsageError("give --password or --password-file, not both")
    if file is not None:
        given = read_password(file)
    if given is None:
        return secrets.token_urlsafe(12), True
    if not given:
        raise click.UsageError("the password is empty")
    return given, False


def read_password(file: Path) -> str:
    """The file's first line."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as failure:
        raise click.UsageError("the password file is not text in UTF-8") from failure
    return lines[0] if lines else ""


@contextmanager
def _clear_errors() -> Iterator[None]:
    """A refused order is one line with its code, not a traceback."""
    try:
        yield
    except AuthorityError as failure:
        fail(failure.code, str(failure))
    except UnicodeEncodeError:
        fail("subject-invalid", "a name or the password has letters that no text can hold")
    except OSError as failure:
        fail("file-unusable", f"{failure.filename}: {failure.strerror}")
