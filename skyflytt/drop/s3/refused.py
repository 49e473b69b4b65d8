"""That credentials which a customer had are refused now, and that nothing is left to read."""

from __future__ import annotations

import json
from collections.abc import Callable

from botocore.exceptions import ClientError

from skyflytt.drop.keeper import Enforcement
from skyflytt.drop.place import Place
from skyflytt.drop.s3.bucket import AccessKeys, Bucket, client
from skyflytt.errors.drop import DropStillOpen, ProofUnclear

REFUSED = {"AccessDenied", "InvalidAccessKeyId", "ExpiredToken", "InvalidToken", "InvalidClientTokenId", "403"}
GONE = {"NoSuchKey", "404"}
SURELY = "manifest.csv"
"""A name that every drop had."""


def answers(bucket: Bucket, place: Place, keys: AccessKeys, name: str) -> tuple[str, str]:
    """What the store says to these credentials about the drop's listing, and about its object `name`: a code, or `read`."""
    s3 = client(bucket.server, keys)
    start = bucket.start(place)
    try:
        with bucket.failures(place):
            return (
                _code(lambda: s3.list_objects_v2(Bucket=bucket.name, Prefix=start, MaxKeys=1)),
                _code(lambda: s3.get_object(Bucket=bucket.name, Key=start + name)),
            )
    finally:
        s3.close()


def proof_of_refusal(bucket: Bucket, place: Place, keys: AccessKeys | None, enforcement: Enforcement, kind: str) -> str:
    """The proof (JSON). Without the customer's own keys it stands on the empty listing, and says so.

    Raises `DropStillOpen` and `ProofUnclear`.
    """
    left = sum(1 for _ in bucket.keys(place))
    said = ("not asked", "not asked") if keys is None else answers(bucket, place, keys, SURELY)
    if left or said[1] == "read":
        raise DropStillOpen(
            place.folder, f"the credentials were answered with {', '.join(said)}, and {left} objects are there"
        )
    if keys is not None and said[1] not in REFUSED | GONE:
        raise ProofUnclear(place.folder, f"the credentials were answered with {', '.join(said)}")
    proof = {
        "at": bucket.clock.now().isoformat(),
        "protocol": f"S3 over HTTPS, {kind}",
        "server": f"{place.host}:{place.port}",
        "secret": "the customer's own credentials"
        if keys
        else "not at hand; the objects were asked for as the operator",
        "answer": f"listing: {said[0]}; object: {said[1]}" if keys else "nothing is there",
        "objects left": left,
        "enforcement": enforcement.words,
    }
    return json.dumps(proof, ensure_ascii=False, sort_keys=True)


def _code(ask: Callable[[], object]) -> str:
    try:
        ask()
    except ClientError as error:
        return str(error.response.get("Error", {}).get("Code", "")) or "refused without a code"
    return "read"
