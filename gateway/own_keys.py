"""Our own keys: opened from their files, and looked at as those who get our signatures will look at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from logging import WARNING
from pathlib import Path

from contracts.errors import SettingInvalid, SigningFailed
from gateway.logs import log_event
from signing.errors import SigningError
from signing.files import read_bounded
from signing.judging import Claims, judge_signer
from signing.keys import SigningKey, load_p12
from signing.policy import Policy
from signing.revocation.judging import NOT_LOOKED_AT
from signing.verdict import stage_passed

_MOST_KEY_BYTES = 1_000_000


def load_key(file: Path, password: str, variable: str, *, production: bool) -> SigningKey:
    """The key of a PKCS#12 file; raises SettingInvalid, naming the variable.

    In production a GOST key is used only where the fast library signs with it: pure Python is not constant-time.
    """
    if not file.is_file():
        raise SettingInvalid(f"{variable} does not name a file")
    try:
        return load_p12(read_bounded(file, _MOST_KEY_BYTES), password, allow_pure=not production)
    except SigningError as error:
        raise SettingInvalid(f"{variable}: {error}") from error
    except OSError as error:
        raise SettingInvalid(f"{variable}: the file cannot be read: {error.strerror}") from error


def sign_with(key: SigningKey, sign: Callable[[bytes, SigningKey], bytes], what: str) -> Callable[[bytes], bytes]:
    """Signs one document after another by this key; raises SigningFailed where it does not, saying what was signed."""

    def use_key(document: bytes) -> bytes:
        try:
            return sign(document, key)
        except SigningError as error:
            raise SigningFailed(f"{what} could not be signed: {error.code}") from error

    return use_key


def find_unfitness(key: SigningKey, policy: Policy) -> str | None:
    """A sentence on why others would refuse what the key signs, by the same rules as ours; None where they would not.

    Whether its certificate is revoked is not asked.
    """
    claims = Claims(stage_passed("It will be ours."), key.suite.name, key.certificate)
    hindrance = judge_signer(claims, replace(policy, revocation=NOT_LOOKED_AT)).hindrance
    return None if hindrance is None else hindrance[1].reason


def check_own_key(key: SigningKey, variable: str, policy: Policy, *, production: bool) -> None:
    """Raises SettingInvalid in production for a key whose signatures nobody would accept; elsewhere the log tells."""
    reason = find_unfitness(key, policy)
    if reason is None:
        return
    if production:
        raise SettingInvalid(f"{variable}: others would refuse what this key signs: {reason}")
    log_event("own_key_unfit", level=WARNING, setting=variable, reason=reason)
