"""`skyflytt verify`: check an evidence pack, offline, with nothing else than this package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skyflytt.evidence.verify import Verification

STATUS = {"PASS": 0, "FAILED": 1, "UNKNOWN": 3}


def verify(
    pack: Annotated[Path, typer.Argument(help="The evidence pack (.zip).", metavar="PACK")],
    key: Annotated[
        Path | None, typer.Option(help="The signer's public key (PEM), as you got it by another way than the pack.")
    ] = None,
    trusted: Annotated[
        str | None,
        typer.Option("--fingerprint", help="The fingerprint of the signer's key instead, as it was read out to you."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tell the outcome as JSON.")] = False,
) -> None:
    """Check an evidence pack offline: exit status 0 for PASS, 1 for FAILED, 3 for UNKNOWN (something was not measured)."""
    from skyflytt.evidence.verify import verify_pack  # noqa: PLC0415

    found = verify_pack(pack, _trusted(key, trusted))
    if as_json:
        _show_json(found)
    else:
        _show(found)
    raise typer.Exit(STATUS[found.verdict.value])


def _trusted(key: Path | None, trusted: str | None) -> str | None:
    from skyflytt.errors.evidence import PublicKeyWrong  # noqa: PLC0415
    from skyflytt.evidence.keys import fingerprint, read_public  # noqa: PLC0415

    if key is None:
        return trusted
    if trusted is not None:
        raise typer.BadParameter("give --key or --fingerprint, not both")
    try:
        return fingerprint(read_public(key.read_bytes(), str(key)))
    except OSError as error:
        raise PublicKeyWrong(str(key), error.strerror or str(error)) from error


def _show(found: Verification) -> None:
    for title, parts in (("The pack", found.of_pack), ("The exit", found.of_exit)):
        typer.echo(f"{title}:")
        for part in parts:
            typer.echo(f"  {part.verdict.value:<8} {part.name:<10} {part.found}")
    if found.fingerprint:
        typer.echo(f"Key in the pack: {found.fingerprint}")
    typer.echo(f"{found.verdict.value}: the pack {found.pack.value}, the exit {found.exit.value}")


def _show_json(found: Verification) -> None:
    import json  # noqa: PLC0415
    from dataclasses import asdict  # noqa: PLC0415

    told = asdict(found) | {"pack": found.pack.value, "exit": found.exit.value, "verdict": found.verdict.value}
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
