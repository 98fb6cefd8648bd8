"""Cities and their ties with Busan, the foundation's own profile, where a person belongs.

Invariants: one city per slug; a person has one affiliation; the foundation's profiles do not
overlap in time (a certificate carries the profile of its day, DOMAIN 0.1).
"""
