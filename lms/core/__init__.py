"""Database base, unit of work, events, errors, clock, audit and text. Knows no feature."""
