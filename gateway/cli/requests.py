"""`asp-gateway requests`: print the catalogue."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.common import AS_JSON, PASSPORTS, clear_errors, echo_json


@click.command()
@PASSPORTS
@AS_JSON
@click.option("--markdown", "as_markdown", is_flag=True, help="As the page docs/requests.md.")
def requests(folders: tuple[Path, ...], as_json: bool, as_markdown: bool) -> None:
    """Print the data requests: number, key, wave, sources with their passports, title."""
    if as_json and as_markdown:
        raise click.UsageError("give --json or --markdown, not both")
    from contracts.catalogue import load_catalogue
    from contracts.request import flatten

    with clear_errors():
        catalogue = load_catalogue(folders)
    if as_json:
        services = catalogue.services.values()
        echo_json({"requests": [{"service": s.code} | flatten(row) for s in services for row in s.requests]})
        return
    if as_markdown:
        from contracts.catalogue_page import render_markdown

        click.echo(render_markdown(catalogue), nl=False)
        return
    for service in catalogue.services.values():
        click.echo(f"{service.code}: {service.name.ru}")
        for row in service.requests:
            sources = ", ".join(
                f"{part.passport} ({catalogue.passport_of(part).protocol}, {catalogue.passport_of(part).confidence})"
                for part in row.parts
            )
            click.echo(f"{row.number:>3}  {row.key:<24} wave {row.wave}  {sources}\n     {row.title.ru}")
