"""Accounts and licences of the systems being left."""
