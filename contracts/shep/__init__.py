"""SHEP's own contracts as data: WSDL and XSD of SyncChannel v10 and AsyncChannel v10, and how they are published.

All files lie in this one folder and name each other by bare file name, so that publishing at one address is a plain
replacement of attributes. `docs/shep.md` says what they follow and what is assumed.
"""

import re
from pathlib import Path
from xml.sax.saxutils import escape

WSDL_FILES = (
    "sync.wsdl",
    "sync-interface.wsdl",
    "async.wsdl",
    "async-interface.wsdl",
    "async-client.wsdl",
    "async-client-interface.wsdl",
)
XSD_FILES = (
    "common.xsd",
    "sync-types.xsd",
    "sync-request.xsd",
    "sync-response.xsd",
    "async-types.xsd",
    "async-itypes.xsd",
    "async-client-types.xsd",
)

_FOLDER = Path(__file__).parent
_ADDRESS = re.compile(r'(<soap:address location=")http://127\.0\.0\.1/[^"]*(")')
_REFERENCE = re.compile(r'(\b(?:schemaLocation|location)=")([a-z-]+\.(wsdl|xsd))(")')


def sync_wsdl() -> Path:
    """Return the WSDL of `ISyncChannelHttpService`: the bus, and every provider that the bus calls."""
    return _FOLDER / "sync.wsdl"


def async_wsdl() -> Path:
    """Return the WSDL of `AsyncChannelHttpService`: the bus."""
    return _FOLDER / "async.wsdl"


def async_client_wsdl() -> Path:
    """Return the WSDL of `AsyncChannelClientHttpService`: a participant to whom the bus pushes."""
    return _FOLDER / "async-client.wsdl"


def schema(name: str) -> Path:
    """Return one of `XSD_FILES`, such as `common.xsd`; any other name is a `LookupError`."""
    return _known(name, XSD_FILES)


def published(name: str, base_url: str) -> bytes:
    """Return one of our files as UTF-8 bytes, fit to be served under `base_url` (absolute, without a query).

    References become `?xsd=NAME` and `?wsdl=NAME`, relative to the address that they are served at; the address of
    the service becomes `base_url`. `LookupError` for a name that is not in `WSDL_FILES` or `XSD_FILES`.
    """
    text = _known(name, WSDL_FILES + XSD_FILES).read_text(encoding="utf-8")
    address = escape(base_url, {'"': "&quot;"})
    text = _REFERENCE.sub(r"\1?\3=\2\4", text)
    # A function, because a backslash in an address must not be read as a group.
    text = _ADDRESS.sub(lambda found: f"{found[1]}{address}{found[2]}", text)
    return text.encode("utf-8")


def _known(name: str, names: tuple[str, ...]) -> Path:
    if name not in names:
        raise LookupError(f"no such SHEP contract file: {name[:60]!r}")
    return _FOLDER / name
