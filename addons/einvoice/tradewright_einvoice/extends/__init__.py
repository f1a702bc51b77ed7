"""What e-invoicing adds to companies, partners and invoices."""
