"""What e-invoices ask of orders, and orders that are electronic documents."""
