import pytest


def cookies(answer):
    return {
        cookie.split("=")[0]: cookie.split("=")[1].split(";")[0]
        for cookie in answer.headers.getlist("Set-Cookie")
    }


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("text=130", {"text": "130"}),
        ("theme=dark", {"theme": "dark"}),
        ("theme=", {"theme": ""}),
        ("zone=Asia/Ho_Chi_Minh", {"zone": "Asia/Ho_Chi_Minh"}),
        ("language=zh", {"language": "zh"}),
        ("text=150&theme=contrast", {"text": "150", "theme": "contrast"}),
        ("text=1000", {}),
        ('theme="><script>', {}),
        ("zone=Mars/Olympus", {}),
        ("zone=../../etc/passwd", {}),
        ("language=xx", {}),
        ("unknown=1", {}),
    ],
)
def test_only_what_there_is_to_choose_is_kept(client, asked, kept):
    answer = client.get(f"/en/display?{asked}&next=/en/time-zone")
    assert answer.location == "/en/time-zone"
    assert cookies(answer) == kept
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_a_choice_leads_nowhere_else(client, elsewhere):
    assert client.get(f"/en/display?text=115&next={elsewhere}").location == "/en/"


def test_the_choice_shows_on_every_page_and_odd_cookies_do_not(client):
    client.get("/en/display?text=150&theme=dark&next=/en/time-zone")
    page = client.get("/ko/time-zone").text
    assert 'data-text="150"' in page
    assert 'data-theme="dark"' in page
    client.set_cookie("text", "9999")
    client.set_cookie("theme", "neon")
    page = client.get("/ko/time-zone").text
    assert 'data-text="100"' in page
    assert "data-theme" not in page


def test_the_chosen_zone_comes_before_the_browsers_guess(client):
    client.set_cookie("zone_guess", "Asia/Calcutta")
    assert "Asia/Kolkata (UTC+5:30)" in client.get("/en/time-zone").text
    client.get("/en/display?zone=Asia/Kathmandu")
    assert "Asia/Kathmandu (UTC+5:45)" in client.get("/en/time-zone").text


@pytest.mark.parametrize(
    ("language", "place"),
    [("ko", "몽골 · 울란바토르"), ("en", "Mongolia · Ulaanbaatar"), ("zh", "蒙古 · 乌兰巴托")],
)
def test_zones_are_named_by_country_and_city(client, language, place):
    page = client.get(f"/{language}/time-zone?next=/{language}/cities/").text
    assert place in page
    assert f"zone=Asia/Ulaanbaatar&amp;next=/{language}/cities/" in page


@pytest.mark.parametrize(
    ("accepts", "cookie", "led"),
    [
        ("zh-CN,zh;q=0.9", "", "/zh/"),
        ("vi,en;q=0.5", "", "/en/"),
        ("vi", "", "/ko/"),
        ("", "", "/ko/"),
        ("zh", "en", "/en/"),
        ("en", "xx", "/en/"),
    ],
)
def test_the_first_page_is_in_the_readers_language(client, accepts, cookie, led):
    client.set_cookie("language", cookie)
    assert client.get("/", headers={"Accept-Language": accepts}).location == led
