"""What the settings of several kinds of server have in common."""

from __future__ import annotations

from typing import Literal

Security = Literal["tls", "starttls"]
KIND = "What the server is; decides its other keys."
HOST = "Host name or address."
CA_FILE = "PEM file of the authority that signed the server's certificate, where it is not a public one."
EXAMPLE_HOST = ["mail.example.com"]
CONNECTIONS = (
    "Connections per share or drop at most; as many are used as pay. Lower it when the server complains of too many."
)
