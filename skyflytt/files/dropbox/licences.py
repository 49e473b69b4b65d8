"""How many licences a team needs for the people who are to have their files there, before any is given out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from skyflytt.errors.dropbox import DropboxMemberUnknown
from skyflytt.files.dropbox.connect import Calls, DropboxSettings, check_team, clients
from skyflytt.patience import Patience


@dataclass(frozen=True, slots=True)
class LicencesNeeded:
    """`bought` and `used` are Dropbox's own figures. `people` are those asked about, `without` those of them who have no licence yet."""

    bought: int
    used: int
    people: tuple[str, ...]
    without: tuple[str, ...]

    @property
    def free(self) -> int:
        return max(0, self.bought - self.used)

    @property
    def to_buy(self) -> int:
        return max(0, len(self.without) - self.free)


def licences_needed(
    server: DropboxSettings, secret: str, people: Iterable[str], patience: Patience | None = None
) -> LicencesNeeded:
    """By address, each person once, however the address is written. Members who were invited hold a licence; limited ones hold none."""
    wanted = tuple(dict.fromkeys(one.strip().casefold() for one in people))
    with clients(server, secret, patience) as (calls, of_team):
        if of_team is None:
            raise DropboxMemberUnknown(calls.server, "only a token of a whole team, with `member`, tells licences")
        team = of_team.wait_and_ask("the team", lambda one: one.team_get_info())
        check_team(server, of_team.server, team.team_id)
        holders = {one.email.casefold() for one in _members(of_team) if not one.membership_type.is_limited()}
    without = tuple(one for one in wanted if one not in holders)
    return LicencesNeeded(int(team.num_licensed_users), int(team.num_used_licenses), wanted, without)


def _members(of_team: Calls) -> Iterator[Any]:
    page = of_team.wait_and_ask("the members", lambda one: one.team_members_list_v2())
    yield from (one.profile for one in page.members)
    while page.has_more:
        cursor = page.cursor
        page = of_team.wait_and_ask("the members", lambda one: one.team_members_list_continue_v2(cursor))  # noqa: B023
        yield from (one.profile for one in page.members)
