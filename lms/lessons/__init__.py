"""What is studied inside a module: lessons (recorded sessions, readings), their media,
captions and check question.

Invariants: a lesson belongs to one module; a rendition or caption is complete when it can be
seen; the right answer of a check question never leaves the server before it was given; who is
invited to speak reaches their own invitation by its link alone, as long as that works.
"""
