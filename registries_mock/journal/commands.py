"""The command `journal`: what a running suite has exchanged; with a wait, whether what is looked for came."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn

import click

from registries_mock.http import PushFailed, SuiteAnswer, call_suite
from registries_mock.journal.wishes import NAMES
from registries_mock.telling import fail

_SECONDS: Final = 10.0
_COLUMNS: Final = ("number", "channel", "passport", "sender", "failure", "signature", "status", "took_ms")


@click.command()
@click.argument("number", type=click.IntRange(1), required=False)
@click.option("--url", default="http://127.0.0.1:8088", show_default=True, help="The running suite.")
@click.option(
    "--where",
    "conditions",
    multiple=True,
    metavar="NAME=VALUE",
    help=f"Only those of which it holds: {', '.join(NAMES)}.",
)
@click.option("--wait", type=click.FloatRange(0, 60), help="So many seconds for the first one; exit 1 without it.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def journal(number: int | None, url: str, conditions: tuple[str, ...], wait: float | None, as_json: bool) -> None:
    """Show what a running suite has exchanged: a line each, or exchange NUMBER whole."""
    if number is not None and (conditions or wait is not None):
        raise click.UsageError("a number goes without --where and --wait")
    base = f"{url.rstrip('/')}/_mock/journal"
    if number is not None:
        click.echo(json.dumps(_ask("GET", f"{base}/{number}"), ensure_ascii=False, indent=2))
        return
    where = dict(_read_condition(one) for one in conditions)
    if wait is not None:
        verdict = _call("POST", f"{base}/verify", {"where": where, "seconds": wait}, wait + _SECONDS)
        if verdict.status != 200:
            _give_up(verdict)
    entries = _ask("POST", f"{base}/search", where)
    click.echo(json.dumps(entries, ensure_ascii=False, indent=2) if as_json else _table(entries))


def _read_condition(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or name not in NAMES:
        raise click.BadParameter(f"give NAME=VALUE with one of {', '.join(NAMES)}", param_hint="--where")
    if value in ("true", "false"):
        return name, value == "true"
    return name, int(value) if name in ("status", "since", "failure_id") and value.isdecimal() else value


def _ask(method: str, url: str, body: Mapping[str, Any] | None = None) -> Any:
    answer = _call(method, url, body, _SECONDS)
    if answer.status != 200:
        _give_up(answer)
    return json.loads(answer.body)


def _call(method: str, url: str, body: Mapping[str, Any] | None, seconds: float) -> SuiteAnswer:
    try:
        return call_suite(method, url, None if body is None else json.dumps(body).encode(), seconds)
    except PushFailed:
        fail("suite-missing", f"no suite answers at {url}")


def _give_up(answer: SuiteAnswer) -> NoReturn:
    try:
        told = json.loads(answer.body)
    except ValueError:
        told = {}
    if isinstance(told, dict) and "holds" in told:
        for near in told.get("nearest", []):
            click.echo(f"nearest: {near['number']} {json.dumps(near['differs'], ensure_ascii=False)}", err=True)
        fail("not-exchanged", "no such exchange came in time")
    told = told.get("error") if isinstance(told, dict) else None
    fail("suite-refuses", str(told or f"the suite answers with HTTP {answer.status}"))


def _table(entries: list[dict[str, Any]]) -> str:
    rows = [_COLUMNS, *([str(one.get(name, "")) for name in _COLUMNS] for one in entries)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
