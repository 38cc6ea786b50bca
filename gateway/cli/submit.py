"""`asp-gateway submit`: sign an application with a key file and hand it in."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import click

from gateway.cli.common import CLIENT_KEY, URL, check_header, clear_errors, fail, use_file

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--key", "key_file", type=FILE, required=True, help="The applicant's PKCS#12 file.")
@click.option("--password", envvar="ASP_KEY_PASSWORD", help="Its password; better as ASP_KEY_PASSWORD or a file.")
@click.option("--password-file", type=FILE, help="A file whose first line is the password.")
@URL
@CLIENT_KEY
@click.option("--accepted-by", default="", help="Surname and initials of the person who accepted it at the counter.")
@click.option("--idempotency-key", default="", help="The same key with the same file and signature is one application.")
def submit(
    file: Path,
    key_file: Path,
    password: str | None,
    password_file: Path | None,
    url: str,
    client_key: str,
    accepted_by: str,
    idempotency_key: str,
) -> None:
    """Sign the exact bytes of FILE (an application in JSON) and submit them; prints the gateway's answer."""
    with clear_errors():
        from gateway.http import GatewayClient

        check_header("ASP_CLIENT_KEY", client_key)
        check_header("--idempotency-key", idempotency_key)
        with use_file(file):
            content = file.read_bytes()
        body: dict[str, Any] = {
            "application": base64.b64encode(content).decode(),
            "signature": {"method": "eds", "format": "cms", "value": _sign(content, key_file, password, password_file)},
        }
        if accepted_by:
            body["accepted_by"] = accepted_by
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        with GatewayClient(url, client_key) as client:
            answer = client.post("/v1/applications", body, headers)
    click.echo(answer.content.decode(errors="replace").rstrip())


def _sign(content: bytes, key_file: Path, password: str | None, password_file: Path | None) -> str:
    if (password is None) == (password_file is None):
        raise click.UsageError("give --password or --password-file")
    from gateway import clock
    from gateway.settings import is_production
    from signing.cms.making import sign_detached
    from signing.errors import SigningError
    from signing.keys import load_p12

    if password_file is not None:
        with use_file(password_file):
            password = next(iter(password_file.read_text(encoding="utf-8").splitlines()), "")
    with use_file(key_file):
        bag = key_file.read_bytes()
    try:
        key = load_p12(bag, password or "", allow_pure=not is_production())
        return base64.b64encode(sign_detached(content, key, clock.now())).decode()
    except SigningError as error:
        fail(error.code, str(error))
