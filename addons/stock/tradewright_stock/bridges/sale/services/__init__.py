"""Business actions of orders and stock together."""
