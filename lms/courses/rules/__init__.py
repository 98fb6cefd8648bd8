"""Decisions about the catalogue: how a course is found, and how its versions come and go."""
