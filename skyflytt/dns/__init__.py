"""The customer's domains: what points to the old provider, the plan of the change, its application and the way back.

Every step takes a `move.DomainMove`, may be called again after it was killed, and goes on then: `snapshot.snapshot`,
`planning.points_to_old`, `planning.plan`, `ttl.lower`, `apply.apply`, `verify.verify`, `ttl.raise_ttl`, `rollback.roll_back`; `rows.find_row`
tells how far it is.
"""
