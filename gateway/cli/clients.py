"""`asp-gateway clients`: who may call, by key."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from contracts import iin as iins
from contracts.errors import SettingInvalid
from gateway.cli.common import AS_JSON, clear_errors, echo_json, load_settings, settings_options
from gateway.settings import Settings

if TYPE_CHECKING:
    from gateway.store.rows import Client

LONGEST_NAME = 100
LONGEST_ROLE = 60
BIN_DIGITS = 12
STORE = ("environment", "database_url", "key_file", "trust_folder", "passports", "profiles")


@click.group()
def clients() -> None:
    """Who may call the gateway: portals and providers, each known by a key."""


@clients.command()
@click.option("--name", required=True, help="What the caller is called in lists and logs.")
@click.option("--kind", type=click.Choice(["portal", "provider"]), required=True)
@click.option("--channel", required=True, help="The channel of the service that this caller's applications come by.")
@click.option("--employee", default="", help="Surname and initials of the one employee whose key it is.")
@click.option("--employee-iin", default="", help="The employee's IIN: letters must be signed by that person.")
@click.option("--role", default="", help="The employee's position.")
@click.option("--attests", "attests_bin", default="", help="BIN under whose key this portal attests its own codes.")
@AS_JSON
@settings_options(*STORE)
def add(
    name: str,
    kind: str,
    channel: str,
    employee: str,
    employee_iin: str,
    role: str,
    attests_bin: str,
    as_json: bool,
    **options: str | None,
) -> None:
    """Add a caller and print its key, which is shown this once.

    A provider's key is one employee's (--employee), or an organisation's system that names who acts in each call.
    """
    with clear_errors():
        from gateway.store.rows import ClientKind
        from gateway.wiring import open_store

        settings = load_settings(options)
        _check_text("--name", name, LONGEST_NAME)
        _check_employee(kind, employee, employee_iin, role)
        _check_attesting(kind, attests_bin)
        _check_channel(channel, settings)
        with open_store(settings) as store:
            client, key = store.add_client(
                name,
                ClientKind(kind),
                channel,
                employee=employee,
                role=role,
                employee_iin=employee_iin or None,
                attests_bin=attests_bin,
            )
    if as_json:
        echo_json(_show(client) | {"key": key})
    else:
        click.echo(f"{_line(client)}\nkey, shown this once: {key}")


def _check_text(option: str, text: str, longest: int) -> None:
    if not text.strip() or len(text) > longest or not text.isprintable():
        raise SettingInvalid(f"{option}: 1 to {longest} printable characters")


def _check_employee(kind: str, employee: str, iin: str, role: str) -> None:
    if not employee:
        if iin or role:
            raise SettingInvalid("--employee-iin, --role: say whose with --employee")
        return
    if kind != "provider":
        raise SettingInvalid("--employee: only a provider's key is an employee's")
    _check_text("--employee", employee, LONGEST_NAME)
    if role:
        _check_text("--role", role, LONGEST_ROLE)
    if not iin or iins.find_fault(iin):
        raise SettingInvalid("--employee-iin: the IIN of the employee, 12 digits with the right check digit")


def _check_attesting(kind: str, bin_: str) -> None:
    if bin_ and kind != "portal":
        raise SettingInvalid("--attests: only a portal attests the signatures of its applicants")
    if bin_ and not (bin_.isascii() and bin_.isdigit() and len(bin_) == BIN_DIGITS):
        raise SettingInvalid("--attests: a BIN has 12 digits")


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
        echo_json([_show(client) for client in found])
        return
    for client in found:
        click.echo(_line(client))


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


@clients.command()
@click.argument("client_id", metavar="ID")
@click.option("--sender", default="", help="The sender id under which the bus knows the caller.")
@click.option("--remove", is_flag=True, help="Take nothing more from the bus for the caller.")
@AS_JSON
@settings_options(*STORE)
def bus(client_id: str, sender: str, remove: bool, as_json: bool, **options: str | None) -> None:
    """Let the caller ID submit over the bus, and be told there; without either option, show its sender id."""
    with clear_errors():
        from gateway.wiring import open_bus_clients

        if sender and remove:
            raise SettingInvalid("--sender and --remove: one of them")
        if sender:
            _check_text("--sender", sender, LONGEST_NAME)
        with open_bus_clients(load_settings(options)) as store:
            if remove:
                store.remove_sender(client_id)
                told: dict[str, Any] = {"id": client_id, "removed": True}
            else:
                if sender:
                    store.set_sender(client_id, sender)
                told = {"id": client_id, "sender": store.find_sender(client_id) or None}
    if as_json:
        echo_json(told)
        return
    for name, value in told.items():
        click.echo(f"{name}: {'none' if value is None else value}")


def _show(client: Client) -> dict[str, Any]:
    """The caller without its key; of an employee's IIN no more than a mask."""
    shown = {"id": client.id, "name": client.name, "kind": client.kind.value, "channel": client.channel}
    if client.employee:
        iin = iins.mask(client.employee_iin) if client.employee_iin else ""
        shown |= {"employee": client.employee, "role": client.role, "employee_iin": iin}
    return shown


def _line(client: Client) -> str:
    return "  ".join(str(value) for value in _show(client).values() if value)
