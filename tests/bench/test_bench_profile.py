"""A profile shares out all of an exchange's time, and finds a thread's CPU by what the thread does."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.profile.page import Load, render
from tests.bench.profile.rooms import ELSEWHERE, profile, split
from tests.bench.profile.threads import GONE, Spent, name_role, read_spent

ROOT = Path(__file__).resolve().parents[2]
ADAPTER = (str(ROOT / "adapters" / "shep" / "sync.py"), 1, "ask")
LIBRARY = (str(ROOT / ".venv" / "lib" / "python" / "site-packages" / "tenacity" / "retry.py"), 1, "run")
GET, SIGN = ("~", 0, "<method 'get' of 'dict' objects>"), ("~", 0, "<method 'sign' of 'cryptography.RSA'>")
STATS = {
    # calls that are not within themselves, calls, own seconds, with what they call, and the same by caller
    ADAPTER: (10, 10, 0.3, 1.0, {}),
    LIBRARY: (10, 10, 0.2, 0.2, {}),
    GET: (20, 20, 0.2, 0.2, {ADAPTER: (15, 15, 0.15, 0.15), LIBRARY: (5, 5, 0.05, 0.05)}),
    SIGN: (10, 10, 0.4, 0.4, {ADAPTER: (10, 10, 0.4, 0.4)}),
}


def test_the_rooms_add_up_to_what_one_go_takes_without_a_profiler() -> None:
    # Fifty calls took 1.1 s with the profiler, ten goes take 0.6 s without it: 10 ms of each call are the profiler's.
    found = split(STATS, plain=0.06, count=10)
    assert sum(found.rooms.values()) == pytest.approx(0.06 * 1e6)
    assert found.calls == 5
    assert found.rooms["adapters/shep"] == pytest.approx((0.3 + 0.15 - 25 * 0.01) * 1e5)
    assert found.rooms[ELSEWHERE] == pytest.approx((0.2 + 0.05 - 15 * 0.01) * 1e5)
    assert found.rooms["operations of keys (cryptography)"] == pytest.approx((0.4 - 10 * 0.01) * 1e5)
    assert found.functions["adapters/shep/sync.py: ask"] == found.rooms["adapters/shep"]


def test_what_really_runs_is_found_under_its_folder() -> None:
    found = profile(lambda: name_role("exchange_3"), 20)
    assert list(found.rooms) and "tests/bench" in found.rooms
    assert any(name.startswith("tests/bench/profile/threads.py") for name in found.functions)


@pytest.mark.parametrize(
    ("thread", "role"),
    [
        ("exchange_17", "exchange"),
        ("waitress-3", "waitress"),
        ("store-writer", "store-writer"),
        ("Thread-4 (run)", "Thread"),
    ],
)
def test_threads_of_one_pool_are_one_line(thread: str, role: str) -> None:
    assert name_role(thread) == role


def lay_out(folder: Path, threads: dict[str, tuple[str, int]], ticks: tuple[int, int]) -> Path:
    """Threads by number: name, and nanoseconds of CPU."""
    process = folder / "7"
    for number, (_, nanoseconds) in threads.items():
        task = process / "task" / number
        task.mkdir(parents=True)
        (task / "schedstat").write_text(f"{nanoseconds} 1 2\n", encoding="utf-8")
        told = "voluntary_ctxt_switches:\t30\nnonvoluntary_ctxt_switches:\t12\n"
        (task / "status").write_text(told, encoding="utf-8")
    fields = ["S", *["0"] * 10, *map(str, ticks), *["0"] * 10]
    (process / "stat").write_text(f"7 (asp (gateway)) {' '.join(fields)}\n", encoding="utf-8")
    names = folder / "names.json"
    names.write_text(
        json.dumps({number: name for number, (name, _) in threads.items()} | {"99": "over"}), encoding="utf-8"
    )
    return names


def test_cpu_is_told_by_what_threads_do_and_the_rest_is_not_lost(tmp_path: Path) -> None:
    threads = {"7": ("MainThread", 5_000_000), "8": ("exchange_0", 40_000_000), "9": ("exchange_1", 20_000_000)}
    tick = 1000 / os.sysconf("SC_CLK_TCK")
    spent = read_spent(7, lay_out(tmp_path, threads, (8, 2)), tmp_path)
    assert spent.milliseconds == pytest.approx({"MainThread": 5, "exchange": 60, GONE: 10 * tick - 65})
    assert spent.switches == {"MainThread": 42, "exchange": 84}
    assert spent.in_kernel == 2 * tick
    half = spent.since(Spent({"exchange": 20}, {}, tick)).divided_by(2)
    assert half.milliseconds["exchange"] == 20
    assert half.in_kernel == tick / 2


def test_the_page_tells_shares_and_the_command() -> None:
    run = dict.fromkeys(("date", "commit", "machine", "load", "versions"), "known")
    load = Load("unsigned", 8, Spent({"exchange": 30.0, "store-writer": 10.0}, {"exchange": 7}, 4.0))
    page = render(run, "make profile", split(STATS, 0.06, 10), [load])
    assert "$ make profile" in page
    assert "| exchange | exchanges, their evidence and log lines | 30.0 | 75.0% | 7 |" in page
    assert "of which the kernel has 10.0%" in page
    rooms = page.partition(" dearest functions")[0]
    shares = [float(found) for found in re.findall(r"\| (-?[\d.]+)% \|$", rooms, re.MULTILINE)]
    assert sum(shares) == pytest.approx(100, abs=0.2)


@pytest.mark.long
def test_the_command_measures_and_writes(tmp_path: Path) -> None:
    page = tmp_path / "profile.md"
    command = [sys.executable, "-m", "tests.bench.profile", "--calls", "20", "--rounds", "1", "--page", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told = page.read_text(encoding="utf-8")
    for word in ("| adapters/payloads |", "| operations of keys (cryptography) |", "| exchange |", "| store-writer |"):
        assert word in told
