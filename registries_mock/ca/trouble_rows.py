"""One row of the centre's misbehaviour on demand: which service, how, how often, when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from registries_mock.failure_words import (
    COMMON,
    HELD_SECONDS,
    LATE_SECONDS,
    describe_window,
    is_within,
    read_seconds,
    read_times,
    read_variant,
    read_window,
)

_HOUR, _DAY = 3600.0, 86_400.0
_NO_VARIANTS: Final[tuple[str, ...]] = ()


class Service(StrEnum):
    """What the centre answers."""

    CRL = "crl"
    OCSP = "ocsp"
    TSP = "tsp"


@dataclass(frozen=True)
class _Rule:
    """To which services a kind can happen, each with its variants, the first where the row says none."""

    services: Mapping[Service, tuple[str, ...]]
    seconds: float = 0.0
    """Where the row says none."""
    most: float = HELD_SECONDS


def _anywhere(seconds: float = 0.0) -> _Rule:
    return _Rule(dict.fromkeys(Service, _NO_VARIANTS), seconds)


_SIGNERS: Final = ("other-key", "untrusted-key", "wrong-role")
_NONCES: Final = ("missing", "wrong")
KINDS: Final[Mapping[str, _Rule]] = MappingProxyType(
    {
        "silence": _anywhere(HELD_SECONDS),
        "slow": _anywhere(),
        "reset": _anywhere(),
        "html_503": _anywhere(),
        "html_200": _anywhere(),
        "http_500": _anywhere(),
        "garbage": _anywhere(),
        "truncated": _anywhere(),
        "stale": _Rule({Service.OCSP: ("old", "expired"), Service.CRL: ("expired",)}, _DAY, LATE_SECONDS),
        "future": _Rule({Service.OCSP: _NO_VARIANTS, Service.TSP: _NO_VARIANTS}, _HOUR, LATE_SECONDS),
        "wrong_signer": _Rule({Service.OCSP: _SIGNERS, Service.TSP: _SIGNERS, Service.CRL: _SIGNERS[:2]}),
        "declined": _Rule(
            {
                Service.OCSP: ("try_later", "malformed_request", "internal_error", "sign_required", "unauthorized"),
                Service.TSP: ("system_failure", "time_not_available", "bad_request"),
            }
        ),
        "unknown": _Rule({Service.OCSP: ("unknown", "never-issued")}),
        "other_serial": _Rule({Service.OCSP: _NO_VARIANTS}),
        "nonce": _Rule({Service.OCSP: _NONCES, Service.TSP: _NONCES}),
        "other_list": _Rule({Service.CRL: ("other-authority", "other-kind")}),
        "wrong_imprint": _Rule({Service.TSP: _NO_VARIANTS}),
        "wrong_policy": _Rule({Service.TSP: _NO_VARIANTS}),
    }
)
NAMES: Final = tuple(
    f"{rank}{half}{changes}" for rank in ("root", "issuing") for half in ("", "_gost") for changes in ("", "_d")
)
"""Of all lists."""
_TEXTS: Final = ("kind", "service", "name", "variant")


@dataclass(frozen=True)
class Trouble:
    """One row. An empty service fits all to which the kind can happen, an empty name all lists."""

    id: int
    kind: str
    service: str = ""
    name: str = ""
    """Of a list, without its ending: `issuing_gost`, `issuing_d`."""
    variant: str = ""
    seconds: float = 0.0
    times: int | None = None
    """How many exchanges are left to fail; None: until it is taken away."""
    since: datetime | None = None
    until: datetime | None = None
    """By the suite's clock: from the first moment on, before the other."""

    def fits(self, service: Service, name: str, now: datetime) -> bool:
        can_happen = service in KINDS[self.kind].services and self.service in ("", service)
        return can_happen and self.name in ("", name) and is_within(now, self.since, self.until)

    def describe(self) -> dict[str, Any]:
        """The row in the words of the control API."""
        return describe_window(asdict(self))


def read_trouble(wanted: Mapping[str, Any], number: int) -> Trouble:
    """The row with this number; raises ValueError with a sentence."""
    unknown = set(wanted) - COMMON - set(_TEXTS)
    if unknown:
        raise ValueError(f"{min(unknown)} is not a word of a trouble")
    if not all(isinstance(wanted.get(name, ""), str) for name in _TEXTS):
        raise ValueError(f"{', '.join(_TEXTS)} are texts")
    texts: dict[str, str] = {name: wanted[name] for name in _TEXTS if name in wanted}
    rule = KINDS.get(texts.get("kind", ""))
    if rule is None:
        raise ValueError(f"kind is one of {', '.join(KINDS)}")
    since, until = read_window(wanted)
    variant = _read_variant(texts, rule)
    return Trouble(
        id=number,
        kind=texts["kind"],
        service=texts.get("service", ""),
        name=_read_name(texts),
        variant=variant,
        seconds=read_seconds(wanted, rule.seconds, rule.most),
        times=read_times(wanted),
        since=since,
        until=until,
    )


def _read_variant(texts: Mapping[str, str], rule: _Rule) -> str:
    service = texts.get("service", "")
    choices = {one: variants for one, variants in rule.services.items() if service in ("", one)}
    if not choices or len(set(choices.values())) > 1:
        # Where the services differ in their variants, one has to be said.
        raise ValueError(f"for this kind service is one of {', '.join(rule.services)}")
    return read_variant(texts.get("variant", ""), next(iter(choices.values())))


def _read_name(texts: Mapping[str, str]) -> str:
    name = texts.get("name", "")
    if name and texts.get("service") != Service.CRL:
        raise ValueError("name is that of a list, so service is crl")
    if name and name not in NAMES:
        raise ValueError(f"name is one of {', '.join(NAMES)}")
    return name
