"""$batch: up to twenty requests in one, each answered by itself and in another order (https://learn.microsoft.com/graph/json-batching)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from skyflytt.sandbox.servers.graph.answers import Answer, Refusal

MOST = 20


def batched(body: Any, one: Callable[[str, str, Any], Answer]) -> Answer:
    """`one` answers (method, url, body). Raises `Refusal` for what is no batch."""
    requests = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(requests, list) or len({str(asked.get("id")) for asked in requests}) < len(requests):
        raise Refusal(400, "BadRequest", "Invalid batch payload format.")
    if len(requests) > MOST:
        raise Refusal(400, "BadRequest", f"Number of batch request steps exceeds the maximum value of {MOST}.")
    for asked in requests:
        if "body" in asked and "Content-Type" not in (asked.get("headers") or {}):
            raise Refusal(
                400,
                "BadRequest",
                "Write request id : " + str(asked.get("id")) + " does not contain Content-Type header or body.",
            )
    responses = [
        _response(asked, one(str(asked["method"]).upper(), str(asked["url"]), asked.get("body"))) for asked in requests
    ]
    return Answer(200, {"responses": responses[::-1]})


def _response(asked: Any, answer: Answer) -> dict[str, Any]:
    response = {
        "id": asked["id"],
        "status": answer.status,
        "headers": {"Content-Type": "application/json", **answer.headers},
    }
    return response | ({"body": answer.body} if answer.body is not None else {})
