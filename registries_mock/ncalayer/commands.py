"""The command `ncalayer`: NCALayer alone, with the key of a persona or of a file, until it is stopped."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Final

import click

from registries_mock import clock
from registries_mock.ca.errors import AuthorityError
from registries_mock.ca.key_pairs import ALGORITHMS
from registries_mock.ca.options import read_password
from registries_mock.ncalayer import words
from registries_mock.ncalayer.behaviours import BY_NAME, OBEDIENT, Behaviours
from registries_mock.ncalayer.errors import HolderError
from registries_mock.ncalayer.holders import Holder, PersonaHolder, open_key_file
from registries_mock.ncalayer.server import NcaLayerServer
from registries_mock.ncalayer.session import Program
from registries_mock.ncalayer.timestamps import Timestamps
from registries_mock.own_authority import find_authority, look_for_authority
from registries_mock.telling import fail
from registries_mock.tls import create_tls

_READABLE_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=words.PORT, show_default=True, help="0: any free port.")
@click.option("--persona", help="Signs with this person's keys, which the authority issues; `people` lists them.")
@click.option("--key", "key_file", type=_READABLE_FILE, help="Signs with the key of this PKCS#12 file.")
@click.option("--password-file", type=_READABLE_FILE, help="A file whose first line is the key's password.")
@click.option(
    "--ca",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/ca"),
    show_default=True,
    help="Folder of `ca init`: issues a persona's keys, and timestamps.",
)
@click.option(
    "--algorithm", type=click.Choice([row.name for row in ALGORITHMS]), default=ALGORITHMS[0].name, show_default=True
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same people.")
@click.option("--storage", default=words.PKCS12, show_default=True, help="The one storage: key files, or a device.")
@click.option(
    "--behave", type=click.Choice(list(BY_NAME)), default=OBEDIENT.name, show_default=True, help="How it begins."
)
@click.option("--tls", is_flag=True, help="wss, as NCALayer itself; DIR/trust/root.pem is what vouches for it.")
def ncalayer(
    port: int,
    persona: str | None,
    key_file: Path | None,
    password_file: Path | None,
    folder: Path,
    algorithm: str,
    seed: int,
    storage: str,
    behave: str,
    tls: bool,
) -> None:
    """Play NCALayer for pages in a browser: sign whatever they ask for, without a dialogue, on this machine alone."""
    if (persona is None) == (key_file is None):
        raise click.UsageError("give --persona or --key")
    if (key_file is None) != (password_file is None):
        raise click.UsageError("--key and --password-file go together")
    try:
        if persona is not None or tls:
            look_for_authority(folder)
        authority = find_authority(folder, clock.now)
        holder: Holder
        if key_file is not None and password_file is not None:
            holder = open_key_file(key_file, read_password(None, password_file) or "")
        else:
            from registries_mock.people.population import Population

            people = Population(seed, clock.now().date())
            holder = PersonaHolder(people, str(persona), authority, clock.now, algorithm)
        find_stamp = Timestamps(authority, clock.now).find_stamp
        # Made now, so that the first page does not wait for it.
        holder.list_keys()
        program = Program(holder, clock.now, find_stamp, Behaviours(BY_NAME[behave]), storage)
        _serve(NcaLayerServer(program, port, create_tls(authority(), clock.now()) if tls else None))
    except (HolderError, AuthorityError) as failure:
        fail(failure.code, str(failure))
    except OSError as failure:
        fail("address-unusable", f"cannot listen there: {failure.strerror}")


def _serve(server: NcaLayerServer) -> None:
    """Until SIGTERM or SIGINT; one line when connections are taken."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    thread = threading.Thread(target=server.run, name="ncalayer")
    thread.start()
    click.echo(f"ncalayer listens on {server.address}")
    stopped.wait()
    server.close()
    thread.join()
