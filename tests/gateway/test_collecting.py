"""The collector of a process that serves: what was loaded stays, what comes later is collected."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import gc, weakref
from gateway.collecting import settle_collector

class Ring:
    def __init__(self):
        self.me = self

loaded = [Ring() for _ in range(100)]
settle_collector()
assert gc.get_freeze_count() > 100
assert not any(one is thing for one in loaded for thing in gc.get_objects())
left = weakref.ref(Ring())
gc.collect()
assert left() is None
"""


def test_what_was_loaded_is_left_alone_and_rings_that_come_later_are_collected() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, timeout=60)
