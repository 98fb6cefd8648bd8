"""Shapes of what is sent to boards."""
