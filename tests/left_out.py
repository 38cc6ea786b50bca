"""What a run leaves out: by --bare, tests that need more than Python, and it says which and why; without --long, those
marked long, which `make fleet` runs."""

from collections import Counter
from collections.abc import Iterator

import pytest

PREFIX = "needs_"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare --bare."""
    parser.addoption("--bare", action="store_true", help="leave out the tests marked needs_...: Python alone is there")
    parser.addoption("--long", action="store_true", help="take the tests marked long, and those alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the long forms or the others; turn each test that needs more into a skip which names what it needs."""
    wanted = config.getoption("--long")
    away = [item for item in items if is_long(item) != wanted]
    items[:] = [item for item in items if is_long(item) == wanted]
    config.hook.pytest_deselected(items=away)
    if not config.getoption("--bare"):
        return
    for item in items:
        needs = sorted(set(needed(item)))
        if needs:
            item.add_marker(pytest.mark.skip(reason=f"left out: needs {', '.join(needs)}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Close a bare run with one line on what it did not try."""
    if not config.getoption("--bare"):
        return
    reasons = Counter(skip_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if not reasons:
        terminalreporter.write_line("nothing was left out")
        return
    told = "; ".join(f"{count} x {reason.removeprefix('left out: ')}" for reason, count in sorted(reasons.items()))
    terminalreporter.write_line(f"left out {reasons.total()} tests ({told}); `make check` runs all of them")


def is_long(item: pytest.Item) -> bool:
    """Say whether it is a long form."""
    return item.get_closest_marker("long") is not None


def needed(item: pytest.Item) -> Iterator[str]:
    """Name what a test needs beyond Python, by its needs_ markers."""
    for mark in item.iter_markers():
        if mark.name.startswith(PREFIX):
            yield mark.name.removeprefix(PREFIX).replace("_", " ")


def skip_reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return why a report is a skip, without pytest's own prefix."""
    told = report.longrepr
    reason = told[2] if isinstance(told, tuple) else str(told)
    return reason.removeprefix("Skipped: ")
