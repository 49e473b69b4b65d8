"""What the token endpoint's refusals mean. Its codes: https://learn.microsoft.com/entra/identity-platform/reference-error-codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ServerBusy
from skyflytt.errors.graph import ApplicationRefused, ApplicationUnknown, ConsentMissing, SignInNeeded, TenantUnknown
from skyflytt.graph.redaction import redacted
from skyflytt.graph.settings import GraphSettings

MEANS: Mapping[type[Failure], tuple[int, ...]] = {
    TenantUnknown: (90002, 900021, 900023, 90013),
    ApplicationUnknown: (700016, 700038, 500011),
    ApplicationRefused: (7000215, 7000222, 700027, 7000112, 700024, 7000216, 7000218, 53003, 530003),
    ConsentMissing: (65001, 65004, 90094),
    SignInNeeded: (50058, 50076, 50078, 50079, 50133, 50173, 70008, 70016, 70019, 70020, 70043, 700082, 700084),
    ServerBusy: (90033, 50196, 90006, 90012),
}
BY_CODE = {code: failure for failure, codes in MEANS.items() for code in codes}
NEEDS_SOMEBODY = ("invalid_grant", "interaction_required", "login_required", "consent_required", "authorization_declined",
                  "expired_token", "code_expired", "access_denied", "authorization_pending")  # fmt: skip


def failure_of(settings: GraphSettings, answer: Mapping[str, Any]) -> Failure:
    """The failure of an answer without a token (RFC 6749, section 5.2, with Microsoft's `error_codes`)."""
    error, said = str(answer.get("error", "")), str(answer.get("error_description", ""))
    kind = next((BY_CODE[code] for code in _codes(answer, said) if code in BY_CODE), None)
    if kind is None:
        kind = SignInNeeded if error in NEEDS_SOMEBODY else ApplicationRefused
    item = settings.tenant if kind is TenantUnknown else settings.client_id
    if kind is SignInNeeded:
        item = f"{settings.client_id} in {settings.tenant}"
    return kind(item, redacted(said.splitlines()[0] if said else error or "it gave neither a token nor a reason"))


def _codes(answer: Mapping[str, Any], said: str) -> list[int]:
    given = answer.get("error_codes")
    listed = [code for code in given if isinstance(code, int)] if isinstance(given, list) else []
    return [*listed, *map(int, re.findall(r"AADSTS(\d+)", said))]
