"""What e-invoices ask of orders."""
