"""The one tree of errors: whose fault it is, a stable code, and whether another try may help.

GatewayError
  CallerError        the caller must change the request
    MalformedInput  InvalidInput  SignatureRefused  CallerUnknown  NotAllowed  NotFound  MethodNotAllowed  Conflict
    TooManyRequests  TooLarge  ContentUnsupported
  RegistryError      the registry failed us; becomes the cause of a `no_answer`
    RegistryUnavailable  RegistryTimedOut  RegistryFailed  RegistryRefused  AnswerUnclassified
    AnswerAmbiguous  AnswerOfAnother  ContractBroken  UntrustedAnswer  SignerUnconfirmed
    ConsentMissing     no token of a person's, which a source wants: the applicant's matter, never its owner's
      ConsentPending  ConsentRefused  ConsentExpired  ConsentRevoked  ConsentNoPhone
      ConsentNotAsked  ConsentStale   ours and the consent service's: the applicant can do nothing
    RegistryNotAsked   we sent nothing, on purpose, and another try may help
      RegistryResting  RegistryInMaintenance  RegistrySwitchedOff  QuotaUsedUp
  NoticeError        a notice did not reach the applicant by one channel; its delivery says why
    DeliveryFailed  DeliveryRefused
  OperatorError      our own set-up is wrong
    SettingInvalid  CatalogueInvalid  StoreUnavailable  LeaseLost  Overloaded  NotReady  RevocationUnknown
    SigningFailed  RenderingFailed

The rule: there is one tree, and this is its trunk; whatever passes between packages, into a store or to a caller stands
here. A class that never leaves its room may stand there, below a class of this file (a failed step of the demo, a call
of the command line, a fault of our own while asking); `docs/errors.md` lists its code all the same.

The detail (`str(error)`) never holds personal data, message bodies or keys. Codes are kebab-case and never change;
`docs/errors.md` documents each. A problem in an application carries the JSON pointer into the decoded application.
"""

from __future__ import annotations

from contracts.caller_errors import (
    CallerError,
    CallerUnknown,
    Conflict,
    ContentUnsupported,
    InvalidInput,
    MalformedInput,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    Problem,
    SignatureRefused,
    TooLarge,
    TooManyRequests,
)
from contracts.error_root import GatewayError, walk
from contracts.registry_errors import (
    AnswerAmbiguous,
    AnswerOfAnother,
    AnswerUnclassified,
    ConsentExpired,
    ConsentMissing,
    ConsentNoPhone,
    ConsentNotAsked,
    ConsentPending,
    ConsentRefused,
    ConsentRevoked,
    ConsentStale,
    ContractBroken,
    QuotaUsedUp,
    RegistryError,
    RegistryFailed,
    RegistryInMaintenance,
    RegistryNotAsked,
    RegistryRefused,
    RegistryResting,
    RegistrySwitchedOff,
    RegistryTimedOut,
    RegistryUnavailable,
    SignerUnconfirmed,
    UntrustedAnswer,
)

__all__ = [
    "AnswerAmbiguous",
    "AnswerOfAnother",
    "AnswerUnclassified",
    "CallerError",
    "CallerUnknown",
    "CatalogueInvalid",
    "Conflict",
    "ConsentExpired",
    "ConsentMissing",
    "ConsentNoPhone",
    "ConsentNotAsked",
    "ConsentPending",
    "ConsentRefused",
    "ConsentRevoked",
    "ConsentStale",
    "ContentUnsupported",
    "ContractBroken",
    "DeliveryFailed",
    "DeliveryRefused",
    "GatewayError",
    "InvalidInput",
    "LeaseLost",
    "MalformedInput",
    "MethodNotAllowed",
    "NotAllowed",
    "NotFound",
    "NotReady",
    "NoticeError",
    "OperatorError",
    "Overloaded",
    "Problem",
    "QuotaUsedUp",
    "RegistryError",
    "RegistryFailed",
    "RegistryInMaintenance",
    "RegistryNotAsked",
    "RegistryRefused",
    "RegistryResting",
    "RegistrySwitchedOff",
    "RegistryTimedOut",
    "RegistryUnavailable",
    "RenderingFailed",
    "RevocationUnknown",
    "SettingInvalid",
    "SignatureRefused",
    "SignerUnconfirmed",
    "SigningFailed",
    "StoreUnavailable",
    "TooLarge",
    "TooManyRequests",
    "UntrustedAnswer",
    "walk",
]


class NoticeError(GatewayError):
    """A notice could not be delivered by one channel: kept beside its delivery, never lost."""

    code = "notice-error"
    title = "The notice was not delivered."
    http_status = 502


class DeliveryFailed(NoticeError):
    """It may have arrived all the same: another try carries the same id, and is not delivered twice."""

    code = "delivery-failed"
    title = "The notice was not taken for delivery now, or it is not known that it was."
    retryable = True


class DeliveryRefused(NoticeError):
    code = "delivery-refused"
    title = "The notice cannot be delivered in this way."


class OperatorError(GatewayError):
    """Our own set-up is wrong: a person who runs the gateway must mend it."""

    code = "operator-error"
    title = "The gateway is not set up rightly."


class SettingInvalid(OperatorError):
    code = "setting-invalid"
    title = "A setting is missing or cannot be used."


class CatalogueInvalid(OperatorError):
    code = "catalogue-invalid"
    title = "A catalogue row or a passport contradicts itself or another."


class StoreUnavailable(OperatorError):
    code = "store-unavailable"
    title = "The database cannot be used."
    http_status = 503
    retryable = True


class LeaseLost(OperatorError):
    code = "lease-lost"
    title = "Another process goes on with this: what was begun here is not kept."
    http_status = 503
    retryable = True


class Overloaded(OperatorError):
    code = "overloaded"
    title = "The gateway is too busy for this now; try again soon."
    http_status = 503
    retryable = True


class NotReady(OperatorError):
    """Readiness: `problems` has all that is wrong, each with a pointer to what was looked at."""

    code = "not-ready"
    title = "The gateway cannot do its work now."
    http_status = 503
    retryable = True

    def __init__(self, detail: str = "", *, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(detail)
        self.problems = problems


class RevocationUnknown(OperatorError):
    code = "signature-revocation-unknown"
    title = "Whether the signer's certificate is revoked could not be learnt now; try again soon."
    http_status = 503
    retryable = True


class SigningFailed(OperatorError):
    code = "signing-failed"
    title = "Our own key could not sign what was to be sent."
    http_status = 503
    retryable = True


class RenderingFailed(OperatorError):
    code = "rendering-failed"
    title = "A document could not be made of what it was to say."
