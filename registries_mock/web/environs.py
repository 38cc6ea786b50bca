"""A request as WSGI hands it to an application (PEP 3333)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import httptools

from registries_mock.web.reading import Request, RequestRefused

_USUAL_NAME: Final = 64
"""Keys of longer names are not kept: what callers send must not stay."""
_PLAIN: Final = MappingProxyType({b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"})


def write_environ(request: Request, base: Mapping[str, Any]) -> dict[str, Any]:
    """The environ; `base` is what all requests of a connection have. Raises RequestRefused for a bad address."""
    try:
        address = httptools.parse_url(request.target)
    except httptools.HttpParserInvalidURLError as failure:
        raise RequestRefused("400 Bad Request") from failure
    path = address.path or b"/"
    environ: dict[str, Any] = {
        **base,
        "REQUEST_METHOD": request.method,
        "PATH_INFO": (unquote_to_bytes(path) if b"%" in path else path).decode("latin-1"),
        "QUERY_STRING": (address.query or b"").decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
        "wsgi.input": BytesIO(request.body),
        "CONTENT_LENGTH": str(len(request.body)) if request.body else "",
    }
    for name, value in request.headers:
        key = _known_key_of(name) if len(name) <= _USUAL_NAME else _key_of(name)
        if key == "CONTENT_LENGTH" or not key:
            continue
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ


def describe_connection(host: str, port: int, caller: str, *, is_secure: bool) -> dict[str, Any]:
    """What all requests of a connection have."""
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": caller,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https" if is_secure else "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }


def _key_of(name: bytes) -> str:
    """The header's key; "" for one that another header could be taken for."""
    lower = name.lower()
    if lower in _PLAIN:
        return _PLAIN[lower]
    return "" if b"_" in lower else f"HTTP_{lower.decode('latin-1').upper().replace('-', '_')}"


_known_key_of: Final = lru_cache(1024)(_key_of)
