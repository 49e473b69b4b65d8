"""Who gets in, and to which mailboxes."""

from __future__ import annotations

from pathlib import Path

import exchangelib
import pytest
import requests
from exchangelib.errors import (
    ErrorAccessDenied,
    ErrorFolderNotFound,
    ErrorImpersonateUserDenied,
    ErrorNonExistentMailbox,
    UnauthorizedError,
)
from oauthlib.oauth2 import OAuth2Token

from skyflytt.sandbox.exchange.running import Exchange

from .conftest import ANNA, BENGT, INFO, PASSWORD, SERVICE, configuration, delegated, impersonated

pytestmark = pytest.mark.real


def test_the_authentication_type_and_the_version_are_found_by_asking(exchange: Exchange) -> None:
    config = exchangelib.Configuration(
        service_endpoint=exchange.url, credentials=exchangelib.Credentials(ANNA, PASSWORD)
    )
    account = exchangelib.Account(ANNA, config=config, autodiscover=False, access_type=exchangelib.DELEGATE)
    assert account.protocol.auth_type == exchangelib.BASIC
    assert account.version.build.major_version == 15
    assert account.version.api_version == "Exchange2016"


def test_a_wrong_password_is_refused(exchange: Exchange) -> None:
    exchangelib.close_connections()
    with pytest.raises(UnauthorizedError):
        _ = delegated(exchange, ANNA, ANNA, "wrong").root


def test_an_impersonator_is_whom_it_impersonates(exchange: Exchange) -> None:
    assert impersonated(exchange, ANNA).inbox.name == "Inkorgen"
    assert impersonated(exchange, BENGT).inbox.name == "Inbox"


def test_who_may_not_impersonate_is_told_so(exchange: Exchange) -> None:
    config = configuration(exchange, BENGT)
    account = exchangelib.Account(ANNA, config=config, autodiscover=False, access_type=exchangelib.IMPERSONATION)
    with pytest.raises(ErrorImpersonateUserDenied):
        _ = account.root


def test_nobody_can_be_impersonated_who_has_no_mailbox(exchange: Exchange) -> None:
    with pytest.raises(ErrorNonExistentMailbox):
        _ = impersonated(exchange, "nobody@sandbox.example").root


def test_a_delegate_opens_the_mailboxes_it_may_open_and_no_other(exchange: Exchange) -> None:
    assert delegated(exchange, ANNA, INFO).inbox.name == "Inbox"
    with pytest.raises(ErrorAccessDenied):
        _ = delegated(exchange, BENGT, INFO).inbox


def test_an_archive_is_there_or_it_is_not(exchange: Exchange) -> None:
    archive = impersonated(exchange, ANNA).archive_msg_folder_root
    assert [folder.name for folder in archive.children] == ["Borttaget"]
    with pytest.raises(ErrorFolderNotFound):
        _ = impersonated(exchange, BENGT).archive_root


def test_public_folders_are_everybodys(exchange: Exchange) -> None:
    root = impersonated(exchange, ANNA).public_folders_root
    exchangelib.folders.Folder(parent=root, name="Priser").save()
    theirs = impersonated(exchange, BENGT).public_folders_root
    assert [folder.name for folder in theirs.children] == ["Priser"]


def test_a_bearer_token_lets_its_account_in(exchange: Exchange, certificates: Path) -> None:
    given = requests.post(
        exchange.url.replace("/EWS/Exchange.asmx", "/tenant/oauth2/v2.0/token"),
        data={"grant_type": "client_credentials", "client_id": SERVICE, "client_secret": PASSWORD},
        verify=str(certificates / "ca.pem"),
        timeout=10,
    ).json()
    credentials = exchangelib.OAuth2AuthorizationCodeCredentials(access_token=OAuth2Token(given))
    config = exchangelib.Configuration(
        service_endpoint=exchange.url, credentials=credentials, auth_type=exchangelib.OAUTH2
    )
    account = exchangelib.Account(ANNA, config=config, autodiscover=False, access_type=exchangelib.IMPERSONATION)
    assert account.inbox.name == "Inkorgen"


def test_a_bearer_token_that_nobody_gave_is_refused(exchange: Exchange, certificates: Path) -> None:
    answer = requests.post(
        exchange.url, headers={"Authorization": "Bearer x"}, verify=str(certificates / "ca.pem"), timeout=10
    )
    assert answer.status_code == 401
    assert "Basic" in answer.headers["WWW-Authenticate"]


def test_names_are_resolved(exchange: Exchange) -> None:
    account = impersonated(exchange, ANNA)
    assert account.version
    found = account.protocol.resolve_names(["Öberg"])
    assert [mailbox.email_address for mailbox in found] == [BENGT]


def test_time_zones_are_told(exchange: Exchange) -> None:
    zones = impersonated(exchange, ANNA).protocol.get_timezones(return_full_timezone_data=True)
    names = {zone.id for zone in zones}
    assert "W. Europe Standard Time" in names
    assert len(names) == 6
