"""Electronic orders for staff."""
