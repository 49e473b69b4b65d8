"""What closing does to a download that is under way at Ceph's gateway: it is not cut, but what it can still get ends with the objects."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from skyflytt.deadline.clock import SystemClock
from skyflytt.drop.place import Place
from skyflytt.drop.s3.bucket import AccessKeys, client
from skyflytt.drop.s3.opening import open_s3_keeper
from skyflytt.project.servers import S3Server
from tests.contract.file_places import make_certificates
from tests.real.ceph_rgw import running_rgw

pytestmark = [pytest.mark.real, pytest.mark.heavy]


def test_nothing_begins_after_closing_and_what_runs_is_said_to_run_on(
    tmp_path: Path, require_debian: Callable[..., str]
) -> None:
    certificates = make_certificates(tmp_path)
    with running_rgw(require_debian, tmp_path / "ceph", certificates.certificate, certificates.key) as rgw:
        settings = {"endpoint_url": rgw.endpoint_url, "region": "default", "access_key_id": rgw.access_key_id}
        server = S3Server.model_validate({"kind": "s3", "bucket": "handover", "ca_file": certificates.ca, **settings})
        operator = client(server, AccessKeys(rgw.access_key_id, rgw.secret))
        operator.create_bucket(Bucket="handover")
        body = b"x" * (48 << 20)
        operator.put_object(Bucket="handover", Key="norrsken/handover/big", Body=body)
        context = ssl.create_default_context(cafile=str(certificates.ca))
        place = Place("s3", "localhost", 443, "norrsken/handover", "norrsken-handover")
        with open_s3_keeper(server, rgw.secret, SystemClock()) as keeper, httpx.Client(verify=context) as http:
            now = SystemClock().now()
            keeper.grant(place, opens=now, closes=now + timedelta(hours=1))
            parameters = {"Bucket": "handover", "Key": "norrsken/handover/big"}
            link = operator.generate_presigned_url("get_object", Params=parameters, ExpiresIn=600)
            with http.stream("GET", link) as running:
                pieces = running.iter_raw(1 << 16)
                received = len(next(pieces))
                keeper.close(place)
                assert http.get(link).status_code in (403, 404)
                received += sum(len(piece) for piece in pieces)
            # The gateway removes the data some seconds later at the earliest; a download that was quick enough is whole.
            assert received == len(body)
            assert keeper.enforcement.ends_sessions is False
            assert "HTTP 40" in keeper.prove_closed(place, link)
