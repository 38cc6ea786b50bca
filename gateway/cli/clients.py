"""`asp-gateway clients`: who may call, by key."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from contracts.errors import SettingInvalid
from gateway.cli.common import AS_JSON, clear_errors, echo_json, load_settings, settings_options
from gateway.settings import Settings

LONGEST_NAME = 100
STORE = ("environment", "database_url", "key_file", "trust_folder", "passports", "profiles")


@click.group()
def clients() -> None:
    """Who may call the gateway: portals and providers, each known by a key."""


@clients.command()
@click.option("--name", required=True, help="What the caller is called in lists and logs.")
@click.option("--kind", type=click.Choice(["portal", "provider"]), required=True)
@click.option("--channel", required=True, help="The channel of the service that this caller's applications come by.")
@AS_JSON
@settings_options(*STORE)
def add(name: str, kind: str, channel: str, as_json: bool, **options: str | None) -> None:
    """Add a caller and print its key, which is shown this once."""
    with clear_errors():
        from gateway.store.rows import ClientKind
        from gateway.wiring import open_store

        settings = load_settings(options)
        _check_name(name)
        _check_channel(channel, settings)
        with open_store(settings) as store:
            client, key = store.add_client(name, ClientKind(kind), channel)
    if as_json:
        echo_json({"id": client.id, "name": client.name, "kind": kind, "channel": channel, "key": key})
    else:
        click.echo(f"{client.id}  {kind}  {channel}  {client.name}\nkey, shown this once: {key}")


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise SettingInvalid(f"--name: 1 to {LONGEST_NAME} printable characters")


def _check_channel(channel: str, settings: Settings) -> None:
    """A key for a channel that no service has could never submit anything."""
    from contracts.catalogue import load_catalogue

    services = load_catalogue(settings.passports, profiles=settings.profiles).services.values()
    known = sorted({one.key for service in services for one in service.channels})
    if channel not in known:
        raise SettingInvalid(f"--channel: no service has it; there are {', '.join(known)}")


@clients.command("list")
@AS_JSON
@settings_options(*STORE)
def list_(as_json: bool, **options: str | None) -> None:
    """List the callers whose keys are valid."""
    with clear_errors():
        from gateway.wiring import open_store

        with open_store(load_settings(options)) as store:
            found = store.list_clients()
    if as_json:
        echo_json([{"id": c.id, "name": c.name, "kind": c.kind, "channel": c.channel} for c in found])
        return
    for client in found:
        click.echo(f"{client.id}  {client.kind}  {client.channel}  {client.name}")


@clients.command()
@click.argument("client_id", metavar="ID")
@settings_options(*STORE)
def revoke(client_id: str, **options: str | None) -> None:
    """Let the key of the caller ID be valid no more."""
    with clear_errors():
        from gateway.wiring import open_store

        with open_store(load_settings(options)) as store:
            store.revoke_client(client_id)
    click.echo(f"revoked: {client_id}")


@clients.command()
@click.argument("client_id", metavar="ID")
@click.option("--url", default="", help="Tell the caller here from now on; prints a new secret, shown this once.")
@click.option("--remove", is_flag=True, help="Tell the caller nothing more.")
@AS_JSON
@settings_options(*STORE, "webhook_hosts")
def webhook(client_id: str, url: str, remove: bool, as_json: bool, **options: str | None) -> None:
    """Set or remove the webhook of the caller ID; without either option, show it and what it has not taken."""
    with clear_errors():
        from gateway.webhooks.addresses import WebhookHosts
        from gateway.wiring import open_webhooks

        if url and remove:
            raise SettingInvalid("--url and --remove: one of them")
        settings = load_settings(options)
        if url:
            WebhookHosts(frozenset(settings.webhook_hosts), settings.is_production).check(url)
        with open_webhooks(settings) as store:
            if remove:
                store.remove_webhook(client_id)
                told: dict[str, Any] = {"id": client_id, "removed": True}
            elif url:
                told = {"id": client_id, "url": url, "secret": store.set_webhook(client_id, url)}
            else:
                told = {"id": client_id} | asdict(store.read_state(client_id))
    if as_json:
        echo_json(told)
        return
    for name, value in told.items():
        click.echo(f"{name}: {'none' if value is None else value}")
