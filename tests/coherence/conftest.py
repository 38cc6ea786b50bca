"""The packaged catalogue, from which readers know where each registry says what; and a served suite to ask."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing

import pytest

from contracts.catalogue import Catalogue, load_catalogue
from tests.coherence.registries import MOMENT, Registries
from tests.coherence.sampling import COMMAND
from tests.coherence.settings import SEED


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def registries(catalogue: Catalogue) -> Iterator[Registries]:
    """Of a process of its own; its time is virtual, so that nobody waits for late replies."""
    options = ["--port", "0", "--seed", str(SEED), "--clock", "virtual", "--clock-start", MOMENT]
    with subprocess.Popen([*COMMAND, "serve", *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            with closing(Registries(process.stdout.readline().split()[-1], catalogue)) as registries:
                yield registries
        finally:
            process.kill()
