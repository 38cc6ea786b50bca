"""Signatures inside business documents: the organisation's key for ours, and whose signature counts in a registry's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from adapters.ports import CheckPayload, SignPayload
from contracts.catalogue import Catalogue
from contracts.errors import SettingInvalid
from gateway.clock import Clock
from gateway.own_keys import load_key, sign_with
from gateway.settings import Settings
from gateway.signature_policy import MakePolicy
from gateway.trusted_signers import expect_system, trust_content
from signing.cms.making import sign_detached
from signing.keys import SigningKey
from signing.xmldsig.signing import sign_enveloped
from signing.xmldsig.verifying import verify_enveloped

_VARIABLE = "ASP_PAYLOAD_KEY_FILE"


def load_payload_key(settings: Settings, catalogue: Catalogue) -> SigningKey | None:
    """None where no passport wants a signed payload and no key is there; raises SettingInvalid."""
    file = settings.payload_key_file
    signing = [passport.key for passport in catalogue.passports.values() if passport.request.signed]
    if not file.is_file():
        if not signing:
            return None
        wanted = ", ".join(signing)
        raise SettingInvalid(f"{_VARIABLE} does not name a file, and {wanted} wants a signed payload")
    return load_key(file, settings.payload_key_password, _VARIABLE, production=settings.is_production)


def make_sign_payload(key: SigningKey) -> SignPayload:
    """Signs a business document; raises SigningFailed where the key does not."""
    return sign_with(key, sign_enveloped, "a document that was to be sent")


def make_sign_letter(key: SigningKey, clock: Clock) -> Callable[[bytes], bytes]:
    """A detached CMS over a letter, by the organisation's key; raises SigningFailed where the key does not sign."""
    return sign_with(key, lambda document, own: sign_detached(document, own, clock()), "a letter")


def make_check_payload(policy: MakePolicy, bins: Mapping[str, str], clock: Clock) -> CheckPayload:
    """A registry speaks by a key of an information system, and where `bins` has its BIN by one of that organisation."""

    def check(registry: str, document: bytes) -> bytes:
        rules = replace(policy(clock()), signer_rule=expect_system(bins.get(registry, "")))
        return trust_content(verify_enveloped(document, rules), f"the registry {registry}")

    return check
