"""Where secrets are found, in which order, and that they never show."""

from __future__ import annotations

import json
import os
import pickle
import pty
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from skyflytt.project.secret_keys import mailbox_keys, server_key, variable_of
from skyflytt.project.secrets import (
    EnvironmentSecrets,
    FileSecrets,
    PromptSecrets,
    SecretMissing,
    SecretsFileUnusable,
    first_of,
    secrets_of_this_machine,
)

VALUE = "hunter2-å"


def secrets_file(tmp_path: Path, text: str, name: str = "secrets.yaml", mode: int = 0o600) -> Path:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    file.chmod(mode)
    return file


def test_keys_and_variables() -> None:
    assert server_key("old-mail") == "servers.old-mail"
    assert mailbox_keys("anna", "source", "old-mail") == ("mailboxes.anna.source", "servers.old-mail")
    assert variable_of("mailboxes.anna.source") == "SKYFLYTT_SECRET_MAILBOXES_ANNA_SOURCE"
    assert variable_of("servers.old-mail") == "SKYFLYTT_SECRET_SERVERS_OLD_MAIL"


def test_a_mailbox_falls_back_to_its_server() -> None:
    keys = mailbox_keys("anna", "target", "new-mail")
    environment = {"SKYFLYTT_SECRET_SERVERS_NEW_MAIL": "server"}
    assert EnvironmentSecrets(environment).get(*keys) == "server"
    environment["SKYFLYTT_SECRET_MAILBOXES_ANNA_TARGET"] = "own"
    assert EnvironmentSecrets(environment).get(*keys) == "own"
    with pytest.raises(SecretMissing):
        EnvironmentSecrets(environment).get("mailboxes.anna.source")


def test_a_missing_secret_says_where_it_can_be_put() -> None:
    with pytest.raises(SecretMissing) as caught:
        EnvironmentSecrets({"SKYFLYTT_SECRET_SERVERS_A": ""}).get("mailboxes.anna.source", "servers.a")
    for place in (
        "SKYFLYTT_SECRET_MAILBOXES_ANNA_SOURCE",
        "SKYFLYTT_SECRET_SERVERS_A",
        "servers.a in the secrets file",
    ):
        assert place in caught.value.sentence
    assert "SKYFLYTT_SECRETS_FILE" in caught.value.advice
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("s.yaml", f"servers.old-mail: {VALUE}\n"),
        ("s.yml", f"servers:\n  old-mail: {VALUE}\n"),
        ("s.json", json.dumps({"servers": {"old-mail": VALUE}})),
        ("s.json", json.dumps({"servers.old-mail": VALUE}, ensure_ascii=False)),
    ],
)
def test_files_with_dotted_or_nested_keys(tmp_path: Path, name: str, text: str) -> None:
    assert FileSecrets(secrets_file(tmp_path, text, name)).get("mailboxes.anna.source", "servers.old-mail") == VALUE


@pytest.mark.parametrize("written", ["0123", "no", "1e5", "2026-08-08", "~"])
def test_a_password_stays_the_text_that_stands_in_the_file(tmp_path: Path, written: str) -> None:
    assert FileSecrets(secrets_file(tmp_path, f"servers.a: {written}\n")).get("servers.a") == written


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o666])
def test_a_file_that_others_can_use_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(SecretsFileUnusable, match=f"its mode is {mode:04o}") as caught:
        FileSecrets(secrets_file(tmp_path, f"servers.a: {VALUE}\n", mode=mode))
    assert "chmod 600" in caught.value.advice


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("s.yaml", f"servers.a: '{VALUE}\n", "line . is not valid YAML"),
        ("s.yaml", f"- {VALUE}\n", "the whole file is not a mapping"),
        ("s.yaml", f"servers.a: [{VALUE}]\n", "servers.a is not a text"),
        ("s.json", '{"servers.a": 12345678}', "servers.a is not a text"),
        ("s.json", f'{{"servers.a": "{VALUE}"', "line 1 is not valid JSON"),
    ],
)
def test_a_broken_file_is_told_without_its_content(tmp_path: Path, name: str, text: str, what: str) -> None:
    with pytest.raises(SecretsFileUnusable, match=what) as caught:
        FileSecrets(secrets_file(tmp_path, text, name))
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=False).format())
    assert VALUE not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_bytes_that_are_not_utf8_and_a_missing_file(tmp_path: Path) -> None:
    file = secrets_file(tmp_path, "")
    file.write_bytes(b"servers.a: hunter2\xff\n")
    with pytest.raises(SecretsFileUnusable, match="not UTF-8") as caught:
        FileSecrets(file)
    assert caught.value.__context__ is None
    with pytest.raises(SecretsFileUnusable, match="No such file"):
        FileSecrets(tmp_path / "missing.yaml")


def test_the_first_source_that_has_it_wins_and_nothing_shows_a_value(tmp_path: Path) -> None:
    file = FileSecrets(secrets_file(tmp_path, f"servers.a: {VALUE}\nservers.b: from-file\n"))
    environment = EnvironmentSecrets({"SKYFLYTT_SECRET_SERVERS_B": "from-environment"})
    chain = first_of(environment, file)
    assert chain.get("servers.a") == VALUE
    assert chain.get("servers.b") == "from-environment"
    for shown in map(repr, (chain, file, environment, PromptSecrets())):
        assert VALUE not in shown
        assert "from-" not in shown
    with pytest.raises(SecretMissing):
        chain.get("servers.c")


def test_the_machine_looks_in_the_environment_then_in_the_named_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKYFLYTT_SECRETS_FILE", str(secrets_file(tmp_path, "servers: {a: file, b: file}\n")))
    monkeypatch.setenv("SKYFLYTT_SECRET_SERVERS_B", "environment")
    secrets = secrets_of_this_machine()
    assert (secrets.get("servers.a"), secrets.get("servers.b")) == ("file", "environment")


ASK_TWICE = """
from skyflytt.project.secrets import secrets_of_this_machine
secrets = secrets_of_this_machine()
first, again = secrets.get("servers.a"), secrets.get("mailboxes.x.source", "servers.a")
print("same" if first == again == "typed-in" else "different")
"""


def test_a_person_at_a_terminal_is_asked_once_without_echo() -> None:
    controller, terminal = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SKYFLYTT_")}
    with subprocess.Popen(
        [sys.executable, "-c", ASK_TWICE],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=environment,
        start_new_session=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        os.close(terminal)
        shown = read_until(controller, b"Secret for servers.a: ")
        os.write(controller, b"typed-in\n")
        shown += read_until(controller, b"same")
        assert process.wait(20) == 0
    os.close(controller)
    assert b"typed-in" not in shown
    assert shown.count(b"Secret for") == 1


def read_until(controller: int, sign: bytes) -> bytes:
    shown = b""
    while sign not in shown:
        shown += os.read(controller, 1024)
    return shown


def test_without_a_terminal_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with (Path(os.devnull)).open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        with pytest.raises(SecretMissing, match=r"servers\.a"):
            PromptSecrets().get("servers.a")
