"""Tokens: the tenant's metadata, client credentials by secret or certificate, device codes, refreshing, revoking.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow, …/v2-oauth2-device-code, RFC 6749, RFC 7523, RFC 8628.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography import x509

from skyflytt.deadline.clock import Clock
from skyflytt.sandbox.servers.graph.settings import Application, Tenant, User

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class NoToken(Exception):
    """The endpoint's refusal; `number` is the one of AADSTS."""

    def __init__(self, error: str, number: int, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status
        self.body = {"error": error, "error_description": f"AADSTS{number}: {words}", "error_codes": [number]}


@dataclass(slots=True)
class Device:
    client_id: str
    user_code: str
    ends: datetime
    user: User | None = None
    declined: bool = False


@dataclass(slots=True)
class Tokens:
    """Of one tenant. `passwords` are the secrets by key; tokens are opaque, and only look like JSON Web Tokens."""

    tenant: Tenant
    passwords: Mapping[str, str]
    clock: Clock
    issued: dict[str, tuple[Application, datetime]] = field(default_factory=dict)
    refreshing: dict[str, tuple[Application, User]] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.RLock)

    def require_tenant(self, name: str) -> None:
        if name.lower() not in (self.tenant.id, *self.tenant.domains):
            raise NoToken(
                "invalid_tenant",
                90002,
                f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID.",
            )

    def metadata(self, login: str, name: str = "") -> dict[str, str]:
        own = f"{login}/{self.tenant.elsewhere.get(name.lower(), self.tenant.id)}"
        return {
            "issuer": f"{own}/v2.0",
            "authorization_endpoint": f"{own}/oauth2/v2.0/authorize",
            "token_endpoint": f"{own}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{own}/oauth2/v2.0/devicecode",
        }

    def permissions(self, authorization: str) -> frozenset[str] | None:
        """Of a token that is still good; None for any other."""
        with self.lock:
            found = self.issued.get(authorization.removeprefix("Bearer ").strip())
        if found is None or found[1] <= self.clock.now():
            return None
        return frozenset(found[0].permissions if found[0].consented else ())

    def revoke(self) -> None:
        with self.lock:
            self.issued.clear()
            self.refreshing.clear()

    def expire(self) -> None:
        with self.lock:
            self.issued.clear()

    def device(self, form: Mapping[str, str], login: str) -> dict[str, Any]:
        application = self._application(form.get("client_id", ""))
        code, shown = secrets.token_urlsafe(24), secrets.token_hex(4).upper()
        with self.lock:
            self.devices[code] = Device(application.client_id, shown, self.clock.now() + timedelta(minutes=15))
        where = f"{login}/common/oauth2/deviceauth"
        message = f"To sign in, use a web browser to open the page {where} and enter the code {shown} to authenticate."
        return {
            "device_code": code, "user_code": shown, "verification_uri": where, "expires_in": 900, "interval": 0, "message": message,
        }  # fmt: skip

    def decide(self, user_code: str, user: User | None) -> bool:
        """The person enters the code; without a user, it is declined."""
        with self.lock:
            for device in self.devices.values():
                if device.user_code == user_code:
                    device.user, device.declined = user, user is None
                    return True
        return False

    def token(self, form: Mapping[str, str], endpoint: str) -> dict[str, Any]:
        application = self._application(form.get("client_id", ""))
        grant = form.get("grant_type", "")
        if grant == "client_credentials":
            self._require_proof(application, form, endpoint)
            return self._given(application, None)
        if not application.consented:
            words = (
                f"The user or administrator has not consented to use the application with ID '{application.client_id}'."
            )
            raise NoToken("invalid_grant", 65001, words)
        if grant == DEVICE_CODE:
            return self._given(application, self._entered(form.get("device_code", "")))
        if grant == "refresh_token":
            with self.lock:
                found = self.refreshing.pop(form.get("refresh_token", ""), None)
            if found is None:
                raise NoToken(
                    "invalid_grant",
                    50173,
                    "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
                )
            return self._given(*found)
        raise NoToken("unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{grant}'.")

    def _application(self, client_id: str) -> Application:
        for application in self.tenant.applications:
            if application.client_id == client_id:
                return application
        raise NoToken(
            "unauthorized_client",
            700016,
            f"Application with identifier '{client_id}' was not found in the directory '{self.tenant.name}'.",
        )

    def _require_proof(self, application: Application, form: Mapping[str, str], endpoint: str) -> None:
        if form.get("client_assertion_type") == ASSERTION:
            return self._require_signed(application, form.get("client_assertion", ""), endpoint)
        wanted = self.passwords.get(application.secret_key or "", "")
        if application.secret_ended:
            words = f"The provided client secret keys for app '{application.client_id}' are expired."
            raise NoToken("invalid_client", 7000222, words, 401)
        if not wanted or not secrets.compare_digest(wanted.encode(), form.get("client_secret", "").encode()):
            raise NoToken(
                "invalid_client",
                7000215,
                f"Invalid client secret provided for app '{application.client_id}'.",
                401,
            )
        return None

    def _require_signed(self, application: Application, assertion: str, endpoint: str) -> None:
        """Signed by the certificate, for this endpoint, in this hour (RFC 7523, section 3)."""
        if application.certificate is None:
            raise NoToken("invalid_client", 700027, "The certificate that signed the assertion is not registered.", 401)
        key: Any = x509.load_pem_x509_certificate(application.certificate.read_bytes()).public_key()
        try:
            jwt.decode(
                assertion,
                key,
                algorithms=["RS256", "PS256"],
                audience=endpoint,
                issuer=application.client_id,
                options={"require": ["exp"]},
            )
        except jwt.InvalidTokenError as error:
            raise NoToken(
                "invalid_client", 700027, f"Client assertion failed signature validation. [Reason - {error}]", 401
            ) from error

    def _entered(self, code: str) -> User:
        with self.lock:
            device = self.devices.get(code)
            if device is None or device.ends <= self.clock.now():
                raise NoToken(
                    "expired_token",
                    70020,
                    "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
                )
            if device.declined:
                raise NoToken("authorization_declined", 70018, "The end user declined the authorization request.")
            if device.user is None:
                raise NoToken(
                    "authorization_pending",
                    70016,
                    "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
                )
            del self.devices[code]
            return device.user

    def _given(self, application: Application, user: User | None) -> dict[str, Any]:
        life = self.tenant.token_life_s
        token = f"eyJ0eXAiOiJKV1Qi.{secrets.token_urlsafe(32)}.{secrets.token_urlsafe(16)}"
        with self.lock:
            self.issued[token] = (application, self.clock.now() + timedelta(seconds=life))
        given: dict[str, Any] = {
            "token_type": "Bearer",
            "expires_in": life,
            "ext_expires_in": life,
            "access_token": token,
        }
        return given if user is None else given | self._for_person(application, user)

    def _for_person(self, application: Application, user: User) -> dict[str, Any]:
        refresh, now = f"0.{secrets.token_urlsafe(32)}", int(self.clock.now().timestamp())
        with self.lock:
            self.refreshing[refresh] = (application, user)
        claims = {"aud": application.client_id, "iss": f"{self.tenant.id}", "iat": now, "nbf": now - 60, "exp": now + 3600, "sub": user.id,
                  "oid": user.id, "tid": self.tenant.id, "preferred_username": user.address}  # fmt: skip
        about = json.dumps({"uid": user.id, "utid": self.tenant.id}).encode()
        return {
            "refresh_token": refresh,
            "id_token": jwt.encode(claims, secrets.token_hex(32), "HS256"),
            "client_info": base64.urlsafe_b64encode(about).decode().rstrip("="),
            "scope": "https://graph.microsoft.com/.default",
        }
