"""The command `run`: a suite on a free port for as long as another command runs, which finds it in its environment."""

from __future__ import annotations

import signal
import subprocess
from types import FrameType
from typing import Final

import click

from registries_mock.telling import fail
from registries_mock.testing.running import running
from registries_mock.testing.settings import environment_with

_SIGNALLED: Final = 128


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same people.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day that registries believe it is.")
@click.option("--clock", metavar="ISO", help="Where a virtual clock begins, which stands until /dev/clock steps it.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(seed: int, today: object, clock: str | None, command: tuple[str, ...]) -> None:
    """Run COMMAND beside a suite; REGISTRIES_MOCK_URL, …_SENDER and …_PASSWORD tell it where and as whom.

    registries-mock run -- npm test
    """
    try:
        with running(seed=seed, today=str(today)[:10] if today else None, clock=clock) as registries:
            status = _run(command, environment_with(registries.url, registries.suite.settings))
    except ValueError as failure:
        raise click.BadParameter(f"{failure}; like 2026-10-05T10:00", param_hint="--clock") from failure
    raise SystemExit(status)


def _run(command: tuple[str, ...], environment: dict[str, str]) -> int:
    """Its exit code, as a shell has it."""
    try:
        child = subprocess.Popen(command, env=environment)
    except OSError as failure:
        fail("command-unusable", f"cannot run {command[0]}: {failure.strerror}")

    def pass_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    before = {one: signal.signal(one, pass_on) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        status = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return status if status >= 0 else _SIGNALLED - status
