"""The root of the one tree of errors; what grows from it is in errors.py and caller_errors.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar


class GatewayError(Exception):
    """Root of every error that the product raises on purpose."""

    code: ClassVar[str] = "gateway-error"
    title: ClassVar[str] = "The gateway could not do what was asked."
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)

    @property
    def detail(self) -> str:
        return str(self)


def walk(root: type[GatewayError] = GatewayError) -> Iterator[type[GatewayError]]:
    """Every class of the tree, root first."""
    yield root
    for child in root.__subclasses__():
        yield from walk(child)
