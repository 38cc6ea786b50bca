"""The eyes over the settings: spans that somebody collects, or ids alone; and the meters."""

from __future__ import annotations

import time
from contextlib import ExitStack

from contracts.catalogue import Catalogue
from contracts.errors import SettingInvalid
from gateway.api.table import ROUTES
from gateway.chance import RandomBytes
from gateway.settings import Settings
from gateway.watching.eyes import Eyes
from gateway.watching.meters import Meters
from gateway.watching.spans import PlainSpans, Spans


def build_eyes(stack: ExitStack, settings: Settings, catalogue: Catalogue) -> Eyes:
    """Raises SettingInvalid where spans are wanted and what sends them is not installed."""
    spans = _open_spans(settings)
    stack.callback(spans.close)
    meters = Meters(catalogue.passports.values(), [route.name for route in ROUTES])
    return Eyes(spans, meters, time.monotonic)


def _open_spans(settings: Settings) -> Spans:
    if not settings.otlp_url:
        return PlainSpans(RandomBytes())
    try:
        # Imported where it is wanted: the extra `otel` need not be there.
        from gateway.watching.otel import open_collected_spans
    except ImportError as error:
        raise SettingInvalid("ASP_OTLP_URL wants the extra `otel`, which is not installed") from error
    return open_collected_spans(settings.otlp_url)
