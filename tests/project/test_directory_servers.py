"""Microsoft 365, Exchange by PowerShell and accounts over SSH in the project file."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from skyflytt.project.servers import ExchangePowershellServer, Microsoft365Server, SshAccountsServer


def tenant(**values: Any) -> Microsoft365Server:
    given = {"kind": "microsoft365", "tenant": "norrsken.example", "client_id": "app"}
    return Microsoft365Server.model_validate({**given, **values})


def exchange(**values: Any) -> ExchangePowershellServer:
    return ExchangePowershellServer.model_validate(
        {"kind": "exchange-powershell", "host": "ex01", "user": "u", **values}
    )


def test_the_least_that_is_needed() -> None:
    assert (tenant().auth, tenant().graph_url) == ("secret", "https://graph.microsoft.com")
    assert (exchange().port, exchange().path, exchange().auth) == (443, "PowerShell", "basic")
    machine = SshAccountsServer.model_validate({"kind": "ssh-accounts", "host": "shell.example", "user": "u"})
    assert (machine.port, machine.commands, machine.sudo) == (22, None, False)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"auth": "certificate"}, "belong together"),
        ({"certificate_file": "/etc/app.pem"}, "belong together"),
        ({"auth": "device-code"}, "sign in for every run"),
        ({"graph_url": "https://graph.microsoft.com/"}, "ends in a slash"),
        ({"login_url": "http://login.example"}, "over TLS"),
    ],
)
def test_tenants_that_cannot_be_used(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        tenant(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"export_share": r"C:\pst"},
        {"export_share": "//files01/pst"},
        {"export_share": r"\\files01"},
        {"path": "/PowerShell"},
        {"auth": "digest"},
    ],
)
def test_exchanges_that_cannot_be_used(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        exchange(**values)


def test_shares_may_have_blanks() -> None:
    assert exchange(export_share=r"\\files01\PST Files\2026").export_share == r"\\files01\PST Files\2026"
