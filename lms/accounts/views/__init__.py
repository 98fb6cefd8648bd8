"""Pages for having an account: sign up, in and out, links from mails, the account itself."""

from lms.accounts.views import account, sign_in, sign_up  # noqa: F401 - they add their pages to bp
from lms.accounts.views.answers import bp

__all__ = ["bp"]
