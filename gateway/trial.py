"""Whether a trust folder believes a test authority: the mock's, or a test root of the national authority (ТЕСТ)."""

from __future__ import annotations

from pathlib import Path

from contracts.errors import SettingInvalid

MARKS = ("registries mock", "mock root", "mock issuing", "тест", "test")
"""In the names of authorities whose keys anybody can get; a true authority's name has none of these words."""


def holds_test_authority(folder: Path) -> bool:
    """True where an authority of the folder is named as one for tests; raises SettingInvalid for an unusable folder."""
    # Imported where it is used: reading settings of development needs no cryptography.
    from signing.errors import SigningError
    from signing.trust import TrustStore

    try:
        store = TrustStore.from_folder(folder)
    except SigningError as error:
        raise SettingInvalid(f"ASP_TRUST_FOLDER: {error.code}") from error
    authorities = (*store.anchors, *store.intermediates)
    names = [value.casefold() for authority in authorities for _, value in authority.subject]
    return any(mark in name for mark in MARKS for name in names)
