"""A catalogue of one's own, beside the packaged one."""

from pathlib import Path

import pytest


@pytest.fixture
def own_catalogue(tmp_path: Path) -> Path:
    """An empty folder is a catalogue that adds nothing."""
    return tmp_path
