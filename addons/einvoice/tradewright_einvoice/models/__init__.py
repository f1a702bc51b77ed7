"""The archive of e-invoices."""
