"""Names of time zones: Windows' and IANA's, by the CLDR table that tzlocal maintains."""

from __future__ import annotations

from tzlocal.windows_tz import tz_win, win_tz

_WINDOWS_BY_FOLDED_NAME = {name.casefold(): name for name in win_tz}


def windows_name(iana: str) -> str | None:
    """ "Europe/Stockholm" -> "W. Europe Standard Time"; None for a zone that Windows has no name for."""
    return tz_win.get(iana)


def iana_name(windows: str) -> str | None:
    """ "W. Europe Standard Time" -> "Europe/Berlin", whatever the case; None for a name that is not Windows'."""
    known = _WINDOWS_BY_FOLDED_NAME.get(windows.strip().casefold())
    return None if known is None else win_tz[known]
