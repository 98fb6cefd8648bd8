import threading
import unicodedata

from lms.accounts import passwords
from lms.accounts.models import Person


def test_the_whole_password_counts_up_to_its_last_character(app):
    long = "가" * 255
    stored = passwords.hash_password(long + "나")
    assert passwords.matches(stored, long + "나")
    assert not passwords.matches(stored, long + "다")
    assert len(stored) <= Person.__table__.c.password_hash.type.length


def test_a_password_typed_on_another_keyboard_is_the_same(app):
    """A Mac sends decomposed Hangul, a phone composed; full-width letters come from IMEs."""
    stored = passwords.hash_password("부산항 gantry")
    assert passwords.matches(stored, unicodedata.normalize("NFD", "부산항 gantry"))
    assert passwords.matches(stored, "부산항 ｇａｎｔｒｙ")


def test_the_cost_is_the_one_of_the_settings(app, monkeypatch):
    monkeypatch.setitem(
        app.config, "ARGON2", {"time_cost": 2, "memory_cost": 19 * 1024, "parallelism": 1}
    )
    assert passwords.hash_password("gantry").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_nothing_matches_where_there_is_no_password(app):
    assert not passwords.matches("", "no account has this password")
    assert not passwords.matches(None, "")
    assert not passwords.matches("not a hash", "not a hash")


def test_never_more_than_two_are_hashed_at_once(app, monkeypatch):
    inside, most, lock = 0, 0, threading.Lock()
    both_in = threading.Barrier(passwords.AT_ONCE, timeout=5)

    class Hasher:
        def hash(self, _password):
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            both_in.wait()
            with lock:
                inside -= 1
            return ""

    monkeypatch.setattr(passwords, "_hasher", Hasher)
    threads = [threading.Thread(target=passwords.hash_password, args=("x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == passwords.AT_ONCE
