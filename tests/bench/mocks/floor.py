"""The floor, a process: a web server, and no more than any suite must do with a message.

Unsigned: parse, and a reply that was made beforehand. Signed: parse, one exclusive canonicalisation, digest and RSA
verification of the request; the same with an RSA signature of the reply. The web server is waitress, as applications of
Flask have it, or the suite's own.
"""

from __future__ import annotations

import argparse
import hashlib
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree
from waitress.server import create_server

from registries_mock.web.server import Server
from registries_mock.web.turns import give_way

_BODY: Final = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
_WHERE: Final = {"host": "127.0.0.1", "threads": 128, "connection_limit": 1000}


def answer_unsigned(reply: bytes) -> Callable[[bytes], bytes]:
    """Parsed, and answered."""

    def answer(message: bytes) -> bytes:
        etree.fromstring(message)
        return reply

    return answer


def answer_signed(reply: bytes) -> Callable[[bytes], bytes]:
    """With the bare operations of two signatures."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public, how = key.public_key(), (padding.PKCS1v15(), hashes.SHA256())
    signature = key.sign(b"as long as any", *how)

    def digest(message: bytes) -> None:
        body = etree.fromstring(message).find(_BODY)
        assert body is not None
        hashlib.sha256(etree.tostring(body, method="c14n", exclusive=True)).digest()

    def answer(message: bytes) -> bytes:
        digest(message)
        public.verify(signature, b"as long as any", *how)
        digest(reply)
        key.sign(reply, *how)
        return reply

    return answer


def serve(answer: Callable[[bytes], bytes], delay: float) -> WSGIApplication:
    """Every message answered, after a delay in seconds."""

    never = threading.Event()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"ok"]
        body = answer(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        if delay:
            give_way()
            never.wait(delay)
        start_response("200 OK", [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", str(len(body)))])
        return [body]

    return app


def main() -> None:
    """`--reply FILE [--signed] [--own-server] [--delay SECONDS] [--port PORT]`."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.mocks.floor")
    parser.add_argument("--reply", type=Path, required=True)
    parser.add_argument("--signed", action="store_true")
    parser.add_argument("--own-server", action="store_true")
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--port", type=int, default=0)
    chosen = parser.parse_args()
    reply = chosen.reply.read_bytes()
    answer = answer_signed(reply) if chosen.signed else answer_unsigned(reply)
    app = serve(answer, chosen.delay)
    if chosen.own_server:
        Server(app, port=chosen.port).run()
    else:
        create_server(app, **_WHERE, port=chosen.port).run()


if __name__ == "__main__":
    main()
