"""What of a message is shown: passwords and tokens never, by their place and by their value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

from contracts.passport import Passport
from contracts.words import ContextWord

SHOWN: Final = 32_768
"""Characters of one message that are shown."""
HIDDEN: Final = "***"
_SECRET_WORDS: Final = frozenset(
    {
        ContextWord.CONSENT_TOKEN,
        ContextWord.CONSENT_PUBLIC_KEY,
        ContextWord.API_KEY,
        ContextWord.SMS_PASSWORD,
        ContextWord.FILES_PASSWORD,
    }
)
_SPEAKING: Final = re.compile(r"password|token|key", re.IGNORECASE)
_SHORTEST: Final = 4
"""A value of fewer characters is hidden by its place alone: elsewhere it would hide half the message."""


def secret_names(passports: Iterable[Passport]) -> frozenset[str]:
    """The elements that hold passwords and tokens: SHEP's own, and those that passports fill from such words."""
    paths = {
        field.path for one in passports for field in one.request.fields if _SECRET_WORDS.intersection(field.sources)
    }
    return frozenset({"password", *(_name_of(path) for path in paths)})


def _name_of(path: str) -> str:
    """The last step, or the one above it, that says by its name what it holds: `Token/Code` is hidden as Token."""
    steps = [step.rpartition(":")[2] for step in path.split("/")]
    return next((step for step in reversed(steps) if _SPEAKING.search(step)), steps[-1])


class Redaction:
    """Makes messages fit to be shown."""

    def __init__(self, names: Iterable[str]) -> None:
        any_of = "|".join(re.escape(name) for name in sorted(names))
        # As an element, in text as an escaped element; a message may end anywhere. An attribute may hold “>”. Quotes
        # are read in one way only (?>), and no tag goes past “<”: else a message of quotes would be tried for ever.
        within = r"(?>\"[^\"<]*\"|'[^'<]*'|(?!&[gl]t;)[^<>])*?"
        self._element = re.compile(
            rf"((?:<|&lt;)(?:[\w.-]+:)?(?P<name>{any_of})(?=[\s>/&]){within}(?<!/)(?:>|&gt;))"
            r".*?(?=(?:<|&lt;)/(?:[\w.-]+:)?(?P=name)\s*(?:>|&gt;)|\Z)",
            re.IGNORECASE | re.DOTALL,
        )
        self._member = re.compile(
            rf'("(?:{any_of})"\s*:\s*)(?:"(?:[^"\\]|\\.)*(?:"|\Z)|[^\s,}}\]]+)', re.IGNORECASE | re.DOTALL
        )

    def show(self, message: bytes, secrets: Iterable[str]) -> str:
        """The message as text; what is no UTF-8 is not shown, because nothing could be found in it to be hidden."""
        try:
            text = message.decode()
        except UnicodeDecodeError:
            return f"({len(message)} bytes that are no UTF-8)"
        if "\0" in text:
            return f"({len(message)} bytes that are no text)"
        text = self._element.sub(rf"\1{HIDDEN}", text)
        text = self._member.sub(rf'\1"{HIDDEN}"', text)
        for secret in sorted({one for one in secrets if len(one) >= _SHORTEST}, key=len, reverse=True):
            for form in {secret, escape(secret), escape(escape(secret))}:
                text = text.replace(form, HIDDEN)
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"
