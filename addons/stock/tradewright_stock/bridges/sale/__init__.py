"""Stock and sale together: orders reserve, ship and wait."""
