"""The images carry what they should: the gateway goes out without the mock suite, and nobody runs as root.

No container engine is needed: the stages of the Dockerfile are read, and their files installed into a folder.
"""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.repository.files import PACKAGES, ROOT, project_files, said

ENVIRONMENT = "/opt/venv/"
IMPORT_ALL = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for found in pkgutil.walk_packages(package.__path__, name + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
print(" ".join(sorted(name for name in sys.modules if "." not in name)))
"""


@dataclass
class Stage:
    """One stage of the Dockerfile: what it starts from, and its instructions in order."""

    base: str
    steps: list[tuple[str, list[str]]] = field(default_factory=list)

    def all(self, instruction: str) -> list[list[str]]:
        """Return the words of each instruction of a kind."""
        return [words for kind, words in self.steps if kind == instruction]


def stages() -> dict[str, Stage]:
    """Read the Dockerfile."""
    found: dict[str, Stage] = {}
    for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        kind, *words = shlex.split(line)
        if kind == "FROM":
            base, _, name = words
            current = found[name] = Stage(base)
        else:
            current.steps.append((kind, words))
    return found


def build_of(target: str) -> Stage:
    """Return the stage that a target takes its environment from."""
    taken = [words for words in stages()[target].all("COPY") if words[0].startswith("--from=")]
    (only,) = taken
    return stages()[only[0].removeprefix("--from=")]


@pytest.fixture(scope="module", params=["gateway", "mocks"])
def image(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Install a target's files as its build stage says; return the target and its environment."""
    target: str = request.param
    source, environment = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("environment")
    build = build_of(target)
    for *files, place in build.all("COPY"):
        for name in files:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, source / place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, source / place)
    for words in build.all("RUN"):
        run_step(words, source, environment)
    return target, environment


def run_step(words: list[str], source: Path, environment: Path) -> None:
    """Carry out a RUN line of a build stage inside our folders: only installing and removing are known."""
    program, *arguments = words
    if program == "rm":
        for path in arguments:
            (environment / path.removeprefix(ENVIRONMENT)).unlink()
        return
    assert program == f"{ENVIRONMENT}bin/pip", f"unknown step {words}"
    # Without --ignore-installed pip would first uninstall the project from the environment that runs these tests.
    aside = ["--quiet", "--no-index", "--ignore-installed", "--prefix", str(environment)]
    subprocess.run(
        [sys.executable, "-m", "pip", *arguments, *aside],
        cwd=source,
        check=True,
    )


def site(environment: Path) -> Path:
    """Return where an environment keeps its packages."""
    return Path(sysconfig.get_path("purelib", vars={"base": str(environment), "platbase": str(environment)}))


def rooms(target: str) -> set[str]:
    """Return the packages that a target should have."""
    return {"gateway": set(PACKAGES) - {"registries_mock"}, "mocks": {"contracts", "signing", "registries_mock"}}[
        target
    ]


def test_an_image_has_its_rooms_and_no_other(image: tuple[str, Path]) -> None:
    """The mock suite is not in the gateway's image, nor adapters and gateway in the mock's."""
    target, environment = image
    installed = {path.name for path in site(environment).iterdir() if path.suffix != ".dist-info"}
    assert installed == rooms(target)


def test_an_image_has_its_own_command_alone(image: tuple[str, Path]) -> None:
    """A command whose package is missing would only fail."""
    target, environment = image
    scripts = {path.name for path in (environment / "bin").iterdir()}
    assert scripts == {{"gateway": "asp-gateway", "mocks": "registries-mock"}[target]}


def test_every_module_of_an_image_can_be_imported_in_it(image: tuple[str, Path]) -> None:
    """With -S the project's own editable install is out of sight, so what is imported is the image's."""
    target, environment = image
    done = subprocess.run(
        [sys.executable, "-S", "-c", IMPORT_ALL, *sorted(rooms(target))],
        cwd=environment,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{site(environment)}:{sysconfig.get_path('purelib')}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert loaded & set(PACKAGES) == rooms(target)


def test_an_image_carries_the_data_of_its_rooms(image: tuple[str, Path]) -> None:
    """Every file of a package is shipped with it: tables, schemas, samples, templates."""
    target, environment = image
    own = {said(path) for path in project_files() if path.relative_to(ROOT).parts[0] in rooms(target)}
    shipped = {
        path.relative_to(site(environment)).as_posix() for path in site(environment).rglob("*") if path.is_file()
    }
    assert own <= shipped


@pytest.mark.parametrize("target", ["gateway", "mocks"])
def test_an_image_does_not_run_as_root(target: str) -> None:
    """The last word on the user is a number that is not root's."""
    (user,) = stages()[target].all("USER")[-1]
    assert int(user) > 0


def test_the_image_of_the_gateway_starts_as_production() -> None:
    """Without a word from outside it must not believe a test authority, or speak with a password that all know."""
    told = dict(word.split("=", 1) for words in stages()["gateway"].all("ENV") for word in words)
    assert told["ASP_ENVIRONMENT"] == "production"


def test_images_are_made_of_locked_dependencies() -> None:
    """Each pip install either checks hashes or takes no dependency at all."""
    installs = [words for stage in stages().values() for words in stage.all("RUN") if words[0].endswith("/pip")]
    assert installs
    assert all("--require-hashes" in words or "--no-build-isolation" in words for words in installs)
    assert all("--no-deps" in words for words in installs)


def test_base_images_are_named_without_a_host() -> None:
    """Which registry they come from is the business of the machine that builds."""
    bases = {stage.base for stage in stages().values()} - stages().keys()
    assert bases == {"python:3.11-slim"}
