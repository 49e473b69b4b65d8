"""A provider's mail server: takes mail for its customer's domain from anybody, and for everywhere else from those who sign in."""
