"""`asp-gateway serve`: the gateway over the settings, until it is told to stop."""

from __future__ import annotations

import click

from gateway.cli.common import clear_errors, load_settings, settings_options, stop_by_signals


@click.command()
@settings_options()
def serve(**options: str | None) -> None:
    """Run the gateway: API, gathering and clock in one process. Each option is a setting; secrets have none.

    SIGTERM and SIGINT stop it: what is under way has ASP_GRACE_SECONDS to end; a second one ends it at once.
    """
    with clear_errors():
        settings = load_settings(options)
        # Imported where they are used: the web server and the database are no business of `--help`.
        from gateway.api.app import MOST_BYTES
        from gateway.api.server import open_server, port_of, serve_until
        from gateway.collecting import settle_collector
        from gateway.logs import log_event, send_logs
        from gateway.settings import given_names
        from gateway.stopping import Stop
        from gateway.unknown_settings import log_unknown
        from gateway.wiring import open_gateway
        from signing.gost.choosing import describe_backend

        send_logs(settings.log_level, settings.log_form)
        stop = Stop(settings.grace_seconds)
        with open_gateway(settings, stop=stop) as app:
            server = open_server(
                app,
                host=settings.host,
                port=settings.port,
                threads=settings.threads,
                max_body_bytes=app.config[MOST_BYTES],
            )
            stop.watch()
            stop_by_signals(stop.begin)
            settle_collector()
            log_unknown(given_names())
            log_event("signatures", gost=describe_backend(), revocation=settings.revocation)
            click.echo(f"listening on http://{settings.host}:{port_of(server)}")
            serve_until(server, stop.is_begun, settings.grace_seconds)
        stop.finish()
        log_event("stopped")
        raise SystemExit(stop.exit_code)
