"""Ieum: online training and seminars of the Busan foundation and its partner cities."""
