"""`asp-gateway iin`: check an individual identification number."""

from __future__ import annotations

import click

from contracts import iin as iins
from gateway.cli.common import AS_JSON, WRONG, echo_json
from gateway.intake.rules import IIN_FAULTS


@click.command()
@click.argument("text")
@AS_JSON
def iin(text: str, as_json: bool) -> None:
    """Check an IIN: check digit, and the date of birth and sex that it carries."""
    number = "".join(text.split())
    code = iins.find_fault(number)
    born = None if code else iins.birth_date(number)
    sex = None if code else iins.sex(number)
    if as_json:
        echo_json({"ok": not code, "code": code, "detail": IIN_FAULTS.get(code, ""), "birth_date": born, "sex": sex})
    elif code:
        click.echo(f"{code}: {IIN_FAULTS[code]}")
    else:
        click.echo(f"in order: {born or 'no date of birth (a foreigner)'}{f', {sex}' if sex else ''}")
    if code:
        raise SystemExit(WRONG)
