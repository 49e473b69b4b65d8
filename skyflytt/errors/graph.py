"""What fails about signing in to Microsoft 365 and asking Microsoft Graph."""

from __future__ import annotations

from skyflytt.errors.base import NeedsPerson, Permanent


class TenantUnknown(NeedsPerson):
    """Microsoft 365 does not know the tenant {item}: {detail}"""

    code = "graph.tenant-unknown"
    advice = "Correct `tenant` in the project file: its id or one of its domains, as the Entra admin center shows it under Overview."


class TenantWrong(NeedsPerson):
    """The domain {item} is not one of the tenant that the project names: {detail}"""

    code = "graph.tenant-wrong"
    advice = "Compare `tenant` and the addresses in the project file; the domain has to be verified in that tenant."


class ApplicationUnknown(NeedsPerson):
    """The application {item} is not in this tenant: {detail}"""

    code = "graph.application-unknown"
    advice = "Compare `client_id` and `tenant` with the app registration, and give it consent in this tenant if it was made in another one."


class ApplicationRefused(NeedsPerson):
    """Microsoft 365 refuses the sign-in of the application {item}: {detail}"""

    code = "graph.application-refused"
    advice = (
        "Look at the app registration's certificates and secrets: whether this one is there, has not ended, and is the secret's value "
        "(not its id). It is not tried again by itself."
    )


class CertificateUnusable(NeedsPerson):
    """The application's certificate {item} cannot be used: {detail}"""

    code = "graph.certificate-unusable"
    advice = "Make `certificate_file` one PEM file with private key and certificate; an encrypted key takes its passphrase as the secret."


class SignInNeeded(NeedsPerson):
    """Somebody has to sign in to {item}: {detail}"""

    code = "graph.sign-in-needed"
    advice = "Run `skyflytt graph sign-in` for this server and enter the code that it shows in a browser."


class ConsentMissing(NeedsPerson):
    """Microsoft Graph does not allow {item}: {detail}"""

    code = "graph.consent-missing"
    advice = "Add it to the app registration, and let an administrator consent to it; `skyflytt check` tells what else is missing."


class TokenRefused(NeedsPerson):
    """Microsoft Graph does not accept the token for {item}: {detail}"""

    code = "graph.token-refused"
    advice = "A new token was asked for and refused too. Look at the tenant's sign-in log: a policy, or the application was disabled."


class GraphAnswerWrong(Permanent):
    """Microsoft Graph's answer about {item} cannot be used: {detail}"""

    code = "graph.answer-wrong"
    advice = "Nothing was taken from it. Run it again; when it stays so, give its request id to Microsoft's support."
