"""Random families of a seed, as the command line shows them: whom a registry could be asked about, and no more."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, Final

from tests.coherence.family import TODAY

COMMAND: Final = [sys.executable, "-c", "from registries_mock.cli import main; main()"]


def sample(count: int, seed: int) -> list[Any]:
    """The applications of so many families."""
    options = ["--seed", str(seed), "--today", TODAY, "--sample", str(count), "--json"]
    shown = subprocess.run([*COMMAND, "people", *options], capture_output=True, text=True, check=True)
    return [one["application"] for one in json.loads(shown.stdout)]
