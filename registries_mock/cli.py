"""The command line `registries-mock`; what a command needs is loaded when it runs, so that --help is quick."""

from __future__ import annotations

from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from registries_mock.telling import fail

_ELSEWHERE: Final = {
    "ca": ("registries_mock.ca.commands", "ca"),
    "conform": ("registries_mock.conform.commands", "conform"),
    "journal": ("registries_mock.journal.commands", "journal"),
    "ncalayer": ("registries_mock.ncalayer.commands", "ncalayer"),
    "run": ("registries_mock.testing.commands", "run"),
    "record": ("registries_mock.record.commands", "record"),
    "replay": ("registries_mock.replay.commands", "replay"),
    "portal": ("registries_mock.portal.commands", "portal"),
    "passport": ("registries_mock.passports.commands", "passport"),
    "scenario": ("registries_mock.scenario.commands", "scenario"),
    "ncalayer-behave": ("registries_mock.ncalayer.behave", "ncalayer_behave"),
}
"""Commands in modules of their own."""
_SCENARIO = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _Lazily(click.Group):
    """A group some of whose members are loaded when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, name = _ELSEWHERE[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=_Lazily)
@click.version_option(package_name="asp-gateway", prog_name="registries-mock")
def main() -> None:
    """Play all registries and the e-government gateway for invented people, over the real wire protocol."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8088, show_default=True, help="0: any free port.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same people.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day that registries believe it is.")
@click.option(
    "--clock",
    type=click.Choice(["real", "virtual"]),
    default="real",
    show_default=True,
    help="Virtual: time stands until /dev/clock steps it.",
)
@click.option("--clock-start", metavar="ISO", help="Where the virtual clock begins; else now. Kazakhstan's time.")
@click.option(
    "--passports", "folders", type=_FOLDER, multiple=True, help="A folder laid over the catalogue; repeatable."
)
@click.option(
    "--sender", "senders", multiple=True, metavar="ID:PASSWORD", help="A sender that the bus knows; repeatable."
)
@click.option("--participant", "participants", multiple=True, metavar="ID=URL", help="Where late replies are pushed.")
@click.option(
    "--provider", "providers", multiple=True, metavar="SERVICE=ID", help="A participant who answers a service itself."
)
@click.option(
    "--async-delay", type=click.FloatRange(0, 3600), default=0.2, show_default=True, help="Seconds to a late reply."
)
@click.option(
    "--latency", type=click.FloatRange(0, 60), default=0.0, show_default=True, help="Seconds added to each reply."
)
@click.option("--scenario", type=_SCENARIO, help="A timeline of failures that begins now: see `scenario check`.")
@click.option("--ca", "authority", type=_FOLDER, help="Folder of `ca init`: certifies the suite's keys, is believed.")
@click.option(
    "--signatures",
    type=click.Choice(["verify", "required", "ignore"]),
    default="verify",
    show_default=True,
    help="Of requests on the bus: judged where there are any, wanted of all, or not looked at.",
)
@click.option(
    "--key-info",
    type=click.Choice(["key-identifier", "issuer-serial"]),
    default="key-identifier",
    show_default=True,
    help="How the bus's signatures name their certificate; /_mock/certificates/rsa and …/gost2015 give it.",
)
@click.option("--certificates", type=_FOLDER, help="Certificates that senders name by issuer and serial number.")
@click.option(
    "--trust",
    "trusted",
    multiple=True,
    metavar="test|own|DIR",
    default=["test"],
    show_default=True,
    help="Whose signatures are believed beside the suite's own authority's; repeatable; own: nobody else's.",
)
@click.option("--tls", is_flag=True, help="HTTPS; DIR/trust/root.pem of --ca is what vouches for it.")
@click.option("--tls-cert", type=_FILE, help="HTTPS with this certificate (PEM, with those above it) …")
@click.option("--tls-key", type=_FILE, help="… and this key (PEM, without a password).")
@click.option("--ncalayer", "persona", metavar="PERSONA", help="NCALayer beside it, with this person's keys of --ca.")
@click.option("--ncalayer-port", type=click.IntRange(0, 65535), default=13579, show_default=True)
def serve(
    host: str,
    port: int,
    seed: int,
    today: datetime | None,
    clock: str,
    clock_start: str | None,
    folders: tuple[Path, ...],
    senders: tuple[str, ...],
    participants: tuple[str, ...],
    providers: tuple[str, ...],
    async_delay: float,
    latency: float,
    scenario: Path | None,
    authority: Path | None,
    signatures: str,
    key_info: str,
    certificates: Path | None,
    trusted: tuple[str, ...],
    tls: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
    persona: str | None,
    ncalayer_port: int,
) -> None:
    """Listen until stopped; prints one line with the address when ready."""
    from contracts.errors import GatewayError
    from registries_mock.bus.seals import Demand, Naming
    from registries_mock.ca.errors import AuthorityError
    from registries_mock.errors import AuthorityBroken, TlsUnusable
    from registries_mock.ncalayer.errors import HolderError
    from registries_mock.own_authority import look_for_authority
    from registries_mock.scenario.tree import ScenarioInvalid
    from registries_mock.serve import serve as listen
    from registries_mock.settings import SENDERS, Settings

    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together")
    if tls and authority is None and tls_cert is None:
        raise click.UsageError("--tls goes with --ca, whose authority vouches for the suite, or with --tls-cert")
    settings = Settings(
        seed=seed,
        host=host,
        port=port,
        today=today.date() if today else None,
        clock_start=_start_of(clock, clock_start, today),
        senders=_pairs(senders, ":", "--sender") or SENDERS,
        participants=_pairs(participants, "=", "--participant"),
        providers=_pairs(providers, "=", "--provider"),
        latency_seconds=latency,
        reply_delay_seconds=async_delay,
        catalogue_folders=folders,
        scenario=scenario,
        authority=authority,
        signatures=Demand(signatures),
        naming=Naming(key_info),
        certificates=certificates,
        trusted=_stores(trusted),
        tls=tls or tls_cert is not None,
        tls_certificate=tls_cert,
        tls_key=tls_key,
        ncalayer=persona or "",
        ncalayer_port=ncalayer_port,
    )
    try:
        if authority is not None:
            look_for_authority(authority)
        listen(settings)
    except GatewayError as failure:
        fail(failure.code, failure.detail)
    except (AuthorityError, AuthorityBroken, HolderError, TlsUnusable) as failure:
        fail(failure.code, str(failure))
    except ScenarioInvalid as failure:
        fail("scenario-invalid", f"{scenario}: {failure}")
    except OSError as failure:
        fail("address-unusable", f"cannot listen there: {failure.strerror}")


@main.command()
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same people.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day on which they are looked at; else today.")
@click.option("--persona", help="A documented person; without any choice all are listed.")
@click.option("--family", metavar="IIN", help="The family of whoever bears this IIN.")
@click.option("--need", help="Families in which somebody has, or has not, a record: “no residence record”.")
@click.option("--sample", type=click.IntRange(1, 10_000), help="So many families; with --need at most so many.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def people(
    seed: int,
    today: datetime | None,
    persona: str | None,
    family: str | None,
    need: str | None,
    sample: int | None,
    as_json: bool,
) -> None:
    """Show the invented people: personas, or families of the seed."""
    from registries_mock.people_view import NobodyFound, choose, render

    if sum(choice is not None for choice in (persona, family, need)) > 1:
        raise click.UsageError("give one of --persona, --family, --need")
    if sample is not None and (persona is not None or family is not None):
        raise click.UsageError("--sample goes alone, or with --need")
    try:
        rows = choose(seed, _day(today), persona=persona, family=family, need=need, sample=sample)
    except NobodyFound as failure:
        raise click.ClickException(str(failure)) from failure
    click.echo(render(rows, as_json))


def _stores(words: tuple[str, ...]) -> tuple[str, ...]:
    """Names of trust stores; a folder of one's own is looked at now, before anything is believed by it."""
    if "own" in words and len(words) > 1:
        raise click.UsageError("--trust own goes alone")
    for word in words:
        if word not in ("test", "own"):
            # Here, because it loads what reads certificates.
            from signing.errors import SigningError
            from signing.trust import TrustStore

            try:
                TrustStore.from_folder(Path(word))
            except SigningError as failure:
                raise click.BadParameter(str(failure), param_hint="--trust") from failure
    return tuple(word if word == "test" else str(Path(word).absolute()) for word in words if word != "own")


def _start_of(clock: str, text: str | None, today: datetime | None) -> datetime | None:
    """Where the virtual clock begins, or None; a moment without a zone is Kazakhstan's."""
    from registries_mock.clock import KAZAKHSTAN, now
    from registries_mock.virtual_time import check_start

    if clock == "real":
        if text is not None:
            raise click.UsageError("--clock-start goes with --clock virtual")
        return None
    if today is not None:
        raise click.UsageError("a virtual clock takes --clock-start in place of --today")
    try:
        start = datetime.fromisoformat(text) if text is not None else now()
        start = start if start.tzinfo else start.replace(tzinfo=KAZAKHSTAN)
        check_start(start)
    except ValueError as error:
        raise click.BadParameter(f"{error}; like 2026-10-05T10:00", param_hint="--clock-start") from error
    return start


def _day(given: datetime | None) -> date:
    from registries_mock.clock import now

    return (given or now()).date()


def _pairs(texts: tuple[str, ...], separator: str, option: str) -> dict[str, str]:
    pairs = [text.partition(separator) for text in texts]
    if not all(name and value for name, _, value in pairs):
        raise click.BadParameter(f"give NAME{separator}VALUE", param_hint=option)
    return {name: value for name, _, value in pairs}
