"""How many families are compared, of which seed: a few in CI, two thousand by `make coherence`."""

from __future__ import annotations

import os
from typing import Final

FAMILIES: Final = int(os.environ.get("ASP_TEST_COHERENT", "100"))
SEED: Final = int(os.environ.get("ASP_TEST_SEED", "20261"))
