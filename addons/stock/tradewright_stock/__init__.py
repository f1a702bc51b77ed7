"""Warehouses, reservations, shipments and the shortage policy."""
