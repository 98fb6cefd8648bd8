"""Rooms that stand elsewhere: a BigBlueButton server, a Jitsi server, a link to any other service.

Nothing here knows the database or the request. Which servers there are is the operator's setting
and handed in, so no address that somebody typed is ever fetched; an answer is not believed before
it was read whole, in bounds of time and size. What a room learns of a person is in `Visitor`.
Everything that goes wrong with a server is a `RoomUnavailable` with one of four reasons.
"""
