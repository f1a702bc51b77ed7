"""Accounting and sale together: orders are invoiced, and wait where credit is exceeded."""
