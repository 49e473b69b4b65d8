"""Tokens for Microsoft Graph, by msal: an application signs in by its secret or certificate, a person by a device code.

Flows: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow and …/v2-oauth2-device-code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
import msal
from msal.exceptions import MsalServiceError

from skyflytt.errors.connection import ServerBusy
from skyflytt.errors.graph import ApplicationRefused, SignInNeeded, TenantUnknown
from skyflytt.graph.certificate import credential
from skyflytt.graph.settings import GraphSettings
from skyflytt.graph.sign_in_failures import failure_of
from skyflytt.graph.token_cache import EncryptedTokenCache
from skyflytt.graph.unreachable import told


class _Http:
    """httpx as msal wants it: it gives form fields as bytes, which httpx would write down as Python shows them."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def get(self, url: str, **more: Any) -> httpx.Response:
        return self._http.get(url, **more)

    def post(self, url: str, data: Any = None, **more: Any) -> httpx.Response:
        fields = {name: one.decode() if isinstance(one, bytes) else one for name, one in (data or {}).items()}
        return self._http.post(url, data=fields, **more)

    def close(self) -> None:
        """Whoever opened it closes it."""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person is shown: `message` says where to go and what to enter."""

    message: str
    flow: dict[str, Any]


class SignIn:
    """One application's, or one person's, way in. `secret` is the settings' secret; it is in no `repr` and in no failure."""

    def __init__(self, settings: GraphSettings, secret: str, http: httpx.Client) -> None:
        self._settings = settings
        self._scopes = [f"{settings.graph_url}/.default"]
        self._secret = secret
        self._http = http
        self._opened: Any = None

    @property
    def _name(self) -> str:
        return f"{self._settings.client_id} in {self._settings.tenant}"

    @property
    def _application(self) -> Any:
        """Made when it is first needed: msal asks the tenant for its addresses then."""
        if self._opened is None:
            self._opened = self._made()
        return self._opened

    def _made(self) -> Any:
        settings = self._settings
        with told(settings.login_url):
            by_code = settings.auth == "device-code"
            kind = msal.PublicClientApplication if by_code else msal.ConfidentialClientApplication
            proof = {} if by_code else {"client_credential": self._proof()}
            try:
                return kind(
                    settings.client_id,
                    authority=f"{settings.login_url}/{settings.tenant}",
                    instance_discovery=False,
                    http_client=_Http(self._http),
                    token_cache=self._cache(),
                    **proof,
                )
            except ValueError as error:
                raise TenantUnknown(settings.tenant, f"{settings.login_url} has no such tenant") from error
            except MsalServiceError as error:
                raise ServerBusy(settings.login_url, str(error)) from error

    def _proof(self) -> str | dict[str, str]:
        if self._settings.auth == "secret":
            return self._secret
        if self._settings.certificate_file is None:
            raise ApplicationRefused(self._name, "no `certificate_file` is named")
        return credential(self._settings.certificate_file, self._secret)

    def _cache(self) -> msal.TokenCache:
        if self._settings.token_file is None:
            return msal.TokenCache()
        of_key = self._settings.auth == "certificate" and self._settings.certificate_file
        return EncryptedTokenCache(self._settings.token_file, of_key.read_bytes() if of_key else self._secret.encode())

    def token(self) -> str:
        """One that is still good: a kept one, or a new one. Raises failures of `skyflytt.errors.graph` and `.connection`."""
        return self._asked(renew=False)

    def renew(self) -> str:
        """A new one, for when the kept one was refused."""
        return self._asked(renew=True)

    def _asked(self, *, renew: bool) -> str:
        application = self._application
        with told(self._settings.login_url):
            try:
                answer = (
                    self._silently(application, renew)
                    if self._settings.auth == "device-code"
                    else self._as_itself(application, renew)
                )
            except MsalServiceError as error:
                raise ServerBusy(self._settings.login_url, str(error)) from error
        return self._taken(answer)

    def _as_itself(self, application: Any, renew: bool) -> dict[str, Any]:
        if renew:
            application.remove_tokens_for_client()
        return dict(application.acquire_token_for_client(self._scopes))

    def _silently(self, application: Any, renew: bool) -> dict[str, Any]:
        accounts = application.get_accounts()
        if not accounts:
            raise SignInNeeded(self._name, "nobody has signed in yet, or the tokens were kept under another secret")
        found = application.acquire_token_silent_with_error(self._scopes, accounts[0], force_refresh=renew)
        return dict(found or {"error": "interaction_required", "error_description": "no token is kept any more"})

    def begin(self) -> DeviceCode:
        """Ask for a code that a person enters in a browser; `finish` waits for it."""
        application = self._application
        with told(self._settings.login_url):
            flow = application.initiate_device_flow(self._scopes)
        if "user_code" not in flow:
            raise failure_of(self._settings, flow)
        return DeviceCode(str(flow["message"]), flow)

    def finish(self, code: DeviceCode) -> None:
        """Wait until the person has entered it, or its time is over (`SignInNeeded`). The tokens are kept in `token_file`."""
        with told(self._settings.login_url):
            answer = self._application.acquire_token_by_device_flow(code.flow)
        self._taken(dict(answer))

    def _taken(self, answer: dict[str, Any]) -> str:
        if "access_token" not in answer:
            raise failure_of(self._settings, answer)
        return str(answer["access_token"])
