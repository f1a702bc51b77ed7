"""What e-invoices mean for the portal."""
