"""Signatures inside business documents: the organisation's key for ours, and whose signature counts in a registry's."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.ports import CheckPayload, SignPayload
from contracts.catalogue import Catalogue
from contracts.errors import SettingInvalid, UntrustedAnswer
from gateway.clock import Clock
from gateway.settings import Settings
from signing.certificates import Role
from signing.errors import SigningError
from signing.keys import SigningKey, load_p12
from signing.trust import TrustStore
from signing.xmldsig import sign_enveloped, verify_enveloped


def load_payload_signer(settings: Settings, catalogue: Catalogue) -> SignPayload | None:
    """None where no passport wants a signed payload and no key is there; raises SettingInvalid."""
    file = settings.payload_key_file
    signing = [passport.key for passport in catalogue.passports.values() if passport.request.signed]
    if not file.is_file():
        if not signing:
            return None
        wanted = ", ".join(signing)
        raise SettingInvalid(f"ASP_PAYLOAD_KEY_FILE does not name a file, and {wanted} wants a signed payload")
    try:
        key: SigningKey = load_p12(file.read_bytes(), settings.payload_key_password)
    except (OSError, SigningError) as error:
        raise SettingInvalid("the payload key cannot be used with its ASP_PAYLOAD_KEY_PASSWORD") from error
    return lambda document: sign_enveloped(document, key)


def make_check_payload(trust: TrustStore, bins: Mapping[str, str], clock: Clock) -> CheckPayload:
    """A registry speaks by a key of an information system, and where `bins` has its BIN by one of that organisation."""

    def check(registry: str, document: bytes) -> bytes:
        verdict = verify_enveloped(document, trust=trust, at=clock())
        if verdict.content is None or verdict.signer is None:
            raise UntrustedAnswer(f"the registry's own signature does not hold: {verdict.sub_indication}")
        if Role.ORGANISATION_SYSTEM.label not in verdict.signer.roles:
            # Citizens' keys come from the same authorities, and they are no registry.
            raise UntrustedAnswer("the signer of the registry's document is no information system")
        if registry in bins and verdict.signer.bin != bins[registry]:
            raise UntrustedAnswer("the signer of the registry's document is another organisation than is set")
        return verdict.content

    return check
