"""`asp-gateway explain`: which rule, in which version and by which clause, made each date and step of a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from gateway.cli.common import AS_JSON, CLIENT_KEY, URL, check_header, clear_errors, echo_json

_INDENT = " " * 20


@click.command()
@click.argument("application_id", metavar="ID")
@URL
@CLIENT_KEY
@AS_JSON
def explain(application_id: str, url: str, client_key: str, as_json: bool) -> None:
    """Print the dates, steps, inquiries and next tries of an application, each with its rule, version and clause."""
    with clear_errors():
        from gateway.http import GatewayClient

        check_header("ASP_CLIENT_KEY", client_key)
        with GatewayClient(url, client_key) as client:
            told = client.get(f"/v1/applications/{application_id}/explanation").json()
    if as_json:
        echo_json(told)
        return
    for line in write_explanation(told):
        click.echo(line)


def write_explanation(told: Mapping[str, Any]) -> Iterator[str]:
    """Chapter by chapter; two lines for each: what, then by which rule, in which version, by which clause."""
    yield "DATES"
    for one in told["dates"]:
        yield f"{one['on']}          {one['name'].replace('_', ' ')}"
        yield _because(one["why"])
    yield "STEPS"
    yield from explain_events(told["steps"])
    yield "INQUIRIES"
    for one in told["inquiries"]:
        reason = f" ({one['reason'].replace('_', ' ')})" if one["reason"] else ""
        yield f"request {one['number']:<3} {one['subject'] or '-':<12} {one['outcome'].replace('_', ' ')}{reason}"
        yield _because(one["why"])
    yield "TO BE ASKED NEXT"
    for one in told["tries"]:
        yield f"{_minute(one['next_at'])}    {one['source']} about {one['subject']}, asked {one['tries']} times so far"
        yield _because(one["why"])


def explain_events(events: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Events that no rule made are left out."""
    for event in events:
        data = dict(event["data"])
        why = data.pop("why", None)
        if why is None:
            continue
        facts = ", ".join(f"{name} {_say(value)}" for name, value in data.items() if value not in (None, "", []))
        yield f"{_minute(event['at'])}    {event['kind'].replace('_', ' ')}: {facts}"
        yield _because(why)


def _because(why: Mapping[str, Any]) -> str:
    assumed = "; assumed" if why["assumed"] else ""
    return f"{_INDENT}by {why['rule']} (rules {why['version']}{assumed}): {why['clause']}"


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _say(value: object) -> str:
    if isinstance(value, list):
        return f"{len(value)} of them" if len(value) > 3 else " ".join(map(str, value))
    return str(value)
