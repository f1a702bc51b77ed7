"""Downloads of invoices."""
