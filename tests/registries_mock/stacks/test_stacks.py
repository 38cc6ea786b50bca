"""Independent SOAP stacks in six languages read the served WSDL and hold a course of either channel with the mock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registries_mock.stacks.languages import STACKS, Stack, call
from tests.registries_mock.stacks.served import Served, served
from tests.registries_mock.stacks.told import assert_told


@pytest.fixture(scope="module")
def suite() -> Iterator[Served]:
    with served() as one:
        yield one


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_of_another_house_asks_both_channels_from_the_served_wsdl(
    stack: Stack, suite: Served, tmp_path: Path
) -> None:
    if not stack.is_there():
        pytest.skip(f"{stack.name} is not installed: .ci/run says what brings it")
    assert_told(json.loads(call(*stack.prepare(tmp_path, suite.url), *suite.arguments())), suite)
