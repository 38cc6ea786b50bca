"""By what signatures are judged here: the settings made into signing's policy, once, for any moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from contracts.errors import SettingInvalid
from gateway.settings import Settings
from signing.errors import SigningError
from signing.policy import MESSAGE_USAGE, Policy
from signing.revocation.assembling import RevocationConfig, build_sources
from signing.revocation.judging import NOT_LOOKED_AT, Mode, RevocationPolicy
from signing.trust import TrustStore

MakePolicy = Callable[[datetime], Policy]
"""Port: the rules of a check at a moment."""


def load_trust(settings: Settings) -> TrustStore:
    """Raises SettingInvalid where the folder cannot be used."""
    try:
        return TrustStore.from_folder(settings.trust_folder)
    except SigningError as error:
        raise SettingInvalid(f"ASP_TRUST_FOLDER cannot be used: {error.code}") from error


def make_document_policy(settings: Settings, trust: TrustStore) -> MakePolicy:
    """For documents that people sign: who may sign them, and how far revocation is asked for, is in the settings."""
    revocation = _describe_revocation(settings)
    policies = frozenset(settings.timestamp_policies)
    return lambda at: Policy(trust, at, revocation, policies)


def make_message_policy(documents: MakePolicy) -> MakePolicy:
    """For messages between systems: the same, for keys that need not be meant for documents."""
    return lambda at: replace(documents(at), key_usage=MESSAGE_USAGE)


def _describe_revocation(settings: Settings) -> RevocationPolicy:
    mode = Mode(settings.revocation)
    if mode is Mode.OFF:
        return NOT_LOOKED_AT
    config = RevocationConfig(
        ocsp_url=settings.ocsp_url or None,
        crl_urls=settings.crl_urls,
        delta_urls=settings.crl_delta_urls,
        cache_folder=settings.revocation_folder,
        # Whoever waits for an authority holds a thread of the API: the others go on serving.
        places=max(1, settings.threads // 2),
    )
    try:
        return RevocationPolicy(mode, build_sources(config))
    except SigningError as error:
        raise SettingInvalid(f"ASP_REVOCATION_FOLDER, or an address beside it, cannot be used: {error}") from error
