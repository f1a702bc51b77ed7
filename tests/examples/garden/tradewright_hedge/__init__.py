"""Hedges on fences."""
