"""Sealing at rest: AES-256-GCM under a key file; what is sealed for one row cannot be opened as another's."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contracts.errors import SettingInvalid, StoreUnavailable

_VERSION = b"\x01"
_NONCE_BYTES = 12
_KEY_BYTES = 32


def create_key_file(path: Path) -> None:
    """A new random key, readable by its owner only; an existing file is left alone.

    Of several processes that start at once one makes it, and none sees half of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(_KEY_BYTES)) + b"\n")
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        return
    finally:
        beside.unlink()


class Sealer:
    """Seals and opens bytes; `context` names the row (`table:id:column`) and is bound into the seal."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)
        self._mac_key = hmac.digest(key, b"asp-gateway fingerprint", "sha256")

    @classmethod
    def from_file(cls, path: Path) -> Sealer:
        """Raises SettingInvalid where the file is not a key of 32 bytes in base64."""
        try:
            key = base64.b64decode(path.read_bytes().strip(), validate=True)
        except OSError as error:
            raise SettingInvalid("the key file cannot be read") from error
        except (binascii.Error, ValueError):
            # The foreign error quotes the file's content, which is a key.
            raise SettingInvalid("the key file is not base64") from None
        if len(key) != _KEY_BYTES:
            raise SettingInvalid("the key file does not hold 32 bytes")
        return cls(key)

    def seal(self, plain: bytes, context: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._aead.encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Raises StoreUnavailable where the key is another or the bytes were changed."""
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._aead.decrypt(nonce, body, context.encode())
        except InvalidTag as error:
            raise StoreUnavailable("a sealed value cannot be opened with this key") from error

    def fingerprint(self, plain: bytes) -> str:
        """A keyed hash, to find equal values: an IIN is too short for a plain one to hide it."""
        return hmac.digest(self._mac_key, plain, "sha256").hex()
