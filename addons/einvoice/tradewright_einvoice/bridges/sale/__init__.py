"""E-invoices for those who sell."""
