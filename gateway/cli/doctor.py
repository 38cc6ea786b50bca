"""`asp-gateway doctor`: what this machine and these settings give, and what is amiss; nothing is changed or asked."""

from __future__ import annotations

import click

from gateway.cli.common import AS_JSON, WRONG, clear_errors, echo_json, load_settings


@click.command()
@click.option(
    "--seconds", type=click.FloatRange(1, 300), default=15, show_default=True, help="By when every look has ended."
)
@AS_JSON
def doctor(seconds: float, as_json: bool) -> None:
    """Look at settings, keys, trust, disk, database, clocks, workers, and whether every registry can be reached.

    Exit code 1 where something is at fault. A registry is called on with a HEAD, which carries no key and no question.
    """
    # Imported where they are used: keys, database and adapters are no business of `--help`.
    from adapters.ports import Deadline
    from gateway.cli.doctoring.findings import FAULT, Visit, examine
    from gateway.cli.doctoring.looks import LOOKS
    from gateway.clock import now

    with clear_errors():
        settings = load_settings({})
    findings = examine(LOOKS, Visit(settings, now(), Deadline(seconds)))
    if as_json:
        echo_json([vars(finding) for finding in findings])
    else:
        width = max(len(finding.subject) for finding in findings)
        for finding in findings:
            click.echo(f"{finding.state:<8} {finding.subject:<{width}} {finding.detail}")
    if any(finding.state == FAULT for finding in findings):
        raise SystemExit(WRONG)
