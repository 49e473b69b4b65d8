"""The Prefect server that a command talks to: the one that this shell names, else the one that `make up` started here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def at_server() -> Iterator[str]:
    """The server's address. Raises `ServerSilent` where there is none or it ends meanwhile, `ServerRefuses` where the sign-in is wrong."""
    import httpx  # noqa: PLC0415
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415

    from deployments.failures import ServerRefuses, ServerSilent  # noqa: PLC0415
    from deployments.stack import place, server, settings  # noqa: PLC0415

    with ExitStack() as stack:
        if not PREFECT_API_URL.value():
            running = server.running(place.default_home())
            if running is None:
                raise ServerSilent("any address", "none is named in this shell, and none was started in this checkout")
            stack.enter_context(settings.applied(running.environment))
        address = str(PREFECT_API_URL.value())
        try:
            yield address
        except httpx.TransportError as error:
            raise ServerSilent(address, str(error) or type(error).__name__) from None
        except httpx.HTTPStatusError as error:
            if error.response.status_code not in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
                raise
            raise ServerRefuses(address, f"it answers {error.response.status_code}") from None
