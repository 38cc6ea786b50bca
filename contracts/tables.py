"""Reading of the packaged data files: TOML into frozen pydantic models, errors that name file and place."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import tomli
from pydantic import BaseModel, ConfigDict, ValidationError

from contracts.errors import CatalogueInvalid

PACKAGED = Path(__file__).parent


class Row(BaseModel):
    """A frozen row of facts: unknown words are refused, so that a typing error in data is loud."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Names(Row):
    """A text in the languages of the product."""

    ru: str
    kk: str
    en: str = ""


R = TypeVar("R", bound=Row)


def read_toml(path: Path) -> dict[str, Any]:
    """The file's table; raises CatalogueInvalid where it cannot be read."""
    try:
        return tomli.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomli.TOMLDecodeError) as error:
        raise CatalogueInvalid(f"{path.name} cannot be read: {type(error).__name__}: {error}") from error


def read_row(model: type[R], data: dict[str, Any], origin: str) -> R:
    """The row that `data` describes; raises CatalogueInvalid naming the place of the first fault."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise CatalogueInvalid(f"{origin}: {place}: {first['msg']} ({error.error_count()} faults)") from error
