"""The option --strict-skips: a skipped test counts as failed, so that a check cannot pass by not being run."""

from collections.abc import Generator
from typing import Any

import pytest

from tests.left_out import skip_reason
from tests.shared import ABSENT

ALLOWED = frozenset({ABSENT})


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare --strict-skips."""
    parser.addoption(
        "--strict-skips", action="store_true", help="count skips as failures, but for missing shared facts"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Turn the report of a skipped test into a failure."""
    report = yield
    if item.config.getoption("--strict-skips") and not hasattr(report, "wasxfail"):
        refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Turn a module that skips itself while it is collected into a failure."""
    report = yield
    if collector.config.getoption("--strict-skips"):
        refuse_skip(report)
    return report


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Mark a skip as failed, unless its reason is one of those allowed."""
    if report.outcome != "skipped" or skip_reason(report) in ALLOWED:
        return
    report.longrepr = f"skipped where every test must run: {skip_reason(report)}"
    report.outcome = "failed"
