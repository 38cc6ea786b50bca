"""`asp-gateway explain`: which rule, in which version and by which clause, made each date and step of a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click

from gateway.cli.common import AS_JSON, CLIENT_KEY, URL, check_header, clear_errors, echo_json


@click.command()
@click.argument("application_id", metavar="ID")
@URL
@CLIENT_KEY
@AS_JSON
def explain(application_id: str, url: str, client_key: str, as_json: bool) -> None:
    """Print what happened to the application ID, day by day, each step and date with its rule, version and clause."""
    with clear_errors():
        from gateway.http import GatewayClient

        check_header("ASP_CLIENT_KEY", client_key)
        with GatewayClient(url, client_key) as client:
            events = client.get(f"/v1/applications/{application_id}/events").json()["events"]
    reasoned = [event for event in events if "why" in event["data"]]
    if as_json:
        echo_json(reasoned)
        return
    for line in explain_events(reasoned):
        click.echo(line)


def explain_events(events: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Two lines a step: when and what; then by which rule, in which version, by which clause."""
    for event in events:
        data = dict(event["data"])
        why = data.pop("why", None)
        if why is None:
            continue
        facts = ", ".join(f"{name} {_say(value)}" for name, value in data.items() if value not in (None, "", []))
        yield f"{event['at'][:16].replace('T', ' ')}  {event['kind'].replace('_', ' ')}: {facts}"
        assumed = "; assumed" if why["assumed"] else ""
        yield f"                    by {why['rule']} (rules {why['version']}{assumed}): {why['clause']}"


def _say(value: object) -> str:
    if isinstance(value, list):
        return f"{len(value)} of them" if len(value) > 3 else " ".join(map(str, value))
    return str(value)
