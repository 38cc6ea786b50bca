"""The command `portal`: the example of a portal on this machine, until it is stopped."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import click

from registries_mock import clock
from registries_mock.ncalayer.words import PORT as NCALAYER_PORT
from registries_mock.telling import fail

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_ADDRESS: Final = re.compile(r"wss?://(127\.0\.0\.1|localhost):[0-9]{1,5}")


@click.command()
@click.option("--gateway", required=True, help="Address of the gateway, like http://127.0.0.1:8080.")
@click.option("--key-file", type=_FILE, required=True, help="A file whose first line is the portal's key.")
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="0: any free port.")
@click.option(
    "--ncalayer", default=f"ws://127.0.0.1:{NCALAYER_PORT}", show_default=True, help="Where the page finds NCALayer."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same people.")
def portal(gateway: str, key_file: Path, port: int, ncalayer: str, seed: int) -> None:
    """Show a portal's page that signs through NCALayer and submits: a worked example, on this machine alone."""
    from registries_mock.http import call_gateway
    from registries_mock.people.population import Population
    from registries_mock.portal.app import Portal, create_portal
    from registries_mock.web.process import listen

    if not _ADDRESS.fullmatch(ncalayer):
        raise click.BadParameter("a ws or wss address of this machine, with its port", param_hint="--ncalayer")
    lines = key_file.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].strip():
        fail("key-unusable", "the file of the portal's key is empty")
    people = Population(seed, clock.now().date())
    app = create_portal(Portal(people, call_gateway, gateway, lines[0].strip(), ncalayer))
    listen(app, "127.0.0.1", port, "portal")
