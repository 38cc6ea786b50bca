"""Which files the project consists of."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("contracts", "signing", "adapters", "registries_mock", "gateway")
LEFT_BEHIND = frozenset(
    {
        ".git",
        ".venv",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".import_linter_cache",
        ".hypothesis",
        "__pycache__",
        "node_modules",
    }
    | {"build", "dist", "var", "asp_gateway.egg-info"}
)


def project_files() -> list[Path]:
    """List every file of the project: as git knows it (or would, at the next add), else all but what runs leave."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "-co", "--exclude-standard"],  # noqa: S607
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if LEFT_BEHIND.isdisjoint(path.relative_to(ROOT).parts)]
    return sorted(path for path in found if path.is_file())


def python_files() -> list[Path]:
    """List the modules of the project, its tests included."""
    return [path for path in project_files() if path.suffix == ".py"]


def said(path: Path) -> str:
    """Name a file as a person would: from the root of the project."""
    return path.relative_to(ROOT).as_posix()
