"""Extends a page of the probe."""
