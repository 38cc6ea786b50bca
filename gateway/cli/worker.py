"""`asp-gateway worker`: one of several that carry applications forward, until it is told to stop."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import click

from gateway.cli.common import clear_errors, load_settings, settings_options


@click.command()
@settings_options()
def worker(**options: str | None) -> None:
    """Carry applications forward beside other workers. Each option is a setting; secrets have none."""
    with clear_errors():
        settings = load_settings(options)
        # Imported where they are used: the database is no business of `--help`.
        from gateway.logs import send_logs
        from gateway.wiring import open_worker

        send_logs(settings.log_level)
        signal.signal(signal.SIGTERM, _stop)
        with open_worker(settings) as one:
            click.echo(f"working as {one.name}")
            threading.Event().wait()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
