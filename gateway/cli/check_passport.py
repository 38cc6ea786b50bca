"""`asp-gateway check-passport`: read a passport's samples as the gateway would read the service."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.common import PASSPORTS, WRONG, clear_errors


@click.command("check-passport")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@PASSPORTS
def check_passport(folder: Path, folders: tuple[Path, ...]) -> None:
    """Read the samples of the passport in FOLDER with the gateway's own reader; exit code 1 where it differs."""
    from gateway.passport_samples import find_differences

    with clear_errors():
        differences = list(find_differences(folder, folders))
    for one in differences:
        click.echo(one, err=True)
    if differences:
        raise SystemExit(WRONG)
    click.echo(f"{folder.name}: its samples are read as stated")
