"""What loyalty adds to partners and orders."""
