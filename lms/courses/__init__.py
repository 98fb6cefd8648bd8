"""The catalogue: curricula, courses, modules; its import and export; its search index.

Invariants: one course per code; the hours of a course are the sum of its modules; search terms
are rewritten in the transaction that changes a course; `catalogue_version` grows with every
change a visitor can see.
"""
