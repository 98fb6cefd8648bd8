"""Decisions about boards: facts in, verdict out."""
