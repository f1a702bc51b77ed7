"""Business actions of orders and accounting together."""
