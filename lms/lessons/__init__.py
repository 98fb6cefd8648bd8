"""What a module holds: lessons (its sessions), with text, recording, captions, check question and
materials; the pages to make them; files on their way in; speakers invited by a link.

Invariants: a lesson belongs to one module, and changes only while its version is a draft, but
for captions and materials; a rendition, caption or file is complete when it can be seen, and was
looked at before; the right answer of a check question never leaves the server before it was
given; a material is handed out from its release until its end or withdrawal; who is invited to
speak reaches their own invitation by its link alone, as long as that works. A recording of a
session as it was held once is only prepared here.
Announces: HeldRecordingReady.
"""
