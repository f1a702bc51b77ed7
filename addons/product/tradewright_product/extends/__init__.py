"""What the product addon adds to other addons' models."""
