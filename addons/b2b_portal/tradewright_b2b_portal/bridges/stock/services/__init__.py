"""Deliveries as buyers see them."""
