"""Accounts of an S3 service: by IAM, as AWS and newer services have it, and by the admin interface of Ceph's gateway."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from skyflytt.drop.s3 import policy
from skyflytt.drop.s3.bucket import AccessKeys
from skyflytt.errors.connection import PasswordRefused, ServerUnreachable
from skyflytt.errors.drop import AccountTaken

OURS = "skyflytt-drop"
"""An account with this path (IAM) or display name (Ceph) was made for a drop; no other is touched."""
POLICY = "drop"


class Users(Protocol):
    """Raises `AccountTaken` where an account of the name is not ours."""

    def is_there(self, name: str) -> bool: ...

    def renew(self, name: str, statements: list[policy.Statement]) -> AccessKeys:
        """The account with one new key and no other; it is made where it is not there."""
        ...

    def hold_to(self, name: str, statements: list[policy.Statement]) -> None:
        """What the account may do from now on."""
        ...

    def in_bucket(self, name: str, statements: list[policy.Statement]) -> list[policy.Statement]:
        """What has to stand in the bucket's policy for it."""
        ...

    def remove(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class IamUsers:
    """`iam` is boto3's client. An account's rights are a policy of its own."""

    iam: Any

    def is_there(self, name: str) -> bool:
        try:
            user = self.iam.get_user(UserName=name)["User"]
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "NoSuchEntity":
                return False
            raise
        if user["Path"] != f"/{OURS}/":
            raise AccountTaken(name, f"it is {user['Arn']}")
        return True

    def renew(self, name: str, statements: list[policy.Statement]) -> AccessKeys:
        if self.is_there(name):
            self._remove_keys(name)
        else:
            self.iam.create_user(UserName=name, Path=f"/{OURS}/")
        self.hold_to(name, statements)
        key = self.iam.create_access_key(UserName=name)["AccessKey"]
        return AccessKeys(key["AccessKeyId"], key["SecretAccessKey"])

    def hold_to(self, name: str, statements: list[policy.Statement]) -> None:
        self.iam.put_user_policy(UserName=name, PolicyName=POLICY, PolicyDocument=policy.document(statements))

    def in_bucket(self, name: str, statements: list[policy.Statement]) -> list[policy.Statement]:  # noqa: ARG002
        return []

    def remove(self, name: str) -> None:
        if self.is_there(name):
            self._remove_keys(name)
            for held in self.iam.list_user_policies(UserName=name)["PolicyNames"]:
                self.iam.delete_user_policy(UserName=name, PolicyName=held)
            self.iam.delete_user(UserName=name)

    def _remove_keys(self, name: str) -> None:
        for key in self.iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
            self.iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])


@dataclass(frozen=True, slots=True)
class RgwUsers:
    """The admin interface (`/admin/user`); the operator's own account needs the capability `users=*`. An account's rights stand in
    the bucket's policy, and it can make no buckets."""

    http: httpx.Client
    url: str
    region: str
    keys: AccessKeys

    def is_there(self, name: str) -> bool:
        user = self._ask("GET", uid=name)
        if user is not None and user.get("display_name") != OURS:
            raise AccountTaken(name, f"the gateway has one that is called {user.get('display_name')}")
        return user is not None

    def renew(self, name: str, statements: list[policy.Statement]) -> AccessKeys:  # noqa: ARG002
        if self.is_there(name):
            for old in (self._ask("GET", uid=name) or {})["keys"]:
                self._ask("DELETE", "key&", **{"access-key": old["access_key"]})
        else:
            self._ask("PUT", uid=name, **{"display-name": OURS, "max-buckets": "-1", "generate-key": "false"})
        made = self._ask("PUT", "key&", uid=name)
        [key] = [one for one in made or [] if one["user"] == name]
        return AccessKeys(key["access_key"], key["secret_key"])

    def hold_to(self, name: str, statements: list[policy.Statement]) -> None:
        """It stands in the bucket's policy."""

    def in_bucket(self, name: str, statements: list[policy.Statement]) -> list[policy.Statement]:
        return [{**one, "Principal": {"AWS": [f"arn:aws:iam:::user/{name}"]}} for one in statements]

    def remove(self, name: str) -> None:
        if self.is_there(name):
            self._ask("DELETE", uid=name)

    def _ask(self, method: str, kind: str = "", **words: str) -> Any:
        """What the gateway says; None where it has no such account."""
        signed = AWSRequest(method, f"{self.url}/admin/user?{kind}{urlencode({**words, 'format': 'json'})}")
        signer = Credentials(self.keys.access_key_id or "", self.keys.secret or "")
        S3SigV4Auth(signer, "s3", self.region).add_auth(signed)
        try:
            answer = self.http.request(method, str(signed.url), headers=dict(signed.headers.items()))
        except httpx.HTTPError as error:
            raise ServerUnreachable(self.url, type(error).__name__) from None
        if answer.status_code == 404:
            return None
        if answer.status_code >= 400:
            raise PasswordRefused(self.url, f"HTTP {answer.status_code} to {method} /admin/user: {_code(answer.text)}")
        return json.loads(answer.text) if answer.text else {}


def _code(text: str) -> str:
    try:
        return str(json.loads(text).get("Code", ""))
    except (ValueError, AttributeError):
        return ""


@contextmanager
def closing(iam: Any) -> Iterator[IamUsers]:
    try:
        yield IamUsers(iam)
    finally:
        iam.close()
