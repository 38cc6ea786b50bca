"""The command `replay`: a recording served to whoever asks about the people in it."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Final

import click

from registries_mock.addresses import Paths
from registries_mock.path_options import take_paths
from registries_mock.telling import fail

_FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=_FOLDER)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8088, show_default=True, help="0: any free port.")
@take_paths
@click.option("--passports", "folders", type=_FOLDER, multiple=True, help="A folder laid over the catalogue.")
@click.option("--ca", "authority", type=_FOLDER, help="Folder of `ca init`: signs replies to signed requests.")
def replay(
    folder: Path,
    host: str,
    port: int,
    paths: Paths,
    folders: tuple[Path, ...],
    authority: Path | None,
) -> None:
    """Play the recording in FOLDER: the same questions about the same people get what was recorded, in its order."""
    from contracts.catalogue import load_catalogue
    from contracts.errors import GatewayError
    from registries_mock.bus.seals import Demand, Naming, Seals
    from registries_mock.ca.errors import AuthorityError
    from registries_mock.clock import now
    from registries_mock.own_authority import find_authority, look_for_authority
    from registries_mock.record.storing import RecordingUnusable, read_recording
    from registries_mock.replay.app import create_app
    from registries_mock.replay.player import Player
    from registries_mock.timer import ThreadTimer
    from registries_mock.web.process import BODY_BYTES, listen

    try:
        catalogue = load_catalogue(folders)
        exchanges = read_recording(folder)
        if authority is not None:
            look_for_authority(authority)
    except GatewayError as failure:
        fail(failure.code, failure.detail)
    except (RecordingUnusable, AuthorityError) as failure:
        fail(failure.code, str(failure))
    # Whose signatures come is nobody's concern here: there are no real people, and no passwords either.
    seals = Seals(Demand.IGNORE, Naming.KEY_IDENTIFIER, find_authority(authority, now), None, (), now)
    timer = ThreadTimer()
    player = Player(exchanges, catalogue, seals, clock=now, timer=timer, new_id=lambda: str(uuid.uuid4()))
    try:
        listen(create_app(player, paths, BODY_BYTES), host, port, f"replay of {len(exchanges)} exchanges")
    finally:
        timer.close()
