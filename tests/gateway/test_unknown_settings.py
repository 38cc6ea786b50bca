"""A variable that looks like a setting and is none is told, with the setting that was meant, and without its value."""

from __future__ import annotations

import logging

import click
import pytest

from gateway.cli import COMMANDS, main
from gateway.setting_rows import PREFIX, TABLE
from gateway.settings import given_names
from gateway.unknown_settings import find_unknown, log_unknown


@pytest.mark.parametrize(("given", "nearest"), [
    ("ASP_DATABSE_URL", "ASP_DATABASE_URL"),
    ("ASP_DATABASE_URI", "ASP_DATABASE_URL"),
    ("ASP_ENGIN", "ASP_ENGINE"),
    ("ASP_METRICS_TOKEN_FIL", "ASP_METRICS_TOKEN_FILE"),
    # The file of a setting that is no secret is not read.
    ("ASP_ORGANISATION_NAME_FILE", ""),
    ("ASP_WHATEVER", ""),
])  # fmt: skip
def test_what_is_no_setting_is_found_with_the_one_that_was_meant(given: str, nearest: str) -> None:
    (found,) = find_unknown([given, "ASP_PORT"])
    assert found[0] == given
    assert not nearest or found[1] == nearest


def test_no_setting_is_unknown_nor_what_a_command_reads() -> None:
    context = click.Context(main)
    commands = [main.get_command(context, name) for name in COMMANDS]
    read = {str(each.envvar) for one in commands if one for each in one.params if each.envvar}
    assert len(read) > 2 and all(name.startswith(PREFIX) for name in read)
    names = [row.variable for row in TABLE] + [f"{row.variable}_FILE" for row in TABLE if row.secret]
    assert not list(find_unknown([*names, *read]))


def test_a_process_that_starts_says_it_without_the_value(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASP_SENDER_PASWORD", "PRIVATE")
    monkeypatch.setenv("ASPNETCORE_URLS", "another's")
    with caplog.at_level(logging.WARNING, logger="gateway"):
        log_unknown(given_names())
    assert "ASPNETCORE" not in caplog.text
    assert '"setting_unknown"' in caplog.text and "ASP_SENDER_PASSWORD" in caplog.text
    assert "PRIVATE" not in caplog.text
