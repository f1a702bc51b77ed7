"""Products, units of measure, price lists and campaigns."""
