"""Fences around beds."""
