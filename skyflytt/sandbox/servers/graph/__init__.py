"""A simulator of Microsoft Graph and of the token endpoint of Microsoft Entra ID, made from Microsoft's documentation.

It is not Microsoft's software and proves nothing about it: each assumption that it was made from is a line of docs/reference/graph.md with
its address. A resource is a function in a file of its own and a line in `routes.ROUTES`.
"""
