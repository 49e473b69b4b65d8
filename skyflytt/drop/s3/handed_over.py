"""Credentials as the customer gets them: a file that the AWS command line and its libraries read as it is (AWS_CONFIG_FILE)."""

from __future__ import annotations

import configparser
from datetime import datetime

from skyflytt.drop.place import Place
from skyflytt.drop.s3.bucket import AccessKeys
from skyflytt.errors.drop import ProofUnclear
from skyflytt.files.s3.connect import S3Settings

PROFILE = "default"


def handed_over(server: S3Settings, start: str, keys: AccessKeys, until: datetime) -> str:
    """`until` is when these credentials end, which may be before the drop does."""
    values = {
        "aws_access_key_id": keys.access_key_id,
        "aws_secret_access_key": keys.secret,
        "aws_session_token": keys.session_token,
        "region": server.region,
        "endpoint_url": server.endpoint_url,
    }
    lines = [f"# {until.isoformat()}", f"# aws s3 sync s3://{server.bucket}/{start} .", f"[{PROFILE}]"]
    lines += [f"{name} = {value}" for name, value in values.items() if value]
    if server.endpoint_url:
        lines += ["s3 =", "    addressing_style = path"]
    return "\n".join(lines) + "\n"


def keys_in(place: Place, secret: str | None) -> AccessKeys | None:
    """What was handed over, read again; None where it is not at hand. Raises `ProofUnclear` where it is no such file."""
    if secret is None:
        return None
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(secret)
        values = parser[PROFILE]
        return AccessKeys(values["aws_access_key_id"], values["aws_secret_access_key"], values.get("aws_session_token"))
    except (configparser.Error, KeyError):
        # The error's own text may hold the secret.
        raise ProofUnclear(place.folder, "the secret given is no file with credentials") from None
