"""Forms of those who make courses, by what they speak of."""
