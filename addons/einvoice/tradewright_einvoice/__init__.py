"""Electronic invoices after EN 16931, as UBL and PDF."""
