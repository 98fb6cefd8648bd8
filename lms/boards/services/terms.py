"""The search index of posts."""


def index_post(post_id: int) -> None:
    """Bring the search index in step with a post that is seen."""


def forget_post(post_id: int) -> None:
    """Take a post out of the search index."""
