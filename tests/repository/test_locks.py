"""The lock files pin every dependency by hash, name no host, and agree with pyproject.toml and with each other."""

import re
import tomllib

import pytest

from tests.repository.files import ROOT

LOCKS = ["requirements.lock", "requirements-dev.lock"]
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)( ;[^\\]*)?( \\)?$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")

locks = pytest.mark.parametrize("name", LOCKS)


def lines(name: str) -> list[str]:
    """Read a lock file."""
    return (ROOT / name).read_text(encoding="utf-8").splitlines()


def pins(name: str) -> dict[str, str]:
    """Map each locked distribution to its release."""
    return {found[1]: found[2] for line in lines(name) if (found := PIN.match(line))}


def wanted(requirements: list[str]) -> set[str]:
    """Return the distributions that a list of requirements names."""
    return {re.split(r"[\[<>=~!; ]", requirement)[0].lower().replace("_", "-") for requirement in requirements}


@locks
def test_every_requirement_is_followed_by_its_hashes(name: str) -> None:
    """A line is a comment, a pin, or a hash of the pin above it; no pin is without."""
    hashed = True
    for line in lines(name):
        if line.lstrip().startswith("#"):
            continue
        if PIN.match(line):
            assert hashed, f"the requirement before {line!r} has no hash"
            hashed = False
        else:
            assert HASH.match(line), f"neither a pin nor a hash: {line!r}"
            hashed = True
    assert hashed


@locks
def test_no_line_names_a_host_or_a_folder(name: str) -> None:
    """Where packages come from is the business of the machine that installs them."""
    assert not [line for line in lines(name) if "/" in line or "--index" in line or "--find" in line]


def test_the_runtime_lock_covers_what_the_project_needs() -> None:
    """The build tool is in it too: the project itself installs without one more download."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needs = wanted(project["project"]["dependencies"]) | wanted(project["dependency-groups"]["build"])
    assert needs <= pins("requirements.lock").keys()


def test_the_lock_of_the_checks_covers_the_rest() -> None:
    """The checks' lock has the tools and the PostgreSQL driver."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needs = wanted(project["dependency-groups"]["dev"]) | wanted(
        project["project"]["optional-dependencies"]["postgresql"]
    )
    assert needs <= pins("requirements-dev.lock").keys()


def test_checks_run_on_the_releases_that_are_shipped() -> None:
    """Each runtime pin stands in the lock of the checks with the same release."""
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()
