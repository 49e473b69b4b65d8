"""How known failures end a command."""

from __future__ import annotations

import pytest
import typer

from skyflytt import cli
from skyflytt.errors.base import Failure
from skyflytt.errors.connection import PasswordRefused, ServerUnreachable
from skyflytt.project.secrets import SecretMissing


@pytest.mark.parametrize(
    ("failure", "status", "sentence"),
    [
        (PasswordRefused("anna@old-mail", "NO [AUTHENTICATIONFAILED]"), 1, "refused the sign-in of anna@old-mail"),
        (ServerUnreachable("old-mail", "timed out"), 75, "old-mail does not answer: timed out"),
        (SecretMissing("servers.a"), 1, "There is no secret for servers.a"),
    ],
)
def test_a_failure_is_a_sentence_advice_and_a_status(
    failure: Failure, status: int, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise failure

    app = typer.Typer()
    app.callback()(lambda: None)
    app.command("fail")(fail)
    monkeypatch.setattr(cli, "app", app)
    assert cli.run(["fail"]) == status
    shown, *rest = capsys.readouterr().err.splitlines()
    assert sentence in shown
    assert failure.code in shown
    assert rest == [failure.advice]
