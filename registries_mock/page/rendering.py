"""The page's templates, filled in; whatever came from outside is escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from registries_mock.page.words import LANGUAGES, Speech
from registries_mock.spaces.choosing import PREFIX


def render(template: str, speech: Speech, root: str, **given: Any) -> str:
    """HTML; `root` is what stands before every address of this suite: "" or that of its space."""
    words = {"speech": speech, "say": speech.say, "languages": LANGUAGES}
    common = root.partition(PREFIX.rstrip("/"))[0]
    return _environment().get_template(template).render(root=root, common=common, **words, **given)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("registries_mock.page", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
