"""Sessions held at a time by a run: timetable, rooms, attendance, recordings.

A `Sitting` is one such session. What it teaches is a lesson of the run's version; several sittings
of one lesson in one run repeat it (a slot for Asia, one for the Americas) and count once. A sitting
without a lesson (a tech check) never counts. What only the clock decides (open, live) is not
stored: a late job must not leave people before a closed door.

A recording is out only with the consent of everybody who speaks in it, and while it is out it is
not replaced: people catch up with it.

Announces `AttendanceSettled` when a person's attendance of a lesson is final or changed after.
"""
