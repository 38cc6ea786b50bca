"""Which peers are here, and how each is made ready: zeep.wsse always, node-soap and gSOAP where they are installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from contracts.shep import sync_wsdl
from gateway.settings import bare_environment
from tests.bench.mocks.servers import PEERS as NPM
from tests.bench.peers.running import StartPeer, peer

ZEEP, NODE, GSOAP = "zeep + zeep.wsse", "node-soap + xml-crypto", "gSOAP + wsse"
WANTED: Final[Mapping[str, str]] = {
    NODE: "Node.js, and `npm ci --ignore-scripts` in tests/bench/mocks/peers",
    GSOAP: "g++, gsoap, libgsoap-dev, libssl-dev and zlib1g-dev",
}
_HERE: Final = Path(__file__).parent
_NAMES: Final = _HERE.parents[1] / "registries_mock" / "stacks" / "cpp" / "names.dat"
_GSOAP: Final = Path("/usr/share/gsoap")
_PLUGIN: Final = [_GSOAP / "plugin" / name for name in ("wsseapi.cpp", "smdevp.c", "mecevp.c", "threads.c")]
_SECONDS: Final = 300.0


def zeep_wsse() -> StartPeer:
    return peer([sys.executable, "-m", "tests.bench.peers.zeep_wsse"])


def find_more(built: Path) -> dict[str, StartPeer]:
    """What npm and Debian bring, as far as it is here; what is compiled lies in the folder `built`."""
    found: dict[str, StartPeer] = {}
    if shutil.which("node") and (NPM / "node_modules").is_dir():
        environ = bare_environment() | {"NODE_PATH": str(NPM / "node_modules"), "NODE_NO_WARNINGS": "1"}
        found[NODE] = peer(["node", str(_HERE / "node_soap.js")], environ)
    if all(shutil.which(one) for one in ("g++", "wsdl2h", "soapcpp2")) and _PLUGIN[0].is_file():
        found[GSOAP] = peer([str(compile_gsoap(built))])
    return found


def compile_gsoap(folder: Path) -> Path:
    """The program: wsdl2h reads the WSDL, soapcpp2 writes classes from that and the plugin's header. Half a minute."""
    folder = folder.resolve()
    source, program = _HERE / "gsoap" / "client.cpp", folder / "client"
    if program.is_file() and program.stat().st_mtime > source.stat().st_mtime:
        return program
    folder.mkdir(parents=True, exist_ok=True)
    header = folder / "bus.h"
    _call("wsdl2h", "-c++11", "-d", "-P", "-O4", "-t", _NAMES, "-o", header, sync_wsdl(), cwd=sync_wsdl().parent)
    header.write_text(f'#import "wsse.h"\n{header.read_text(encoding="utf-8")}', encoding="utf-8")
    _call("soapcpp2", "-c++11", "-j", "-C", "-L", "-w", "-x", f"-I{_GSOAP}/import", header.name, cwd=folder)
    flags = ["-std=c++11", "-O2", "-w", "-DWITH_OPENSSL", "-DWITH_DOM", "-DWITH_GZIP", "-DWITH_IPV6", "-I."]
    flags += [f"-I{_GSOAP}/plugin", f"-I{_GSOAP}/custom"]
    files = [source, *_PLUGIN, _GSOAP / "custom" / "struct_timeval.c"]
    _call(
        "g++", *flags, "-o", program.name, *files, "-lgsoapssl++", "-lssl", "-lcrypto", "-lz", "-lpthread", cwd=folder
    )
    return program


def _call(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, cwd=cwd, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr[-2000:]}")
