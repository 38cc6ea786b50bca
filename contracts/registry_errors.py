"""What a registry, the bus or a missing consent did to a question: each becomes the cause of a `no_answer`."""

from __future__ import annotations

from contracts.error_root import GatewayError


class RegistryError(GatewayError):
    """No answer came: the cause is kept beside the inquiry, never shown as an empty result."""

    code = "registry-error"
    title = "The registry did not answer."
    http_status = 502
    may_have_arrived: bool = True
    """False where it is certain that the message did not reach the registry, so that nothing late can come of it."""


class RegistryUnavailable(RegistryError):
    code = "registry-unavailable"
    title = "The registry could not be reached."
    retryable = True


class RegistryTimedOut(RegistryError):
    code = "registry-timed-out"
    title = "The registry did not answer within the deadline."
    retryable = True


class RegistryFailed(RegistryError):
    code = "registry-failed"
    title = "The registry said that it failed, and another try may help."
    retryable = True


class RegistryRefused(RegistryError):
    code = "registry-refused"
    title = "The registry understood the request and refused it."


class AnswerUnclassified(RegistryError):
    code = "unclassified"
    title = "The registry answered with a code that its passport does not list."


class AnswerAmbiguous(RegistryError):
    code = "ambiguous"
    title = "Several records match the subject."


class AnswerOfAnother(RegistryError):
    code = "another-subject"
    title = "The registry answered about somebody else than was asked about."


class ConsentMissing(RegistryError):
    code = "consent-missing"
    title = "The subject's consent to personal data is not there."


class ConsentPending(ConsentMissing):
    code = "consent-pending"
    title = "The person was asked for consent and has not answered yet."
    retryable = True


class ConsentRefused(ConsentMissing):
    code = "consent-refused"
    title = "The person said no to the question for consent."


class ConsentExpired(ConsentMissing):
    code = "consent-expired"
    title = "The person did not answer the question for consent in time."


class ConsentRevoked(ConsentMissing):
    code = "consent-revoked"
    title = "A consent that was given does not hold any more: the person took it back, or a source says so."


class ConsentNoPhone(ConsentMissing):
    code = "consent-no-phone"
    title = "The citizens' phone base knows no phone of the person, so that nobody could be asked for consent."


class ConsentNotAsked(ConsentMissing):
    """Not the person's doing: the consent service is silent, or could not send its message."""

    code = "consent-not-asked"
    title = "The consent service could not ask the person."
    retryable = True


class ConsentStale(ConsentMissing):
    """Between a source's refusal of a token and the next one."""

    code = "consent-stale"
    title = "The source did not take the token of a consent; it is asked for anew."
    retryable = True


class ContractBroken(RegistryError):
    code = "contract-broken"
    title = "The registry answered in a shape that was not agreed on."
    too_long: bool = False
    """True where the reply was not read to its end: asked for less, the registry may answer in fewer bytes."""

    @classmethod
    def of_length(cls, limit: int) -> ContractBroken:
        broken = cls(f"the reply is longer than {limit} bytes")
        broken.too_long = True
        return broken


class UntrustedAnswer(RegistryError):
    code = "untrusted-answer"
    title = "The answer's signature is missing, wrong, or not by a trusted key."


class SignerUnconfirmed(RegistryError):
    code = "signer-unconfirmed"
    title = "Whether the certificate of the answer's signer is revoked could not be learnt."
    retryable = True


class RegistryNotAsked(RegistryError):
    """Nothing was sent, on purpose: it says nothing of the registry, and it is no try."""

    code = "registry-not-asked"
    title = "The registry is not asked now."
    retryable = True
    may_have_arrived = False


class RegistryResting(RegistryNotAsked):
    code = "registry-resting"
    title = "The registry failed many times in a row and is left alone for a while."


class RegistryInMaintenance(RegistryNotAsked):
    code = "registry-maintenance"
    title = "The registry is away in these hours, as its passport says."


class RegistrySwitchedOff(RegistryNotAsked):
    code = "registry-switched-off"
    title = "An operator has switched off asking this registry."


class QuotaUsedUp(RegistryNotAsked):
    code = "registry-quota"
    title = "The registry takes no more messages from us in this minute."
