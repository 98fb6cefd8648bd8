"""Course runs and who studies in them.

Invariants: one enrolment per person and run (leaving and coming back is the same row);
`seats_taken` is the number of enrolments that hold a seat and never passes `capacity`, held by
the database; every change of state is in the history. Announces: PersonEnrolled,
PersonWithdrew, RunStateChanged.
"""
