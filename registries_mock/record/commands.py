"""The command `record`: a proxy that keeps what passes, with all that is somebody's replaced."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click

from registries_mock.addresses import Paths
from registries_mock.path_options import take_paths
from registries_mock.telling import fail

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)
_KEY_BYTES: Final = 32


@click.command()
@click.option("--upstream", required=True, metavar="URL", help="The contour: what stands before every path.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A new folder.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8089, show_default=True, help="0: any free port.")
@take_paths
@click.option("--passports", "folders", type=_FOLDER, multiple=True, help="A folder laid over the catalogue.")
@click.option("--raw-structure", is_flag=True, help="Keep services without a passport too: all texts are replaced.")
@click.option("--seconds", type=click.FloatRange(0.1, 600), default=60.0, show_default=True, help="For one exchange.")
@click.option("--authorities", type=_FILE, help="Authorities that https believes; else this machine's.")
def record(
    upstream: str,
    out: Path,
    host: str,
    port: int,
    paths: Paths,
    folders: tuple[Path, ...],
    raw_structure: bool,
    seconds: float,
    authorities: Path | None,
) -> None:
    """Pass requests on to a contour and keep the exchanges with every personal value replaced, for good and alike."""
    from contracts.catalogue import load_catalogue
    from contracts.errors import GatewayError
    from registries_mock.clock import now
    from registries_mock.http import ask_foreign
    from registries_mock.record.pseudonyms import Pseudonyms
    from registries_mock.record.recorder import Recorder
    from registries_mock.record.replacing import Replacer
    from registries_mock.record.storing import Folder, RecordingUnusable
    from registries_mock.web.process import listen

    if urlsplit(upstream).scheme not in ("http", "https"):
        raise click.BadParameter("an http or https address", param_hint="--upstream")
    try:
        catalogue = load_catalogue(folders)
        folder = Folder(out)
    except GatewayError as failure:
        fail(failure.code, failure.detail)
    except RecordingUnusable as failure:
        fail(failure.code, str(failure))
    # Forgotten with the process: nobody, we neither, can go back from a replacement to what it stands for.
    pseudonyms = Pseudonyms(secrets.token_bytes(_KEY_BYTES), now().date())
    recorder = Recorder(
        upstream,
        paths,
        ask_foreign,
        Replacer(catalogue, pseudonyms, raw_structure=raw_structure),
        folder,
        lambda line: click.echo(line, err=True),
    )
    recorder.seconds, recorder.authorities = seconds, str(authorities or "")
    listen(recorder, host, port, "record")
