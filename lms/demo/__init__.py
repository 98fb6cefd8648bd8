"""The demonstration: a site filled with made-up people and one small, real course.

`loader` loads it, `people` are who is in it and `seasons` what they did.

`content/` holds that course (texts, captions, finished media), `media` reads and checks it, and
`slides`, `encoding` and `narration` are how its videos were made.
"""
