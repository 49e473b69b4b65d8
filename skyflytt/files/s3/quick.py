"""PutObject without what boto3 does around each request, which for a small file costs more than everything else.

botocore signs it and carries it all the same. Whatever is not simply taken by the store is left to boto3, which knows what to do then.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import botocore.session
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

if TYPE_CHECKING:
    from skyflytt.files.s3.connect import S3Settings


class Quick:
    """For a store with an endpoint of its own, whose buckets are in the path. One thread at a time."""

    def __init__(self, server: S3Settings, secret: str | None, region: str, timeout_s: int) -> None:
        session = botocore.session.get_session()
        key = server.access_key_id
        self._credentials = Credentials(key, secret) if key and secret else session.get_credentials()
        self._region = region
        self._at = f"{(server.endpoint_url or '').rstrip('/')}/{server.bucket}/"
        # A file's name or True, which the annotations of botocore's types do not say.
        at_once: Any = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        authorities: Any = str(server.ca_file) if server.ca_file else session.get_config_variable("ca_bundle") or True
        self._line = URLLib3Session(
            verify=authorities,
            proxies=get_environ_proxies(self._at),
            timeout=timeout_s,
            max_pool_connections=1,
            # Else a body waits for the word that its head has arrived.
            socket_options=at_once,
        )

    def put(self, key: str, content: bytes, digest: str, metadata: Mapping[str, str]) -> bool:
        """Whether it is there now: signed with its SHA-256 (hex), which the store is known to compare."""
        if self._credentials is None:
            return False
        headers = {f"x-amz-meta-{name}": value for name, value in metadata.items()}
        request = AWSRequest("PUT", self._at + quote(key, safe="/-_.~"), headers, data=content)
        try:
            _Signing(self._credentials, self._region, digest).add_auth(request)
            return bool(self._line.send(request.prepare()).status_code == 200)
        except BotoCoreError:
            return False

    def close(self) -> None:
        self._line.close()


class _Signing(S3SigV4Auth):
    def __init__(self, credentials: Credentials, region: str, digest: str) -> None:
        super().__init__(credentials, "s3", region)
        self._digest = digest

    def payload(self, request: Any) -> str:  # noqa: ARG002
        return self._digest
