"""Documents for staff."""
