"""Pages of invoices and of the account."""
