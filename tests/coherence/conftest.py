"""The packaged catalogue, loaded once: from it the readers know where each registry says what."""

from __future__ import annotations

import pytest

from contracts.catalogue import Catalogue, load_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()
