"""`asp-gateway serve`: the gateway over the settings, until it is told to stop."""

from __future__ import annotations

import signal
from types import FrameType

import click

from gateway.cli.common import clear_errors, load_settings, settings_options


@click.command()
@settings_options()
def serve(**options: str | None) -> None:
    """Run the gateway: API, gathering and clock in one process. Each option is a setting; secrets have none."""
    with clear_errors():
        settings = load_settings(options)
        # Imported where they are used: the web server and the database are no business of `--help`.
        from gateway.api.app import MOST_BYTES
        from gateway.api.server import open_server, port_of
        from gateway.logs import log_event, send_logs
        from gateway.wiring import open_gateway
        from signing.gost.choosing import describe_backend

        send_logs(settings.log_level, settings.log_form)
        with open_gateway(settings) as app:
            server = open_server(
                app,
                host=settings.host,
                port=settings.port,
                threads=settings.threads,
                max_body_bytes=app.config[MOST_BYTES],
            )
            signal.signal(signal.SIGTERM, _stop)
            log_event("signatures", gost=describe_backend(), revocation=settings.revocation)
            click.echo(f"listening on http://{settings.host}:{port_of(server)}")
            try:
                server.run()
            finally:
                server.close()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
