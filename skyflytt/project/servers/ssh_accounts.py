"""Accounts of a machine that is managed over SSH."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from skyflytt.project.fields import Host, LocalPath, Port, Text
from skyflytt.project.part import Many, Part, quoted, wrong
from skyflytt.project.servers.fields import HOST, KIND

ACCOUNT = "{account}"


def check_pattern(text: str) -> str:
    try:
        groups = re.compile(text).groupindex
    except re.error as error:
        raise wrong(f"{quoted(text)} is not a regular expression ({error})", "(?P<account>[^:]+):.*") from None
    if "account" not in groups:
        raise wrong(f"{quoted(text)} does not say where the account stands", "a group (?P<account>…)")
    return text


def check_acting(text: str) -> str:
    if not text.strip() or not text.isprintable() or ACCOUNT not in text:
        raise wrong(f"{quoted(text)} does not say which account is meant", "a command with {account} in it")
    return text


class Listing(Part):
    """A command whose output has one account per line."""

    command: Text = Field(description="Command line of the server's shell.", examples=["getent passwd"])
    line: Annotated[str, AfterValidator(check_pattern)] = Field(
        description="Regular expression of a whole line: groups account, and key, name, at (an ISO instant, or seconds since 1970) where "
        "it has them. Lines that do not match are passed over."
    )


class Acting(Part):
    """A command that changes one account."""

    command: Annotated[str, AfterValidator(check_acting)] = Field(
        description="Command line of the server's shell; {account} is replaced by the account, quoted.",
        examples=["usermod --lock {account}"],
    )
    absent: Many[int] = Field(default=(), description="Exit statuses that say that there is no such account.")


class AccountCommands(Part):
    """How the accounts of a machine are listed and changed."""

    accounts: Listing = Field(description="All accounts.")
    locked: Listing | None = Field(default=None, description="The accounts that nobody can sign in to.")
    administrators: Listing | None = Field(default=None, description="The accounts that may change others.")
    seen: Listing | None = Field(default=None, description="When somebody signed in, newest or not: group at.")
    lock: Acting | None = Field(default=None, description="Let nobody sign in to an account.")
    unlock: Acting | None = Field(default=None, description="Let its owner sign in again.")
    delete: Acting | None = Field(default=None, description="Delete an account with everything of it.")


class SshAccountsServer(Part):
    """A machine with accounts that are managed over SSH. Its host key must be known."""

    kind: Literal["ssh-accounts"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=["shell.example.com"])
    port: Port = Field(default=22, description="Port.")
    user: Text = Field(description="Account that the migration logs in with.", examples=["migration"])
    known_hosts: LocalPath | None = Field(
        default=None, description="File with the server's host key, in OpenSSH's form; without it, the user's own."
    )
    key_file: LocalPath | None = Field(default=None, description="Private key to log in with, instead of a password.")
    agent: bool = Field(default=False, description="Log in with the keys that this machine's ssh-agent holds.")
    sudo: bool = Field(default=False, description="Run the commands as root, by sudo without a password.")
    commands: AccountCommands | None = Field(
        default=None, description="How its accounts are managed; without it, they are those of a Linux machine itself."
    )
