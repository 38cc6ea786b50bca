"""Vocabulary records as bytes and back: dates, money and coded values keep their types."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, get_args

from contracts.exchange import Voucher
from contracts.vocabulary.terms import Coded, Record


def encode_record(record: Record) -> bytes:
    return _ENCODER.encode(record).encode()


def decode_record(data: bytes) -> Record:
    record: Record = json.loads(data, object_hook=_untag)
    return record


def encode_vouchers(vouchers: Sequence[Voucher]) -> str:
    return ",".join(vouchers)


def decode_vouchers(text: str) -> tuple[Voucher, ...]:
    return tuple(word for word in get_args(Voucher) if word in text.split(","))


def _tag(value: object) -> dict[str, Any]:
    match value:
        case Decimal():
            return {"$decimal": str(value)}
        case date():
            return {"$date": value.isoformat()}
        case Coded():
            return {"$coded": [value.code, value.value, value.ru, value.kk]}
    raise TypeError(f"a record holds no {type(value).__name__}")


_ENCODER: Final = json.JSONEncoder(default=_tag, ensure_ascii=False, separators=(",", ":"), check_circular=False)


def _untag(node: dict[str, Any]) -> Any:
    if len(node) == 1:
        match next(iter(node.items())):
            case ("$decimal", str(text)):
                return Decimal(text)
            case ("$date", str(text)):
                return date.fromisoformat(text)
            case ("$coded", [code, value, ru, kk]):
                return Coded(code, value, ru, kk)
    return node


def plain(value: Any) -> Any:
    """The value as people and other programs read it in JSON: ISO dates, money as text, codes with their names."""
    match value:
        case dict():
            return {name: plain(item) for name, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case Coded():
            return {"code": value.code, "value": value.value, "ru": value.ru, "kk": value.kk}
    return value
