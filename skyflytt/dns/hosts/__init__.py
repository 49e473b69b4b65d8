"""The hosts of zones: name servers that take updates, providers' interfaces, and a person."""

from skyflytt.dns.hosts.open import HOST_KINDS, open_host

__all__ = ["HOST_KINDS", "open_host"]
