"""`asp-gateway dossier`: fetch a dossier from the gateway."""

from __future__ import annotations

import re
from pathlib import Path

import click

from gateway.cli.common import CLIENT_KEY, URL, check_header, clear_errors, use_file

MEDIA = {"json": "application/json", "html": "text/html"}


@click.command()
@click.argument("application_id", metavar="ID")
@URL
@CLIENT_KEY
@click.option("--format", "form", type=click.Choice(list(MEDIA)), default="json", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file to write; else standard output.")
def dossier(application_id: str, url: str, client_key: str, form: str, out: Path | None) -> None:
    """Fetch the dossier of the application ID; the key must be a provider's."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", application_id):
        raise click.UsageError("this is no id of an application")
    with clear_errors():
        from gateway.http import GatewayClient

        check_header("ASP_CLIENT_KEY", client_key)
        with GatewayClient(url, client_key) as client:
            answer = client.get(f"/v1/applications/{application_id}/dossier", MEDIA[form])
    if out is None:
        click.echo(answer.content.decode(errors="replace").rstrip())
        return
    with clear_errors(), use_file(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(answer.content)
    click.echo(f"written: {out}")
