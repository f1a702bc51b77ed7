"""Points for orders, seen by the customer."""
