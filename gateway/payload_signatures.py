"""Signatures inside business documents: the organisation's key for ours, and whose signature counts in a registry's."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.ports import CheckPayload, SignPayload
from contracts.catalogue import Catalogue
from contracts.errors import SettingInvalid, SigningFailed
from gateway.bus_signatures import load_key
from gateway.clock import Clock
from gateway.settings import Settings
from gateway.signature_policy import MakePolicy
from gateway.trusted_signers import trust_content
from signing.errors import SigningError
from signing.xmldsig.signing import sign_enveloped
from signing.xmldsig.verifying import verify_enveloped

_VARIABLE = "ASP_PAYLOAD_KEY_FILE"


def load_payload_signer(settings: Settings, catalogue: Catalogue) -> SignPayload | None:
    """None where no passport wants a signed payload and no key is there; raises SettingInvalid."""
    file = settings.payload_key_file
    signing = [passport.key for passport in catalogue.passports.values() if passport.request.signed]
    if not file.is_file():
        if not signing:
            return None
        wanted = ", ".join(signing)
        raise SettingInvalid(f"{_VARIABLE} does not name a file, and {wanted} wants a signed payload")
    key = load_key(file, settings.payload_key_password, _VARIABLE, production=settings.is_production)

    def sign(document: bytes) -> bytes:
        try:
            return sign_enveloped(document, key)
        except SigningError as error:
            raise SigningFailed(f"a document that was to be sent could not be signed: {error.code}") from error

    return sign


def make_check_payload(policy: MakePolicy, bins: Mapping[str, str], clock: Clock) -> CheckPayload:
    """A registry speaks by a key of an information system, and where `bins` has its BIN by one of that organisation."""

    def check(registry: str, document: bytes) -> bytes:
        verdict = verify_enveloped(document, policy(clock()))
        return trust_content(verdict, f"the registry {registry}", expected_bin=bins.get(registry, ""))

    return check
