"""What a route is: method, path, who may call it, and what it takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask import Response
from pydantic import BaseModel

if TYPE_CHECKING:
    from gateway.api.call import Call


class Access(StrEnum):
    """Who may call; there is no route without one of these."""

    PUBLIC = "public"
    """Anybody: nothing that is not published anyway."""
    PORTAL = "portal"
    """Any known key; a portal's reaches its own applications alone."""
    PROVIDER = "provider"
    """A provider's key."""
    METRICS = "metrics"
    """Whoever brings the token of the figures (ASP_METRICS_TOKEN); where none is set, the route is not there."""
    BUS = "bus"
    """The data bus: it has no key of ours, its messages are judged by the port `receive`."""


@dataclass(frozen=True)
class Route:
    """`path` has parameters in braces; `answers` gives the schema by media type of the good answer."""

    method: str
    path: str
    handle: Callable[..., Response]
    access: Access
    summary: str
    status: int = 200
    body: type[BaseModel] | None = None
    answers: Mapping[str, type[BaseModel] | None] = field(default_factory=dict)
    also: Mapping[int, type[BaseModel]] = field(default_factory=dict)
    """Other good answers in JSON, by their status."""
    refusals: tuple[int, ...] = ()
    """Statuses of problem+json beside those that follow from access."""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    most_bytes: int = 0
    """Bytes of a provider's body where more are taken than of any other (scans); 0 = no more than the setting says."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def flask_path(self) -> str:
        return self.path.replace("{", "<").replace("}", ">")

    def __call__(self, call: Call, **parameters: Any) -> Response:
        return self.handle(call, **parameters)


JSON = "application/json"
HTML = "text/html"
PDF = "application/pdf"
STREAM = "text/event-stream"
SOAP = "text/xml"
FIGURES = "text/plain"
