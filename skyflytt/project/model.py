"""A customer's move as data. Written as a YAML file; read with `skyflytt.project.load.load_project`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from skyflytt.deadline.business import BusinessHours
from skyflytt.project.applications import Application
from skyflytt.project.bandwidth import BandwidthWindow
from skyflytt.project.contract import Contract
from skyflytt.project.devices import Device
from skyflytt.project.directories import DirectoryLeft
from skyflytt.project.domains import CustomerDomain
from skyflytt.project.drops import Drop
from skyflytt.project.exports import Exports
from skyflytt.project.fields import NAME, Name, Slug, TimeZone, known_zones
from skyflytt.project.logs import ServerLog
from skyflytt.project.mailboxes import Mailbox
from skyflytt.project.offices import Offices
from skyflytt.project.part import Many, Part, quoted, wrong
from skyflytt.project.people import Customer
from skyflytt.project.playbooks import known_playbooks
from skyflytt.project.references import find_contradictions
from skyflytt.project.schedule import Schedule
from skyflytt.project.servers import Server
from skyflytt.project.shares import Share

CONTRADICTION = "contradiction"
"""Type of the validation error that `Project` raises for what `find_contradictions` found."""


def check_playbook(name: str) -> str:
    if name not in known_playbooks():
        raise wrong(f"there is no playbook {quoted(name)}", " or ".join(known_playbooks()))
    return name


class Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


class Project(Part):
    """One customer's move out of a hosted provider and into the next one."""

    project: Slug = Field(
        description="Short name of the move; it names ledger rows, blocks and runs.", examples=["norrsken"]
    )
    time_zone: TimeZone = Field(
        description="Time zone that decides midnights and business hours.", examples=["Europe/Stockholm"]
    )
    playbook: Annotated[str, AfterValidator(check_playbook)] | None = Field(
        default=None,
        description="Ready playbook to follow; without it, phases are started by hand.",
        examples=["hosted-office-exit"],
    )
    customer: Customer = Field(description="The customer and its people.")
    contract: Contract = Field(description="The contract that is being left.")
    offices: Offices = Field(
        default=Offices(), description="Business hours and holidays, by which windows and business days are counted."
    )
    servers: dict[Name, Server] = Field(
        default={}, description="Servers by a name of your own. Secrets are kept elsewhere."
    )
    mailboxes: Many[Mailbox] = Field(default=(), description="Mailboxes and where they go.")
    exports: Exports = Field(default=Exports(), description="In which formats mailboxes are handed over.")
    shares: Many[Share] = Field(default=(), description="File shares and where they go.")
    bandwidth: Many[BandwidthWindow] = Field(
        default=(), description="Hours in which files go slower; outside of them, as fast as the line allows."
    )
    applications: Many[Application] = Field(default=(), description="Business applications whose backups come along.")
    domains: Many[CustomerDomain] = Field(default=(), description="The customer's domains.")
    devices: Many[Device] = Field(default=(), description="Devices that must be told about the new home.")
    directories: Many[DirectoryLeft] = Field(
        default=(), description="Directories being left: their licences are counted and given back."
    )
    logs: Many[ServerLog] = Field(
        default=(), description="Logs of the servers being left, which tell who still signs in there."
    )
    drops: Many[Drop] = Field(default=(), description="Where the customer collects its data, for a limited time.")
    schedule: Schedule = Field(default=Schedule(), description="When what comes again by itself is run.")

    @model_validator(mode="after")
    def contradicts_nothing(self) -> Project:
        found = list(find_contradictions(self.model_dump(mode="json")))
        if found:
            raise PydanticCustomError(CONTRADICTION, "{what}", {"what": "; ".join(c.what for c in found)})
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def business(self) -> BusinessHours:
        """The customer's business hours, with the holidays of its country."""
        return self.offices.hours_in(self.zone)

    def server(self, name: str) -> Server:
        """The server called `name`; `LookupError` where there is none."""
        if name not in self.servers:
            raise LookupError(
                f"the project {self.project} has no server {name}; it has {', '.join(self.servers) or 'none'}"
            )
        return self.servers[name]

    def mailbox(self, name: str) -> Mailbox:
        return self._named("mailbox", self.mailboxes, name)

    def share(self, name: str) -> Share:
        return self._named("share", self.shares, name)

    def application(self, name: str) -> Application:
        return self._named("application", self.applications, name)

    def directory(self, name: str) -> DirectoryLeft:
        return self._named("directory", self.directories, name)

    def drop(self, name: str) -> Drop:
        return self._named("drop", self.drops, name)

    def _named(self, sort: str, entries: Sequence[N], name: str) -> N:
        for entry in entries:
            if entry.name == name:
                return entry
        known = ", ".join(entry.name for entry in entries) or "none"
        raise LookupError(f"the project {self.project} has no {sort} {name}; it has {known}")


@cache
def project_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the project file, for editors. Shared: not to be changed by its readers."""
    schema = Project.model_json_schema()
    schema["properties"]["time_zone"]["enum"] = sorted(known_zones())
    schema["properties"]["playbook"]["anyOf"][0]["enum"] = list(known_playbooks())
    schema["properties"]["servers"]["propertyNames"] = {"pattern": f"^{NAME.pattern}$"}
    for part in (schema, *schema["$defs"].values()):
        for key, field in part.get("properties", {}).items():
            field.setdefault("title", key.replace("_", " ").title())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Skyflytt project file"}
