"""Failures of reaching a server and signing in to it, alike for every protocol."""

from __future__ import annotations

from skyflytt.errors.base import Failure, NeedsPerson, Transient
from skyflytt.errors.mail import NumberedAnew


class PasswordRefused(NeedsPerson):
    """The server refused the sign-in of {item}: {detail}"""

    code = "connection.password-refused"
    advice = (
        "Check the login and the secret of this server or mailbox in its block or secrets file. "
        "It is not tried again by itself, so that the account is not locked."
    )


class HostUnknown(NeedsPerson):
    """The host name of {item} cannot be resolved: {detail}"""

    code = "connection.host-unknown"
    advice = "Correct `host` in the project file or block, or make the name known to this machine's DNS."


class HostKeyChanged(NeedsPerson):
    """The SSH host key of {item} is not the one on record: {detail}"""

    code = "connection.host-key-changed"
    advice = (
        "Somebody may be in between, or the server was reinstalled. Ask its operator for the fingerprint of the new key over "
        "another channel; only if it matches, replace the old line in the known_hosts file."
    )


class HostKeyUnknown(NeedsPerson):
    """The SSH host key of {item} is not on record: {detail}"""

    code = "connection.host-key-unknown"
    advice = "Get the key's fingerprint from the server's operator and add the key to the known_hosts file named in the settings."


class CertificateNotTrusted(NeedsPerson):
    """The TLS certificate of {item} is not trusted: {detail}"""

    code = "connection.certificate-not-trusted"
    advice = "If the server uses a private CA, name its certificate as `ca_file`. Otherwise the server's operator must renew or correct it."


class TlsMissing(NeedsPerson):
    """{item} offers no encryption: {detail}"""

    code = "connection.tls-missing"
    advice = "Ask the server's operator to enable TLS; passwords and customer data are never sent in clear."


class ClockSkewed(NeedsPerson):
    """{item} refuses what this machine signs, since their clocks differ: {detail}"""

    code = "connection.clock-skewed"
    advice = "Set this machine's clock (`timedatectl` tells whether it is kept by NTP). If it is right, the server's operator must set theirs."


class ServerUnreachable(Transient):
    """{item} does not answer: {detail}"""

    code = "connection.unreachable"
    advice = "It is tried again by itself. If it lasts, check host, port, firewall and whether the service runs."


class ConnectionLost(Transient):
    """The connection to {item} was lost: {detail}"""

    code = "connection.lost"
    advice = "It is tried again by itself, from where it stopped."


class ServerBusy(Transient):
    """{item} asks us to wait: {detail}"""

    code = "connection.busy"
    advice = "The server's own back-off is obeyed. If it lasts, lower the number of parallel connections."


def ends_the_pass(failure: Failure) -> bool:
    """Whether a failure concerns the server or needs a person, rather than one item: nothing else of the pass can go on then."""
    return isinstance(failure, ServerUnreachable | ConnectionLost | ServerBusy | NumberedAnew | NeedsPerson)
