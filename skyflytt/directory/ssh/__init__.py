"""Accounts of a machine, by commands over SSH that are data: a Linux machine's own, or those of any software with a command line."""

from skyflytt.directory.ssh.accounts import SshAccounts, open_ssh_accounts

__all__ = ["SshAccounts", "open_ssh_accounts"]
