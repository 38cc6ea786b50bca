"""Signatures inside business documents: the organisation's key for ours, and whose signature counts in a registry's."""

from __future__ import annotations

from collections.abc import Mapping

from signing.xmldsig.signing import sign_enveloped
from signing.xmldsig.verifying import verify_enveloped

from adapters.ports import CheckPayload, SignPayload
from contracts.catalogue import Catalogue
from contracts.errors import SettingInvalid, UntrustedAnswer
from gateway.bus_signatures import load_key
from gateway.clock import Clock
from gateway.settings import Settings
from gateway.signature_policy import MakePolicy
from signing.certificates import Role

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
    return lambda document: sign_enveloped(document, key)


def make_check_payload(policy: MakePolicy, bins: Mapping[str, str], clock: Clock) -> CheckPayload:
    """A registry speaks by a key of an information system, and where `bins` has its BIN by one of that organisation."""

    def check(registry: str, document: bytes) -> bytes:
        verdict = verify_enveloped(document, policy(clock()))
        one = verdict.only_signer
        if verdict.content is None or one is None or one.signer is None:
            raise UntrustedAnswer(f"the registry's own signature does not hold: {verdict.sub_indication}")
        if Role.ORGANISATION_SYSTEM.label not in one.signer.roles:
            # Citizens' keys come from the same authorities, and they are no registry.
            raise UntrustedAnswer("the signer of the registry's document is no information system")
        if registry in bins and one.signer.bin != bins[registry]:
            raise UntrustedAnswer("the signer of the registry's document is another organisation than is set")
        return verdict.content

    return check
