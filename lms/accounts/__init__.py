"""People, how they sign in, their consents and site roles.

Invariants: one person per e-mail address; a login session is only known by the hash of its
cookie; a mail link works once and dies with a newer one of its kind; consents are never
deleted, only withdrawn; what an answer says and how long it takes never tells whether an address
has an account. Announces: MailLinkMade, SignUpRepeated, PasswordChanged.
"""
