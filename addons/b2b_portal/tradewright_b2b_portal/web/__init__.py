"""Requests of the portal."""
