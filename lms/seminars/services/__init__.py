"""Writes on sittings, one module for each of what is written."""
