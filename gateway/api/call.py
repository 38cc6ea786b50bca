"""One call: who calls, in which language, and what of the store the caller may reach."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass

from flask import Request

from contracts.errors import CallerUnknown, ContentUnsupported, MalformedInput, NotAllowed, NotFound, Problem, TooLarge
from contracts.tables import Names
from gateway.api.actors import find_actor
from gateway.api.parts import ApiParts
from gateway.api.routes import JSON, Access
from gateway.documents.composing import CaseFile
from gateway.intake.model import M, read_body
from gateway.store.acting import Actor
from gateway.store.rows import Audience, Client, ClientKind, Event, StoredApplication

LANGUAGES = ("ru", "kk", "en")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_KEY = 200
LARGEST_NUMBER = 2**31 - 1
"""Of a place in a list: what a column of the database holds."""
_PIECE = 65536


@dataclass(frozen=True)
class Call:
    """What a handler gets. `client` is None on public routes alone."""

    parts: ApiParts
    request: Request
    client: Client | None
    language: str
    most_bytes: int = 0
    """What the route takes of a provider; of anybody else, and with 0, what the setting says."""

    @property
    def caller(self) -> Client:
        if self.client is None:
            raise CallerUnknown
        return self.client

    def read_json_body(self) -> bytes:
        """The bytes of a JSON body; raises ContentUnsupported or TooLarge, the latter before all of it is read."""
        if self.request.mimetype != "application/json":
            raise ContentUnsupported("the body must be application/json")
        return self.read_body()

    def read_body(self) -> bytes:
        provider = self.client is not None and self.client.kind is ClientKind.PROVIDER
        limit = max(self.most_bytes if provider else 0, self.parts.max_body_bytes)
        length = self.request.content_length
        if length is not None and length > limit:
            raise TooLarge(f"the body has more than {limit} bytes")
        # A chunked body says no length: it is read no further than the first byte too many.
        data = bytearray()
        while piece := self.request.stream.read(min(_PIECE, limit + 1 - len(data))):
            data += piece
            if len(data) > limit:
                raise TooLarge(f"the body has more than {limit} bytes")
        return bytes(data)

    def read_application(self, application_id: str) -> StoredApplication:
        """The application, where the caller may reach it: another portal's is as unknown as none at all."""
        caller = self.caller
        if not _ID.fullmatch(application_id):
            raise unknown_application()
        try:
            stored = self.parts.store.read(application_id)
        except NotFound as error:
            raise unknown_application() from error
        if caller.kind is not ClientKind.PROVIDER and stored.client.id != caller.id:
            raise unknown_application()
        return stored

    def read_body_as(self, model: type[M]) -> M:
        """The JSON body as a model; raises MalformedInput with pointers into it."""
        return read_body(model, self.read_json_body())

    def find_actor(self, acted_by: str | None = None) -> Actor:
        return find_actor(self.caller, acted_by)

    def wants(self, media: str, otherwise: str = JSON) -> bool:
        """True where the caller would rather have `media` than `otherwise`."""
        return self.request.accept_mimetypes.best_match([otherwise, media]) == media

    def open_file(self, application_id: str) -> CaseFile:
        """The application with its legal course, where the caller may reach it."""
        return self.parts.office.files.open_stored(self.read_application(application_id))

    def may_see(self, event: Event) -> bool:
        return event.audience is Audience.ALL or self.caller.kind is ClientKind.PROVIDER

    def say(self, names: Names | None, otherwise: str) -> str:
        """The text in the caller's language; English is missing in official texts, Russian never is."""
        return (getattr(names, self.language) or names.ru) if names else otherwise

    def may_name(self) -> bool:
        """Whether sensitive items may be named: to the provider, and to an applicant whom a portal authenticated."""
        return self.caller.kind is ClientKind.PROVIDER or self.flag_of("authenticated")

    def flag_of(self, name: str) -> bool:
        """`true` or `false` in the query, false where it is not there; raises MalformedInput."""
        text = self.request.args.get(name, "false")
        if text not in ("true", "false"):
            raise MalformedInput(problems=(Problem("invalid-value", "", f"{name} must be true or false"),))
        return text == "true"

    def number_of(self, name: str) -> int:
        """A whole number of the query, 0 where it is not there; raises MalformedInput."""
        text = self.request.args.get(name, "0")
        if not (text.isascii() and text.isdigit() and len(text) < 16 and int(text) <= LARGEST_NUMBER):
            raise MalformedInput(problems=(Problem("invalid-value", "", f"{name} must be a whole number"),))
        return int(text)


def identify(parts: ApiParts, request: Request, access: Access) -> Client | None:
    """The client whose key the call carries, fit for the route; raises CallerUnknown or NotAllowed."""
    if access in (Access.PUBLIC, Access.BUS):
        return None
    if access is Access.METRICS:
        _check_token(parts.metrics_token, request)
        return None
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    key = key.strip()
    client = parts.store.find_client(key) if scheme.lower() == "bearer" and 0 < len(key) <= _LONGEST_KEY else None
    if client is None:
        raise CallerUnknown
    if access is Access.PROVIDER and client.kind is not ClientKind.PROVIDER:
        raise NotAllowed("only a provider's key may do this")
    return client


def _check_token(token: str, request: Request) -> None:
    """Raises NotFound where there is no such route, CallerUnknown for another token than ours."""
    if not token:
        raise NotFound
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, f"Bearer {token}".encode()):
        raise CallerUnknown


def choose_language(request: Request) -> str:
    """kk, ru or en by Accept-Language; ru where nothing fits."""
    wanted = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])


def read_ordinal(text: str, code: str) -> int:
    """The number of a letter, notice or complaint in an address; raises NotFound with the code."""
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise NotFound(problems=(Problem(code, "", "there is no such number in this application"),))
    return int(text)


def unknown_application() -> NotFound:
    """The same for an id that does not exist and for one that the caller may not know of."""
    return NotFound(problems=(Problem("application-not-found", "", "there is no such application"),))
