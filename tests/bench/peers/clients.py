"""Which peers are here: zeep.wsse always, node-soap after `npm ci`, gSOAP where Debian's packages are."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from gateway.settings import bare_environment
from tests.bench.mocks.servers import PEERS as NPM
from tests.bench.peers.running import StartPeer, peer

HERE: Final = Path(__file__).parent
ZEEP, NODE, GSOAP = "zeep + zeep.wsse", "node-soap + xml-crypto", "gSOAP + wsse"
WITHOUT: Final = {
    NODE: "wants Node.js, and npm ci in tests/bench/mocks/peers",
    GSOAP: "wants g++, gsoap, libgsoap-dev and libssl-dev",
}


def find_peers(built: Path, *, more: bool) -> Iterator[tuple[str, StartPeer]]:
    """Those that are here; `more`: what npm and Debian bring. What is compiled lies in the folder `built`."""
    yield ZEEP, peer([sys.executable, "-m", "tests.bench.peers.zeep_wsse"])
