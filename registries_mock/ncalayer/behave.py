"""The command `ncalayer-behave`: tell a running NCALayer of the mock how to behave from now on."""

from __future__ import annotations

import json

import click
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from registries_mock.ncalayer.behaviours import BY_NAME, MOST_SECONDS, ROWS
from registries_mock.ncalayer.server import CONTROL_PATH, HOST
from registries_mock.ncalayer.words import PORT
from registries_mock.telling import fail
from registries_mock.tls import create_trusting_nobody

_LISTED = "\b\n" + "\n".join(f"{row.name:<14} {row.shows}" for row in ROWS)
_SECONDS = 10


@click.command(epilog=_LISTED)
@click.argument("name", type=click.Choice(list(BY_NAME)), metavar="NAME")
@click.option(
    "--times", type=click.IntRange(1), help="For so many dialogues or connections; else until told otherwise."
)
@click.option("--seconds", type=click.FloatRange(0, MOST_SECONDS), help="How slow a slow user is.")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True)
@click.option("--tls", is_flag=True, help="It listens with TLS.")
def ncalayer_behave(name: str, times: int | None, seconds: float | None, port: int, tls: bool) -> None:
    """Have the running mock of NCALayer behave so; NAME is one of those below."""
    wanted = {"behave": name, "times": times} | ({} if seconds is None else {"seconds": seconds})
    address = f"{'wss' if tls else 'ws'}://{HOST}:{port}{CONTROL_PATH}"
    try:
        with connect(
            address, proxy=None, ssl=create_trusting_nobody() if tls else None, open_timeout=_SECONDS
        ) as control:
            control.send(json.dumps(wanted))
            told = json.loads(control.recv(timeout=_SECONDS))
    except (OSError, WebSocketException) as failure:
        fail("ncalayer-missing", f"no NCALayer of the mock answers at {address} ({failure})")
    click.echo(f"{told['name']}: {told['shows']}")
