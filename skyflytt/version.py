"""The version of the package, as it stands in evidence."""

VERSION = "0.1.0"
