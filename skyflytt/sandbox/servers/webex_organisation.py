"""What the sandbox's Webex holds: organisations, people, licences, sign-ins; what is asked for may be older than what is so.

A JSON file of `Held` fills it. Ids look like Webex's own: base64 of `ciscospark://us/KIND/…`.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from pydantic import BaseModel, Field

FULL_ADMINISTRATOR = "Full Administrator"


def webex_id(kind: str, name: str) -> str:
    """The same id for the same name: `webex_id("PEOPLE", "anna@norrskenbygg.example")`."""
    plain = f"ciscospark://us/{kind}/{uuid5(NAMESPACE_URL, f'{kind}/{name}')}"
    return urlsafe_b64encode(plain.encode()).decode().rstrip("=")


class Person(BaseModel):
    """`licenses` and `administrator` as an administrator sees them; a person of no `home` is the organisation's own."""

    email: str
    name: str = ""
    licenses: list[str] = []
    administrator: bool = False
    enabled: bool = True
    last_activity: datetime | None = None
    home: str = ""

    @property
    def id(self) -> str:
        return webex_id("PEOPLE", self.email)


class License(BaseModel):
    """`total` units were bought; more are not given out. `workspaces` of them are in use by rooms."""

    name: str
    total: int
    workspaces: int = 0
    subscription: str | None = None
    site: str | None = None

    @property
    def id(self) -> str:
        return webex_id("LICENSE", f"{self.name}/{self.subscription}/{self.site}")


class SignIn(BaseModel):
    """A line of an audit list; `hub` says that it was the control hub."""

    email: str
    at: datetime
    hub: bool = False


class Organisation(BaseModel):
    """`manages` are names of organisations; `pro_pack` decides whether sign-ins to the app are told."""

    name: str
    people: list[Person] = []
    licenses: list[License] = []
    manages: list[str] = []
    sign_ins: list[SignIn] = []
    pro_pack: bool = True
    linked_sites: bool = False

    @property
    def id(self) -> str:
        return webex_id("ORGANIZATION", self.name)

    def person(self, key: str) -> Person | None:
        return next((one for one in self.people if key in (one.id, one.email)), None)

    def license(self, key: str) -> License | None:
        return next((one for one in self.licenses if one.id == key), None)

    def holders(self, license: License) -> list[Person]:  # noqa: A002
        return [one for one in self.people if license.id in one.licenses]

    def why_kept(self) -> list[str]:
        """What speaks against deleting it, in the documentation's words."""
        reasons = {
            "Linked sites": self.linked_sites,
            "active subscriptions or licenses": any(one.total for one in self.licenses),
            "more than 1 user": len([one for one in self.people if not one.home]) > 1,
            "managed orgs": bool(self.manages),
        }
        return [f"Org cannot be deleted as it has {reason}." for reason, so in reasons.items() if so]


class Held(BaseModel):
    """Everything. `token_of` is the address of whom the token belongs to; `stale_reads`: so many lists still show the old state."""

    token_of: str
    organisations: list[Organisation] = Field(min_length=1)
    stale_reads: int = 0

    def home_of_token(self) -> Organisation | None:
        return next((one for one in self.organisations if one.person(self.token_of)), None)


class Consistency:
    """`now` is what is so, `shown` what lists tell: a change is to be seen after `stale_reads` of them."""

    def __init__(self, held: Held) -> None:
        self.now = held
        self.shown = held.model_copy(deep=True)
        self._left = 0

    def changed(self) -> None:
        self._left = self.now.stale_reads
        self._show()

    def read(self) -> Held:
        """What a list tells now."""
        shown = self.shown
        self._left = max(0, self._left - 1)
        self._show()
        return shown

    def _show(self) -> None:
        if self._left == 0:
            self.shown = self.now.model_copy(deep=True)
