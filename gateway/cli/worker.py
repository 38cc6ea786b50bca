"""`asp-gateway worker`: one of several that carry applications forward, until it is told to stop."""

from __future__ import annotations

import click

from gateway.cli.common import clear_errors, load_settings, settings_options, stop_by_signals

_HANDING_OVER_SECONDS = 15
"""What handing over may take after the grace: then the process ends all the same, and its leases run out."""
_THREADS = 2


@click.command()
@settings_options()
def worker(**options: str | None) -> None:
    """Carry applications forward beside other workers. Each option is a setting; secrets have none.

    With ASP_WATCH_PORT it tells its health and its figures there. SIGTERM and SIGINT stop it, a second one at once.
    """
    with clear_errors():
        settings = load_settings(options)
        # Imported where they are used: the database is no business of `--help`.
        from gateway.api.app import MOST_BYTES
        from gateway.api.server import open_server, serve_until
        from gateway.collecting import settle_collector
        from gateway.logs import log_event, send_logs
        from gateway.settings import given_names
        from gateway.stopping import Stop
        from gateway.unknown_settings import log_unknown
        from gateway.wiring import open_worker

        send_logs(settings.log_level, settings.log_form)
        stop = Stop(settings.grace_seconds + _HANDING_OVER_SECONDS)
        stop.watch()
        stop_by_signals(stop.begin)
        with open_worker(settings, stop=stop) as one:
            server = None
            if settings.watch_port:
                host, port, most = settings.host, settings.watch_port, one.app.config[MOST_BYTES]
                server = open_server(
                    one.app, host=host, port=port, threads=_THREADS, max_body_bytes=most, said="ASP_WATCH_PORT"
                )
            settle_collector()
            log_unknown(given_names())
            click.echo(f"working as {one.worker.name}")
            if server is None:
                stop.wait()
            else:
                serve_until(server, stop.is_begun, 1.0)
        stop.finish()
        log_event("stopped")
        raise SystemExit(stop.exit_code)
