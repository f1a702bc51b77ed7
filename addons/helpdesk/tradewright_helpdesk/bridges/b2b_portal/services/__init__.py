"""Tickets as buyers see them."""
