"""`asp-gateway demo`: the whole way once, with the mock suite beside the gateway."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.common import PASSPORTS, clear_errors


@click.command()
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Where the dossier is written.",
)
@PASSPORTS
def demo(folder: Path, folders: tuple[Path, ...]) -> None:
    """Start mock suite and gateway, submit a signed application, write the complete dossier, stop everything."""
    with clear_errors():
        from gateway.demo.run import run_demo

        raise SystemExit(run_demo(folder, passports=folders))


@click.command("demo-extension")
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo-extension"),
    show_default=True,
    help="Where the timeline is written.",
)
def demo_extension(folder: Path) -> None:
    """A time-lapse: registries that are silent, slow, empty and late, day by day to the decision."""
    with clear_errors():
        from gateway.demo.extension import run_extension

        raise SystemExit(run_extension(folder))
