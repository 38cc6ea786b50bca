"""Whether a server is there: one HEAD over libcurl, without keys or data, by the same TLS rules as the exchanges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pycurl

from adapters.http.curl import new_handle, translate
from adapters.ports import Deadline
from contracts.errors import RegistryTimedOut, SettingInvalid

_CERTIFICATE_DATE = "%b %d %H:%M:%S %Y GMT"
_LONGEST_HEAD = 65_536


@dataclass(frozen=True)
class Reached:
    """What a server said of itself, whatever its status: it answered."""

    status: int
    seconds: float
    clock: datetime | None
    """By its header Date, in whole seconds; None where it has none."""
    certificate_ends: datetime | None
    """Of its TLS certificate; None where it speaks plain HTTP."""


def reach_server(url: str, *, deadline: Deadline, ca_file: str = "", connect_seconds: float = 3.0) -> Reached:
    """Raises RegistryTimedOut, RegistryUnavailable, UntrustedAnswer (TLS) or SettingInvalid."""
    left = int(deadline.remaining() * 1000)
    if left <= 0:
        raise RegistryTimedOut("the deadline was over before anything was sent")
    heads: list[bytes] = []
    handle = new_handle(ca_file)
    try:
        handle.setopt(pycurl.URL, url)
        handle.setopt(pycurl.NOBODY, 1)
        handle.setopt(pycurl.OPT_CERTINFO, 1)
        handle.setopt(pycurl.HEADERFUNCTION, lambda line: _keep(heads, line))
        handle.setopt(pycurl.TIMEOUT_MS, left)
        handle.setopt(pycurl.CONNECTTIMEOUT_MS, max(1, min(left, int(connect_seconds * 1000))))
        handle.perform()
        return Reached(
            status=handle.getinfo(pycurl.RESPONSE_CODE),
            seconds=handle.getinfo(pycurl.TOTAL_TIME),
            clock=_find_date(heads),
            certificate_ends=_find_end(handle.getinfo(pycurl.INFO_CERTINFO)),
        )
    except pycurl.error as error:
        raise translate(error) from error
    except UnicodeEncodeError as error:
        raise SettingInvalid("the address is not an http or https address") from error
    finally:
        handle.close()


def _keep(heads: list[bytes], line: bytes) -> int | None:
    if sum(map(len, heads)) + len(line) > _LONGEST_HEAD:
        return 0
    heads.append(line)
    return None


def _find_date(heads: list[bytes]) -> datetime | None:
    for line in heads:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"date":
            try:
                at = parsedate_to_datetime(value.strip().decode("latin-1"))
            except ValueError:
                return None
            return at if at.tzinfo else None
    return None


def _find_end(chain: list[list[tuple[str, str]]]) -> datetime | None:
    """When the first certificate to run out does so, of those that the server sent."""
    ends = [_read_date(value) for certificate in chain for name, value in certificate if name == "Expire date"]
    return min((end for end in ends if end is not None), default=None)


def _read_date(text: str) -> datetime | None:
    try:
        return datetime.strptime(" ".join(text.split()), _CERTIFICATE_DATE).replace(tzinfo=UTC)
    except ValueError:
        return None
