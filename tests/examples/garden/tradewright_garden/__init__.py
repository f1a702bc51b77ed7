"""Beds and plants."""
