"""What holds for every test: the network ends at this machine, and what a run leaves out is said."""

import gc

import pytest

pytest_plugins = ["tests.left_out", "tests.strict_skips"]


def pytest_configure(config: pytest.Config) -> None:
    """Let sockets of Python reach this machine alone (pytest-socket; libcurl's own sockets it cannot see)."""
    if not config.option.allow_hosts:
        config.option.allow_hosts = "127.0.0.0/8,::1,localhost"
        config.option.allow_unix_socket = True


LONG = tuple(
    f"tests/{room}"
    for room in ("bench", "chaos", "load", "simulation", "kills", "end_to_end", "gateway/demo", "gateway/cli")
)
"""Rooms of few and long tests, the longest first: begun last, they would leave the other workers idle at the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long rooms; within a room nothing moves."""
    items.sort(key=lambda item: next((n for n, room in enumerate(LONG) if item.nodeid.startswith(room)), len(LONG)))


def pytest_collection_finish() -> None:
    """Ten thousand tests and all modules stay to the end: the collector need not walk over them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
