"""Tickets and disputes on orders, shipments and invoices."""
