"""`asp-gateway check-passport`: our reader says of a user's samples what is stated beside them, or that it does not."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from contracts.words import Protocol
from gateway.cli import main
from registries_mock.passports.skeletons import write_skeleton

WRONG = (
    # file, what stands there, what is written in its place, what is told
    (
        "samples/reply.expected.json",
        "A-205",
        "A-206",
        "samples/reply.{ending}: person.card[1].number is read otherwise ",
    ),
    (
        "samples/reply.{ending}",
        "2024-03-15",
        "15.03.2024",
        "samples/reply.{ending} is not understood: contract-broken: ",
    ),
    ("passport.toml", 'missing = "no_record"', "", "samples/no_record.{ending} is not understood: contract-broken: "),
    (
        "passport.toml",
        'missing = "no_record"',
        'missing = "answer"',
        "samples/no_record.{ending} is read as answered, ",
    ),
)


def run(folder: Path) -> Result:
    return CliRunner().invoke(main, ["check-passport", str(folder)])


def test_samples_that_are_read_otherwise_than_stated_are_told(tmp_path: Path) -> None:
    for protocol, ending in ((Protocol.SHEP_SYNC, "xml"), (Protocol.REST, "json")):
        folder = tmp_path / protocol / "card"
        write_skeleton(folder, "card", protocol)
        assert run(folder).stdout == "card: its samples are read as stated\n"
        for name, there, written, told in WRONG:
            file = folder / name.format(ending=ending)
            before = file.read_text(encoding="utf-8")
            file.write_text(before.replace(there, written), encoding="utf-8")
            result = run(folder)
            lines = [line for line in result.stderr.splitlines() if line.startswith(told.format(ending=ending))]
            assert (result.exit_code, bool(lines)) == (1, True), f"{protocol}: {told}: {result.stderr}"
            file.write_text(before, encoding="utf-8")


def test_a_passport_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    write_skeleton(tmp_path / "card", "card", Protocol.SOAP)
    (tmp_path / "card" / "samples" / "reply.expected.json").write_text("{", encoding="utf-8")
    assert run(tmp_path / "card").stderr == "catalogue-invalid: samples/reply.expected.json is no JSON\n"
    (tmp_path / "card" / "passport.toml").unlink()
    assert run(tmp_path / "card").stderr.startswith(
        "catalogue-invalid: passport.toml cannot be read: FileNotFoundError"
    )
