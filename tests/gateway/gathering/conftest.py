"""Stages of the kinds that several files need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.gathering.stage import ROW_GUARDED, ROW_GUARDED_2, ROW_LATE, ROW_PEOPLE, Stage, open_stage


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Stage]:
    """A synchronous source, and one that answers late."""
    with open_stage(tmp_path, ROW_PEOPLE, ROW_LATE) as stage:
        yield stage


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Stage]:
    """A source that is open, and one that wants consent, in both waves."""
    with open_stage(tmp_path, ROW_PEOPLE, ROW_GUARDED, ROW_GUARDED_2) as stage:
        yield stage
