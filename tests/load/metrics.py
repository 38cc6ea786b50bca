"""The gateway's own figures, as a collector reads them: what each registry was asked, and what its breaker says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from prometheus_client.parser import text_string_to_metric_families

from contracts.errors import RegistryNotAsked, walk

NOT_SENT: Final = frozenset(kind.code for kind in walk(RegistryNotAsked))


@dataclass(frozen=True)
class Asked:
    """Of one registry since the gateway began."""

    messages: int = 0
    """On the wire, retries among them."""
    retries: int = 0
    failed: int = 0
    """Messages that brought no answer."""
    turned_away: int = 0
    """Asks that the gateway itself kept back: the registry rests, or its quota is used up."""
    budget: float = 0.0
    """Retries that it may have now."""
    breaker: str = ""


def read_asked(text: str) -> dict[str, Asked]:
    """By registry."""
    found: dict[str, dict[str, Any]] = {}
    for name, labels, value in _read_samples(text):
        one = found.setdefault(labels["registry"], {}) if "registry" in labels else {}
        match name:
            case "asp_messages_total":
                one["messages"] = one.get("messages", 0) + int(value)
                if labels["failure"] != "none":
                    one["failed"] = one.get("failed", 0) + int(value)
            case "asp_retries_total":
                one["retries"] = one.get("retries", 0) + int(value)
            case "asp_exchanges_total" if labels["outcome"] in NOT_SENT:
                one["turned_away"] = one.get("turned_away", 0) + int(value)
            case "asp_retry_budget":
                one["budget"] = value
            case "asp_breaker" if value:
                one["breaker"] = labels["state"]
            case _:
                pass
    return {registry: Asked(**figures) for registry, figures in found.items()}


def _read_samples(text: str) -> Iterator[tuple[str, Mapping[str, str], float]]:
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value
