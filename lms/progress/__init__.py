"""How far a person has come: watched seconds, answers, hours earned, completion.

Invariants: a record of what was studied alone only grows; distinct seconds never exceed what real
time allowed; what was attended is what seminars last said of it; the roll-up of an enrolment is
written in the transaction of its facts; one completion per enrolment; what was missed of a session
is made up for by seconds that were watched and answers that were right, never by a word.
Announces: CourseCompleted.
"""
