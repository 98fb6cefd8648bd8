"""The demonstration: a site filled with made-up people and one small, real course.

`content/` holds that course (texts, captions, finished media), `media` reads and checks it, and
`slides`, `encoding` and `narration` are how its videos were made.
"""
