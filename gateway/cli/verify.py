"""`asp-gateway verify`: judge the signatures of a file, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from gateway.cli.common import AS_JSON, USAGE, clear_errors, echo_json, fail, load_settings

if TYPE_CHECKING:
    from gateway.settings import Settings
    from signing.policy import Policy
    from signing.verdict import Verdict

_FILE: Final = click.Path(path_type=Path)
_MOST_BYTES: Final = 64_000_000
_EXIT_CODES: Final[Mapping[str, int]] = {"TOTAL_PASSED": 0, "TOTAL_FAILED": 1, "INDETERMINATE": 3}
_TIME: Final = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"])


@click.command()
@click.argument("file", type=_FILE)
@click.option("--content", "content_file", type=_FILE, help="What a detached signature was made over.")
@click.option("--certificate", "certificate_file", type=_FILE, help="The certificate: FILE is a bare signature.")
@click.option(
    "--trust", default="production", show_default=True, help="Whom to believe: production, test, or a folder."
)
@click.option("--at", "moment", type=_TIME, help="The moment of the check; without a zone that of Almaty. [now]")
@click.option(
    "--revocation",
    type=click.Choice(["require", "prefer", "off"]),
    default="prefer",
    show_default=True,
    help="How far revocation is asked for; unknown is never good.",
)
@click.option("--crl", "crl_files", type=_FILE, multiple=True, help="A list of revoked certificates; may be repeated.")
@click.option("--ocsp", "ocsp_files", type=_FILE, multiple=True, help="A stored OCSP answer; may be repeated.")
@click.option("--peers", type=_FILE, help="Folder with certificates that WS-Security names by issuer and serial.")
@AS_JSON
def verify(
    file: Path,
    content_file: Path | None,
    certificate_file: Path | None,
    trust: str,
    moment: datetime | None,
    revocation: str,
    crl_files: tuple[Path, ...],
    ocsp_files: tuple[Path, ...],
    peers: Path | None,
    as_json: bool,
) -> None:
    """Judge the signatures of FILE: CMS (DER, PEM, base64), signed XML, WS-Security, or a bare signature.

    Exit codes: 0 TOTAL_PASSED, 1 TOTAL_FAILED, 3 INDETERMINATE, 2 unusable input. The addresses of ASP_OCSP_URL,
    ASP_CRL_URLS and ASP_CRL_DELTA_URLS are asked besides the files that are given; those in certificates never are.
    """
    from signing.checking import check_document
    from signing.errors import SigningError
    from signing.reports import report
    from signing.wsse.certificates import NO_CERTIFICATES, CertificateStore

    if not trust:
        raise click.UsageError("--trust names production, test, or a folder")
    if revocation == "off" and (crl_files or ocsp_files):
        raise click.UsageError("--crl and --ocsp say nothing where --revocation is off")
    with clear_errors():
        settings = load_settings({})
    try:
        verdict = check_document(
            _read(file),
            _make_policy(settings, trust, moment, revocation, crl_files, ocsp_files),
            content=_read(content_file) if content_file else None,
            certificate=_read(certificate_file) if certificate_file else None,
            peers=CertificateStore.from_folder(peers) if peers else NO_CERTIFICATES,
        )
    except SigningError as error:
        fail(error.code, str(error), USAGE)
    try:
        if as_json:
            echo_json(report(verdict))
        else:
            _show(verdict)
    except OSError as error:
        # Not told to the end, it is no verdict: another exit code than those of the three indications.
        fail("file-unusable", f"the result cannot be written: {error.strerror}", USAGE)
    raise SystemExit(_EXIT_CODES[verdict.indication])


def _make_policy(
    settings: Settings,
    trust: str,
    moment: datetime | None,
    revocation: str,
    crl_files: tuple[Path, ...],
    ocsp_files: tuple[Path, ...],
) -> Policy:
    from gateway.clock import now
    from gateway.core.calendar import ALMATY
    from signing.policy import Policy
    from signing.revocation.assembling import RevocationConfig, build_sources
    from signing.revocation.judging import Mode, RevocationPolicy
    from signing.trust import TrustStore
    from signing.trust_stores import find_trust_folder

    config = RevocationConfig(
        ocsp_url=settings.ocsp_url or None,
        crl_urls=settings.crl_urls,
        delta_urls=settings.crl_delta_urls,
        cache_folder=settings.revocation_folder,
        crl_files=crl_files,
        ocsp_files=ocsp_files,
    )
    at = now() if moment is None else moment if moment.tzinfo else moment.replace(tzinfo=ALMATY)
    mode = Mode(revocation)
    sources = () if mode is Mode.OFF else build_sources(config)
    return Policy(
        TrustStore.from_folder(find_trust_folder(trust)),
        at,
        RevocationPolicy(mode, sources),
        frozenset(settings.timestamp_policies),
    )


def _read(path: Path) -> bytes:
    """The bytes of a file; one that cannot be read, or is larger than any signed document, is unusable input."""
    from signing.files import read_bounded

    try:
        return read_bounded(path, _MOST_BYTES)
    except OSError as error:
        fail("file-unusable", f"{path}: {error.strerror}", USAGE)


def _show(verdict: Verdict) -> None:
    """A few lines for a person: the result, then each signer with every stage."""
    from signing.verdict import Stage

    reason = f" ({verdict.sub_indication})" if verdict.sub_indication else ""
    click.echo(f"{verdict.indication}{reason}: {verdict.reason}")
    for n, one in enumerate(verdict.signers, start=1):
        signer = one.signer
        click.echo(f"signer {n}: {_printable(signer.common_name) if signer else 'unknown'}, {one.algorithm}")
        if signer is not None:
            numbers = [f"IIN {signer.iin}"] * bool(signer.iin) + [f"BIN {signer.bin}"] * bool(signer.bin)
            click.echo(f"  {', '.join([*numbers, signer.role or 'no known role'])}")
            click.echo(f"  certificate {signer.serial_number:x} of {_printable(signer.issuer)}")
            click.echo(f"  valid {signer.not_before:%Y-%m-%d} to {signer.not_after:%Y-%m-%d}")
        for stage in Stage:
            result = one.stages[stage]
            click.echo(f"  {stage:<10} {result.status:<11} {result.reason}")
    if verdict.content_sha256:
        click.echo(f"signed content: SHA-256 {verdict.content_sha256}")


def _printable(name: str) -> str:
    """A name out of a certificate, which nobody need have vouched for: it moves no cursor and begins no line."""
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in name)
