"""A suite for the length of a context: with a server, or without sockets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from registries_mock.testing.handle import Registries
from registries_mock.testing.settings import settings_of

IN_PROCESS_URL: Final = "http://registries.test"
"""Where a suite without a socket seems to be: `.test` is nobody's (RFC 6761)."""


@contextmanager
def running(**words: Any) -> Iterator[Registries]:
    """A suite on a free port; words are those of `registries_mock.testing.settings.settings_of`.

    ```
    with running(seed=7) as registries:
        portal.ask(registries.url)
    ```
    """
    from registries_mock.app import create_app
    from registries_mock.web.beside import serving
    from registries_mock.web.connection import Bounds

    settings = settings_of(**words)
    app = create_app(settings)
    suite = app.extensions["suite"]
    try:
        with serving(app, Bounds(body_bytes=settings.body_bytes)) as url:
            try:
                yield Registries(url, app, suite, app.extensions["spaces"])
            finally:
                # Before the server, which waits for replies that are held back.
                suite.close()
    finally:
        suite.close()


@contextmanager
def in_process(url: str = IN_PROCESS_URL, **words: Any) -> Iterator[Registries]:
    """A suite without sockets: who asks `url` with requests is answered by it, others take `wsgi`.

    Everything else that requests is asked for fails meanwhile, as `responses` has it.
    """
    from registries_mock.app import create_app
    from registries_mock.testing.through_responses import answer_requests

    app = create_app(settings_of(**words))
    suite = app.extensions["suite"]
    try:
        with answer_requests(url, app):
            yield Registries(url, app, suite, app.extensions["spaces"])
    finally:
        suite.close()
