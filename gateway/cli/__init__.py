"""The command line `asp-gateway`: one table of commands, each in a file that is imported when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

COMMANDS: Mapping[str, tuple[str, str]] = {
    "serve": ("gateway.cli.serve", "serve"),
    "worker": ("gateway.cli.worker", "worker"),
    "demo": ("gateway.cli.demo", "demo"),
    "demo-extension": ("gateway.cli.demo", "demo_extension"),
    "submit": ("gateway.cli.submit", "submit"),
    "dossier": ("gateway.cli.dossier", "dossier"),
    "explain": ("gateway.cli.explain", "explain"),
    "verify": ("gateway.cli.verify", "verify"),
    "iban": ("gateway.cli.iban", "iban"),
    "iin": ("gateway.cli.iin", "iin"),
    "deadline": ("gateway.cli.deadline", "deadline"),
    "requests": ("gateway.cli.requests", "requests"),
    "check-passport": ("gateway.cli.check_passport", "check_passport"),
    "clients": ("gateway.cli.clients", "clients"),
    "doctor": ("gateway.cli.doctor", "doctor"),
}


class LazyGroup(click.Group):
    """A group whose commands are found by the table: `asp-gateway iin` loads no web server."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command: Any = getattr(import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=LazyGroup)
def main() -> None:
    """From a signed application to a complete dossier. Exit codes: 0 in order, 1 what was checked is wrong, 2 usage."""
