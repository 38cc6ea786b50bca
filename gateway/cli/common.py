"""What commands share: settings as options, errors as one line, and the exit codes."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TypeVar

import click

from contracts.errors import CallerError, CatalogueInvalid, GatewayError, OperatorError, SettingInvalid
from gateway.setting_rows import TABLE
from gateway.settings import Settings, read_settings

WRONG, USAGE = 1, 2
F = TypeVar("F", bound=Callable[..., Any])

URL = click.option(
    "--url", default="http://127.0.0.1:8080", show_default=True, envvar="ASP_URL", help="Address of the gateway."
)
CLIENT_KEY = click.option(
    "--client-key", required=True, envvar="ASP_CLIENT_KEY", help="The caller's key; better as ASP_CLIENT_KEY."
)
PASSPORTS = click.option(
    "--passports",
    "folders",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    envvar="ASP_PASSPORTS",
    help="A folder with rows or passports of one's own; may be repeated.",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="As JSON.")


def settings_options(*names: str) -> Callable[[F], F]:
    """Give a command an option for each named setting, of all that are no secrets where none is named."""

    def decorate(command: F) -> F:
        for row in reversed(TABLE):
            if row.secret or (names and row.name not in names):
                continue
            told = f"{row.help} [{row.variable}; {row.default or 'none'}]"
            command = click.option(row.option, row.name, default=None, metavar=row.kind.name, help=told)(command)
        return command

    return decorate


def load_settings(options: dict[str, str | None]) -> Settings:
    """The settings of the environment with the options laid over them."""
    return read_settings(overrides=options)


class FileUnusable(OperatorError):
    """A file that was named to the command line cannot be read or written."""

    code = "file-unusable"
    title = "A file cannot be used."


@contextmanager
def use_file(path: Path) -> Iterator[None]:
    """Let reading or writing a file that the caller named fail in our words."""
    try:
        yield
    except OSError as error:
        raise FileUnusable(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FileUnusable(f"{path}: the text is not UTF-8") from error


def check_header(name: str, value: str) -> None:
    """Raises SettingInvalid where a value cannot stand in a header of HTTP."""
    if not all("!" <= letter <= "~" for letter in value):
        raise SettingInvalid(f"{name}: only printable ASCII characters without blanks may stand in it")


@contextmanager
def clear_errors() -> Iterator[None]:
    """An error is one line with its code: exit code 2 where settings or catalogue are wrong, else 1."""
    try:
        yield
    except GatewayError as error:
        answer = getattr(error, "answer", None)
        if answer is not None:
            click.echo(answer.content.decode(errors="replace").rstrip(), err=True)
        code = error.public_code if isinstance(error, CallerError) else error.code
        fail(code, error.detail, USAGE if isinstance(error, SettingInvalid | CatalogueInvalid) else WRONG)


def fail(code: str, sentence: str, exit_code: int = WRONG) -> NoReturn:
    """End the command with the one line that every error is."""
    click.echo(f"{code}: {sentence}", err=True)
    raise SystemExit(exit_code)


class OneLineCommand(click.Command):
    """A command that tells a mistake of use in one line too, in place of click's several."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            fail("setting-invalid", error.format_message(), USAGE)


def echo_json(plain: Any) -> None:
    click.echo(json.dumps(plain, ensure_ascii=False, indent=1, default=str))


def stop_by_signals(begin: Callable[[], None]) -> None:
    """Have SIGTERM and SIGINT begin the stop, once: the next one ends the process as if nobody had heard the first."""

    numbers = (signal.SIGTERM, signal.SIGINT)

    def handle(_: int, __: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)
        begin()

    for number in numbers:
        signal.signal(number, handle)
