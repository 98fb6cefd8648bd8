"""Pictures are made anew: upright, small, and without what the camera wrote about its owner."""

import io

import pytest
from PIL import Image

from lms.media.images import reencode
from lms.media.refusals import Refusal, Refused
from tests.media.made_files import picture, pixel_flood
from tests.media.recordings import halves

ORIENTATION, GPS = 0x0112, 0x8825


def photograph(size=(60, 40), **options) -> bytes:
    """A picture of a phone held sideways, with the place where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[2] = (35.0, 10.0, 4.0)
    file = io.BytesIO()
    halves(size).save(file, "JPEG", exif=exif, comment=b"by Hana", **options)
    return file.getvalue()


def test_place_and_comment_are_gone_and_the_picture_is_upright(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(photograph())
    with Image.open(path) as sent:
        assert sent.getexif().get_ifd(GPS)
    forms = reencode(path, tmp_path)
    assert (forms.width, forms.height) == (40, 60)
    for form in (forms.full, forms.thumbnail):
        assert b"Hana" not in form.read_bytes()
        with Image.open(form) as made:
            assert (made.format, made.size) == ("WEBP", (40, 60))
            assert not set(made.info) & {"exif", "icc_profile", "xmp", "comment"}
            red, _green, blue = made.convert("RGB").getpixel((20, 5))
            assert red > 200
            assert blue < 50


def test_a_large_picture_is_made_small_and_its_thumbnail_smaller(tmp_path):
    path = tmp_path / "upload"
    noise = Image.effect_noise((3000, 1500), 90)
    noise.save(path, "PNG")
    forms = reencode(path, tmp_path)
    assert (forms.width, forms.height) == (2000, 1000)
    assert forms.thumbnail.stat().st_size <= 30_000
    with Image.open(forms.thumbnail) as made:
        assert max(made.size) <= 320


@pytest.mark.parametrize(
    "data",
    [
        picture("WEBP"),
        picture("GIF", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")]),
        picture("JPEG", progressive=True),
    ],
)
def test_of_every_format_the_first_image_is_taken(data, tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(data)
    with Image.open(reencode(path, tmp_path).full) as made:
        assert getattr(made, "n_frames", 1) == 1
        red, green, _blue = made.convert("RGB").getpixel((30, 20))
        assert green > 100 > red


def test_what_is_see_through_stays_so(tmp_path):
    path = tmp_path / "upload"
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(path, "PNG")
    with Image.open(reencode(path, tmp_path).full) as made:
        assert made.convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(
    "data, reason",
    [
        (pixel_flood(), Refusal.TOO_MANY_PIXELS),
        (picture("PNG")[:60], Refusal.DAMAGED),
        (picture("BMP"), Refusal.DAMAGED),
        (b"", Refusal.DAMAGED),
    ],
)
def test_what_cannot_be_decoded_is_refused(data, reason, tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        reencode(path, tmp_path)
    assert refused.value.reason is reason
