"""The demonstration: a site filled with made-up people, one small, real course, and two courses
held at a time.

`loader` loads it, `people` are who is in it and `seasons` what they did. Of what is held at a time
`timetable` says when and `turnout` who comes how; `sittings` and `seminar` carry it out, step by
step of an `agenda`.

`content/` holds the courses (texts, captions, finished media), `media` reads and checks them, and
`slides`, `encoding` and `narration` are how its videos were made.
"""
