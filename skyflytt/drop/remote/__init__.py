"""Drops at an FTPS server elsewhere, whose accounts are kept over SSH."""
