"""The options that say what stands before the addresses of each protocol, for the commands that stand between."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import click

from registries_mock.addresses import ASYNC, REST, SOAP, SYNC, Paths

_OPTIONS: Final = (
    ("--sync-path", SYNC, "SHEP's synchronous channel."),
    ("--async-path", ASYNC, "SHEP's asynchronous channel."),
    ("--soap-path", SOAP, "Before the addresses of plain SOAP services."),
    ("--rest-path", REST, "Before the addresses of REST services."),
)


def take_paths(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command `paths`, which its caller says by four options."""

    @wraps(command)
    def call(*given: Any, sync_path: str, async_path: str, soap_path: str, rest_path: str, **words: Any) -> Any:
        return command(*given, paths=Paths(sync_path, async_path, soap_path, rest_path), **words)

    for name, usual, told in reversed(_OPTIONS):
        call = click.option(name, default=usual, show_default=True, help=told)(call)
    return call
