"""What a request to basics asks for: what is signed, how, and by whom; read as Java reads JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from registries_mock.ncalayer.errors import Mistyped, ParametersInvalid
from signing.keys import SigningKey

CMS: Final = "cms"
XML: Final = "xml"
_SERIAL_NUMBER: Final = "2.5.4.5"
_UNIT: Final = "2.5.4.11"
_BOOLEANS: Final = {"true": True, "false": False}


@dataclass(frozen=True)
class SignerWanted:
    """Whose key the dialogue offers; what is empty is not asked for."""

    roles: frozenset[str] = frozenset()
    """Extended key usages, all of which the certificate must have."""
    iin: str = field(default="", repr=False)
    bin: str = ""
    serial_number: str = ""
    """Of the certificate, in hex."""

    def fits(self, key: SigningKey) -> bool:
        certificate = key.certificate
        return (
            self.roles <= certificate.extended_key_usage
            and (not self.iin or f"IIN{self.iin}" in certificate.values(_SERIAL_NUMBER))
            and (not self.bin or f"BIN{self.bin}" in certificate.values(_UNIT))
            and (not self.serial_number or self.serial_number.lower().lstrip("0") == f"{certificate.serial_number:x}")
        )


@dataclass(frozen=True)
class Wanted:
    """One request. `decode`: the data is base64; `digested`: it is a digest; `attach`: it goes into the CMS."""

    format: str
    data: tuple[str, ...] = field(repr=False)
    storages: frozenset[str]
    """Empty: any."""
    signer: SignerWanted
    decode: bool = False
    attach: bool = False
    digested: bool = False
    stamped: bool = False
    with_certificate: bool = False


def read_wanted(arguments: Any) -> Wanted:
    """Read the arguments of `sign`; raises Mistyped or ParametersInvalid."""
    if not isinstance(arguments, dict):
        raise Mistyped('JSONObject["args"] is not a JSONObject.')
    how, who = (_read_object(arguments, name) for name in ("signingParams", "signerParams"))
    wanted = Wanted(
        format=_read_text(arguments, "format"),
        data=_read_data(arguments),
        storages=frozenset(_read_list(arguments, "allowedStorages")),
        signer=SignerWanted(
            roles=frozenset(_read_list(who, "extKeyUsageOids")),
            iin=_read_text(who, "iin"),
            bin=_read_text(who, "bin"),
            serial_number=_read_text(who, "serialNumber"),
        ),
        decode=_read_flag(how, "decode"),
        attach=_read_flag(how, "encapsulate"),
        digested=_read_flag(how, "digested"),
        stamped=how.get("tsaProfile") is not None,
        with_certificate=_read_flag(how, "outputCert"),
    )
    if wanted.format not in (CMS, XML):
        raise ParametersInvalid("the format is neither cms nor xml")
    if wanted.digested and wanted.attach:
        raise ParametersInvalid("a digest cannot be put into the signature as its content")
    return wanted


def _read_object(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = holder.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise _mistyped(name, "JSONObject")
    return found


def _read_flag(holder: Mapping[str, Any], name: str) -> bool:
    """A boolean, or its name as a form gives it; absent is false."""
    found = holder.get(name)
    if isinstance(found, str):
        found = _BOOLEANS.get(found.lower(), found)
    if found is None:
        return False
    if not isinstance(found, bool):
        raise _mistyped(name, "Boolean")
    return found


def _read_text(holder: Mapping[str, Any], name: str) -> str:
    found = holder.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise _mistyped(name, "String")
    return found


def _read_list(holder: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = holder.get(name)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise _mistyped(name, "JSONArray")
    return tuple(found)


def _read_data(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """One text or several; none at all is nothing to sign."""
    found = arguments.get("data")
    data = (found,) if isinstance(found, str) else _read_list(arguments, "data")
    if not data:
        raise ParametersInvalid("there is no data")
    return data


def _mistyped(name: str, kind: str) -> Mistyped:
    return Mistyped(f'JSONObject["{name}"] is not a {kind}.')
