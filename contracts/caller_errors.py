"""Errors of the caller: the request must change before it is sent again; each problem has its place in the input."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.error_root import GatewayError


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the input: a stable code, a JSON pointer, a sentence without personal data."""

    code: str
    pointer: str
    detail: str


class CallerError(GatewayError):
    """The caller must change the request before sending it again."""

    code = "caller-error"
    title = "The request cannot be accepted as it is."
    http_status = 400

    def __init__(self, detail: str = "", *, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(detail or (problems[0].detail if problems else ""))
        self.problems = problems

    @property
    def public_code(self) -> str:
        """The code of the first problem where there is one: it says more than the class does."""
        return self.problems[0].code if self.problems else self.code


class MalformedInput(CallerError):
    code = "malformed-input"
    title = "The body cannot be read."
    http_status = 400


class InvalidInput(CallerError):
    code = "invalid-input"
    title = "The application breaks a rule."
    http_status = 422


class SignatureRefused(CallerError):
    code = "signature-refused"
    title = "The signature does not prove that the applicant signed these bytes."
    http_status = 422


class CallerUnknown(CallerError):
    code = "caller-unknown"
    title = "The caller's key is missing or not known."
    http_status = 401


class NotAllowed(CallerError):
    code = "not-allowed"
    title = "The caller may not do this."
    http_status = 403


class NotFound(CallerError):
    code = "not-found"
    title = "There is no such thing here."
    http_status = 404


class MethodNotAllowed(CallerError):
    code = "method-not-allowed"
    title = "The address does not know this method."
    http_status = 405


class Conflict(CallerError):
    code = "conflict"
    title = "The request contradicts an earlier one."
    http_status = 409


class TooManyRequests(CallerError):
    code = "too-many-requests"
    title = "So many requests are not allowed: wait before the next one."
    http_status = 429


class TooLarge(CallerError):
    code = "body-too-large"
    title = "The body is larger than is accepted."
    http_status = 413


class ContentUnsupported(CallerError):
    code = "content-type-unsupported"
    title = "The body is of a kind that is not accepted."
    http_status = 415
