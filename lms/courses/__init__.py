"""The catalogue: curricula, courses, their versions and modules; who teaches them; import and
export; the search index.

Announces `VersionBegun`. Invariants: one course per code; of a course one version at most is in
work and one published, and what was published never changes; the hours of what is published are
the sum of its modules (docs/decisions/0007); search terms
are rewritten in the transaction that changes a course; `catalogue_version` grows with every
change a visitor can see.
"""
