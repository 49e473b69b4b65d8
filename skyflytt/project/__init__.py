"""The customer's move as data: the project file, its parts, its checks, and where its secrets are looked up."""
