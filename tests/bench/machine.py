"""Where and with what was measured: a figure without these says nothing."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import pycurl
from lxml import etree

from gateway.clock import now

_LIBRARIES = ("lxml", "pycurl", "zeep", "requests", "tenacity", "Flask", "waitress", "SQLAlchemy", "cryptography")


def describe_machine() -> dict[str, str]:
    """Date, machine, load at the start, versions."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    curl = pycurl.version_info()[1]
    return {
        "date": now().date().isoformat(),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        "load": " ".join(f"{load:.2f}" for load in os.getloadavg()),
        "versions": f"Python {platform.python_version()}, {libraries}, libcurl {curl}, libxml2 {_libxml()}",
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _libxml() -> str:
    return ".".join(str(part) for part in etree.LIBXML_VERSION)
