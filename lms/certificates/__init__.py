"""Certificates: issued once, frozen at issue, drawn as PDF by a job, checked by anyone.

Invariants: at most one standing certificate per enrolment and kind, held by the database;
what was printed never changes: a correction is a new certificate that supersedes the old.
Announces: CertificateIssued, CertificateRevoked.
"""
