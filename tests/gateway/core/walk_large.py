"""`make walk`: the large worlds, more than a million states, judged as those of the small ones are in the checks."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.gateway.core.small_world import LARGE, walk

MOST = 250_000
"""Of one world; of a larger one so many are walked."""
ENOUGH = 1_000_000


def main() -> int:
    """0 where every state kept the promises and there were enough of them."""
    began, total = time.monotonic(), 0
    with ProcessPoolExecutor() as pool:
        for world, (states, rests, whole) in zip(LARGE, pool.map(walk, LARGE, [MOST] * len(LARGE)), strict=True):
            total += states
            print(f"{world.name}: {states} states, {rests} at rest, {'all of them' if whole else 'not all of them'}")
    print(f"{total} states in {time.monotonic() - began:.0f} s")
    return int(total < ENOUGH)


if __name__ == "__main__":
    sys.exit(main())
