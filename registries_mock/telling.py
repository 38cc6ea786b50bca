"""How a command of the mock ends when it cannot do what was asked: one line, code and sentence."""

from __future__ import annotations

from typing import NoReturn

import click


def fail(code: str, sentence: str) -> NoReturn:
    """End the command with exit code 1."""
    click.echo(f"{code}: {sentence}", err=True)
    raise SystemExit(1)
