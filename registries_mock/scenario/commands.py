"""`registries-mock scenario check`: whether a scenario could be played, without playing it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from registries_mock.telling import fail


@click.group()
def scenario() -> None:
    """Timelines of failures: see docs/mock.md."""


@scenario.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--passports",
    "folders",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="A folder laid over the catalogue; repeatable.",
)
@click.option("--start", metavar="ISO", help="The moment at which it would begin, with its zone; else now.")
def check(file: Path, folders: tuple[Path, ...], start: str | None) -> None:
    """Say what FILE would play, or the line and what is wrong there."""
    from contracts.catalogue import load_catalogue
    from contracts.errors import GatewayError
    from registries_mock.clock import now
    from registries_mock.failures import Failures
    from registries_mock.people.population import Population
    from registries_mock.scenario.playing import bind_scenario, load_scenario
    from registries_mock.scenario.tree import ScenarioInvalid

    begins = _read_start(start) if start else now()
    try:
        told = load_scenario(file)
        failures = Failures(load_catalogue(folders).passports, now, Population(0, now().date()), told.seed)
        rows = bind_scenario(failures, told, begins)
    except ScenarioInvalid as failure:
        fail("scenario-invalid", f"{file}: {failure}")
    except GatewayError as failure:
        fail(failure.code, failure.detail)
    click.echo(f"{file}: {len(rows)} {'entry' if len(rows) == 1 else 'entries'}, seed {told.seed}")


def _read_start(text: str) -> datetime:
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        raise click.BadParameter("a moment with its zone, like 2026-10-05T10:00:00+05:00", param_hint="--start")
    return start
