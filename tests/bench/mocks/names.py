"""What the series of a run are called, and the versions of the programs that are compared."""

from __future__ import annotations

import json
from typing import Final

from tests.bench.keeping import name_version
from tests.bench.mocks.servers import PEERS

OURS: Final = "ours"
FLOOR: Final = "floor"
"""On waitress."""
OWN: Final = "floor, own server"
IDEAL: Final = "ideal"
"""No server: what so many who ask at once could be given at best."""

_CALLED: Final = {"@mbtest/mountebank": "mountebank", "soap": "node-soap", "wiremock": "WireMock"}


def name_programs(*, peers: bool) -> list[str]:
    """The load's, and the peers' as their folder has them locked, with what they run on."""
    load = [name_version("wrk", ["wrk", "-v"])]
    if not peers:
        return load
    wanted = json.loads((PEERS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = [f"{_CALLED.get(name, name)} {wanted[name]}" for name in wanted]
    beneath = [name_version("Java", ["java", "--version"]), name_version("Node.js", ["node", "--version"], 0)]
    return [*packages, *beneath, *load]
