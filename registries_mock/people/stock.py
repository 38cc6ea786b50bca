"""The stock of words from which people are made (data/*.toml), each file read once, when first asked for."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import tomli

_FOLDER = Path(__file__).parent / "data"


@cache
def read_stock(name: str) -> dict[str, Any]:
    return tomli.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"), parse_float=Decimal)
