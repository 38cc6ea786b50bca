"""The two shipped trust stores: the authorities of the Republic of Kazakhstan in production, and their test twins."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PRODUCTION: Final = "production"
TEST: Final = "test"
_SHIPPED: Final = Path(__file__).parent / "trust_anchors"


def find_trust_folder(name: str) -> Path:
    """The folder of a shipped store by its name, or the folder that the text itself names."""
    return _SHIPPED / name if name in (PRODUCTION, TEST) else Path(name)
