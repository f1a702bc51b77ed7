"""E-invoicing where goods are shipped: despatch advices."""
