"""`asp-gateway iban`: check the number of an account."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from gateway.cli.common import AS_JSON, PASSPORTS, WRONG, clear_errors, echo_json


@click.command()
@click.argument("text")
@click.option("--service", "code", default="asp", show_default=True, help="The service whose banks count.")
@PASSPORTS
@AS_JSON
def iban(text: str, code: str, folders: tuple[Path, ...], as_json: bool) -> None:
    """Check an IBAN: structure, checksum, and that it is of a bank that the service pays to."""
    from contracts.catalogue import load_catalogue
    from contracts.iban import check_iban

    with clear_errors():
        service = load_catalogue(folders).services.get(code)
    if service is None:
        raise click.UsageError("there is no such service")
    verdict = check_iban(text, [bank.code for bank in service.banks])
    bank = next((bank.name.ru for bank in service.banks if bank.code == verdict.bank_code), "")
    if as_json:
        echo_json({"ok": not verdict.code} | asdict(verdict) | {"bank": bank})
    elif verdict.code:
        click.echo(f"{verdict.code}: {verdict.detail}")
    else:
        click.echo(f"in order: {verdict.iban}, {bank}")
    if verdict.code:
        raise SystemExit(WRONG)
