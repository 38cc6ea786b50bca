"""What the commands of the centre share: options, passwords, and how a refused order ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from registries_mock.ca.errors import AuthorityError
from registries_mock.ca.key_pairs import ALGORITHMS
from registries_mock.clock import KAZAKHSTAN, now
from registries_mock.telling import fail

DEFAULT_FOLDER: Final = Path("var/ca")
FOLDER: Final = click.Path(file_okay=False, path_type=Path)
FILE: Final = click.Path(dir_okay=False, path_type=Path)
READABLE_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)

of_folder = click.option(
    "--ca", "folder", type=FOLDER, default=DEFAULT_FOLDER, show_default=True, help="The authority's folder."
)
of_algorithm = click.option(
    "--algorithm", type=click.Choice([row.name for row in ALGORITHMS]), default=ALGORITHMS[0].name, show_default=True
)
of_password = click.option("--password", help="The file's password; on a shared machine prefer --password-file.")
of_password_file = click.option("--password-file", type=READABLE_FILE, help="A file whose first line is the password.")
of_moment = click.option("--at", "moment", metavar="ISO", help="When, for a suite with a clock of its own; else now.")


def read_moment(text: str | None) -> datetime:
    """A moment without a zone is Kazakhstan's; without a text it is now."""
    if text is None:
        return now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as failure:
        raise click.BadParameter("like 2026-10-05T10:00", param_hint="--at") from failure
    return moment if moment.tzinfo else moment.replace(tzinfo=KAZAKHSTAN)


def read_password(given: str | None, file: Path | None) -> str | None:
    """The password that was given, None where none was."""
    if given is not None and file is not None:
        raise click.UsageError("give --password or --password-file, not both")
    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError as failure:
            raise click.UsageError("the password file is not text in UTF-8") from failure
        given = lines[0] if lines else ""
    if given is not None and not given:
        raise click.UsageError("the password is empty")
    return given


@contextmanager
def clear_errors() -> Iterator[None]:
    """A refused order is one line with its code, not a traceback."""
    try:
        yield
    except AuthorityError as failure:
        fail(failure.code, str(failure))
    except UnicodeEncodeError:
        fail("subject-invalid", "a name or the password has letters that no text can hold")
    except OSError as failure:
        fail("file-unusable", f"{failure.filename}: {failure.strerror}")
