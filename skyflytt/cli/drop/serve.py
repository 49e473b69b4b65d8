"""`skyflytt drop serve`: the embedded FTPS server, from which customers fetch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")]
Certificate = Annotated[
    Path,
    typer.Option("--certificate", "--cert", help="PEM file of the certificate with what leads up to its authority."),
]
Key = Annotated[Path | None, typer.Option(help="PEM file of its key (default: in the same file).")]
AccountsDir = Annotated[
    Path, typer.Option(help="State folder: accounts, files and access log; the project file names the same one.")
]
PassivePorts = Annotated[
    str | None,
    typer.Option(metavar="FIRST-LAST", help="Ports for data connections, as the firewall lets in (default: any)."),
]
PublicAddress = Annotated[str | None, typer.Option(help="IPv4 address that clients see, behind NAT.")]
RateLimit = Annotated[
    float | None, typer.Option(min=0.01, help="Megabit per second for each account (default: unlimited).")
]
LoginDelay = Annotated[
    float, typer.Option(min=0, help="Seconds before a wrong secret is answered; twice as long after each further one.")
]
LoginsAllowed = Annotated[
    int, typer.Option(min=1, help="Wrong secrets in a row after which an address is locked out of an account.")
]
LockMinutes = Annotated[
    float, typer.Option(min=0.1, help="Minutes of the first lock-out; each further one is twice as long.")
]
Connections = Annotated[int, typer.Option(min=1, help="Clients at once, in all.")]
PerAddress = Annotated[int, typer.Option(min=1, help="Clients at once from one address.")]
IdleSeconds = Annotated[float, typer.Option(min=1, help="Seconds without a command that end a session.")]
StallSeconds = Annotated[float, typer.Option(min=1, help="Seconds without a byte that end a transfer.")]
SignInSeconds = Annotated[float, typer.Option(min=1, help="Seconds within which a client must have signed in.")]
SessionReuse = Annotated[
    bool,
    typer.Option(
        "--session-reuse/--no-session-reuse",
        help="Take data connections only within the TLS session of their control connection.",
    ),
]
ClockFile = Annotated[Path | None, typer.Option(help="For rehearsals: a file with the hour to work at.")]


def serve(
    *,
    port: Port,
    certificate: Certificate,
    accounts_dir: AccountsDir,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 or :: for all.")] = "127.0.0.1",
    key: Key = None,
    passive_ports: PassivePorts = None,
    public_address: PublicAddress = None,
    rate_limit: RateLimit = None,
    failed_login_delay: LoginDelay = 2.0,
    failed_logins_allowed: LoginsAllowed = 10,
    lock_minutes: LockMinutes = 15,
    connections: Connections = 500,
    connections_per_address: PerAddress = 60,
    idle_seconds: IdleSeconds = 900,
    stall_seconds: StallSeconds = 120,
    sign_in_seconds: SignInSeconds = 60,
    session_reuse: SessionReuse = True,
    clock_file: ClockFile = None,
) -> None:
    """Serve the drop over FTPS until it is stopped (SIGTERM); SIGHUP takes the certificate anew.

    Accounts are opened, extended and closed while it runs, and end by its own clock even when nothing else does.
    """
    from datetime import timedelta  # noqa: PLC0415

    from skyflytt.deadline.clock import FileClock, clock_from_environment  # noqa: PLC0415
    from skyflytt.drop.server import serve as serve_drop  # noqa: PLC0415
    from skyflytt.drop.server_settings import DropServerSettings  # noqa: PLC0415

    clock = FileClock(clock_file) if clock_file else clock_from_environment()
    try:
        clock.now()
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"no hour can be read from it ({error})", param_hint="--clock-file") from None
    settings = DropServerSettings(
        port=port,
        certificate=certificate,
        accounts_dir=accounts_dir,
        host=host,
        key=key,
        passive_ports=_ports(passive_ports) if passive_ports else None,
        public_address=_ipv4(public_address) if public_address else None,
        bytes_per_second=int(rate_limit * 1_000_000 / 8) if rate_limit else None,
        failed_login_delay=failed_login_delay,
        failed_logins_allowed=failed_logins_allowed,
        lock=timedelta(minutes=lock_minutes),
        connections=connections,
        connections_per_address=connections_per_address,
        idle_seconds=idle_seconds,
        stall_seconds=stall_seconds,
        sign_in_seconds=sign_in_seconds,
        session_reuse=session_reuse,
    )
    serve_drop(settings, clock, lambda sentence: typer.echo(sentence, err=True))


def _ports(text: str) -> range:
    first, dash, last = text.partition("-")
    try:
        ports = range(int(first), int(last if dash else first) + 1)
    except ValueError:
        ports = range(0)
    if not ports or ports[0] < 1 or ports[-1] > 65535:
        raise typer.BadParameter(f"{text!r} is no range of ports, as 50000-50999", param_hint="--passive-ports")
    return ports


def _ipv4(text: str) -> str:
    import ipaddress  # noqa: PLC0415

    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no IPv4 address", param_hint="--public-address") from None
