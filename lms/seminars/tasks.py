"""Jobs of this package; each is made for one sequence of a sitting and void after it."""
