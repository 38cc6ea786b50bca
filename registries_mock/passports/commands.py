"""The commands of `passport`: begin one, check it, add it to a folder, list what there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from contracts.errors import GatewayError
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.passports.adding import add, check
from registries_mock.passports.check import Look
from registries_mock.passports.faults import PassportError, PassportInvalid
from registries_mock.passports.skeletons import is_key, write_skeleton
from registries_mock.telling import fail

_FOLDER: Final = click.Path(file_okay=False, path_type=Path)
_HERE: Final = click.Path(exists=True, file_okay=False, path_type=Path)
DEFAULT_TARGET: Final = Path("var/deployment")
_of_passports = click.option(
    "--passports", "others", type=_HERE, multiple=True, help="A folder laid over the catalogue; repeatable."
)


@click.group()
def passport() -> None:
    """Describe a service as data: mock and gateway follow a passport without a line of Python (docs/passports.md)."""


@passport.command()
@click.argument("name")
@click.option("--protocol", type=click.Choice([one.value for one in Protocol]), required=True)
@click.option("--in", "folder", type=_FOLDER, default=Path(), help="Where the folder NAME is made; else here.")
def new(name: str, protocol: str, folder: Path) -> None:
    """Write the folder NAME: a passport with schema and samples that checks, to be changed into that of a service."""
    if not is_key(name):
        raise click.BadParameter("lower-case Latin letters and digits, with hyphens between", param_hint="NAME")
    with _clear_errors():
        write_skeleton(folder / name, name, Protocol(protocol))
    click.echo(f"written: {folder / name}; now change it, and see: registries-mock passport check {folder / name}")


@passport.command("check")
@click.argument("folder", type=_HERE)
@_of_passports
def check_(folder: Path, others: tuple[Path, ...]) -> None:
    """Look at the passport in FOLDER and tell all that is wrong, each with its place and what would be right."""
    with _clear_errors():
        _tell(check(folder, others))


@passport.command("add")
@click.argument("folder", type=_HERE)
@click.option("--to", "target", type=_FOLDER, default=DEFAULT_TARGET, show_default=True, help="A deployment's folder.")
@click.option("--replace", is_flag=True, help="In the place of one with the same key.")
def add_(folder: Path, target: Path, replace: bool) -> None:
    """Check the passport in FOLDER and lay it into a deployment's folder, for `serve --passports` and the gateway."""
    with _clear_errors():
        added = add(folder, target, replace=replace)
        _tell(added.look)
    click.echo(f"added: {added.place}; serve it: registries-mock serve --passports {target}")


@passport.command("list")
@_of_passports
def list_(others: tuple[Path, ...]) -> None:
    """List the passports: key, protocol, where it is asked, how sure its shape is, and the folder of one's own."""
    from contracts.catalogue import load_catalogue
    from contracts.tables import PACKAGED

    with _clear_errors():
        catalogue = load_catalogue(others)
    for key, one in sorted(catalogue.passports.items()):
        place = catalogue.folders[key]
        whose = "" if place.is_relative_to(PACKAGED) else f"  {place}"
        click.echo(f"{key:<22} {one.protocol:<10} {_asked_at(one):<28} {one.confidence}{whose}")


def _asked_at(one: Passport) -> str:
    return one.service_id or f"/{one.protocol}/{one.address}"


def _tell(look: Look) -> None:
    """One line where all is in order; raises PassportInvalid after a line for each fault."""
    for fault in look.faults:
        click.echo(str(fault), err=True)
    if look.passport is None or look.faults:
        many = len(look.faults)
        raise PassportInvalid(f"{many} {'thing is' if many == 1 else 'things are'} wrong, nothing was saved")
    one = look.passport
    terms = {bind for bind in one.binds if not bind.endswith("[]")}
    told = f"{one.key}: in order ({one.protocol}, {_asked_at(one)}; {len(terms)} terms)"
    click.echo(f"{told}; of {look.asked} personas' applicants {look.known} have a record")


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except PassportError as failure:
        fail(failure.code, str(failure))
    except GatewayError as failure:
        fail(failure.code, failure.detail)
