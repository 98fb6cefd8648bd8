"""What the operator may say of rooms, and what stops the start instead of the first session."""

from pathlib import Path
from typing import Any

import pytest

import config
from lms.seminars.rooms import bigbluebutton, jitsi

PRODUCTION = {
    "IEUM_ENV": "production",
    "IEUM_BASE_URL": "https://ieum.example",
    "IEUM_SECRET_KEY": "k" * 40,
    "IEUM_MAIL_SERVER": "mail.example",
}
BBB = {"IEUM_BBB_URL": "https://bbb.example/bigbluebutton/", "IEUM_BBB_SECRET": "s"}
JITSI = {
    "IEUM_JITSI_URL": "https://meet.example/",
    "IEUM_JITSI_APP_ID": "ieum",
    "IEUM_JITSI_SECRET": "a secret of some length",
}


def loaded(folder: Path, **environ: str) -> dict[str, Any]:
    return config.load({**PRODUCTION, "IEUM_INSTANCE": str(folder), **environ})


def test_without_settings_neither_kind_of_room_is_offered(tmp_path: Path):
    settings = loaded(tmp_path)
    assert bigbluebutton.from_settings(settings) is None
    assert jitsi.from_settings(settings) is None


def test_both_kinds_of_room_come_from_the_settings(tmp_path: Path):
    settings = loaded(tmp_path, **BBB, **JITSI)
    assert bigbluebutton.from_settings(settings) == bigbluebutton.BigBlueButton(
        "https://bbb.example/bigbluebutton", "s", "sha256"
    )
    assert jitsi.from_settings(settings) == jitsi.Jitsi(
        "https://meet.example", "ieum", "a secret of some length"
    )


def test_a_public_jitsi_server_needs_no_secret(tmp_path: Path):
    settings = loaded(tmp_path, IEUM_JITSI_URL="https://meet.jit.si")
    assert jitsi.from_settings(settings) == jitsi.Jitsi("https://meet.jit.si")


@pytest.mark.parametrize(
    "environ, named",
    [
        ({**BBB, "IEUM_BBB_SECRET": ""}, "IEUM_BBB_SECRET"),
        ({**BBB, "IEUM_BBB_URL": ""}, "IEUM_BBB_URL"),
        ({**BBB, "IEUM_BBB_CHECKSUM": "md5"}, "IEUM_BBB_CHECKSUM"),
        ({**BBB, "IEUM_BBB_URL": "http://bbb.example"}, "IEUM_BBB_URL"),
        ({**JITSI, "IEUM_JITSI_SECRET": ""}, "IEUM_JITSI_SECRET"),
        ({**JITSI, "IEUM_JITSI_URL": "http://meet.example"}, "IEUM_JITSI_URL"),
    ],
)
def test_half_a_setting_stops_the_start(tmp_path: Path, environ: dict[str, str], named: str):
    with pytest.raises(RuntimeError, match=named):
        loaded(tmp_path, **environ)
