"""The servers of rooms that this site was set up with."""

from flask import current_app

from lms.seminars.rooms import bigbluebutton, jitsi
from lms.seminars.services.rooms import Servers


def servers() -> Servers:
    """Return them as the settings name them."""
    settings = current_app.config
    return Servers(
        bigbluebutton.from_settings(settings),
        jitsi.from_settings(settings),
        room_key=settings["SECRET_KEY"],
    )
