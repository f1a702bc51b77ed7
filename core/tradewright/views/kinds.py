"""Kinds of fields by what views can do with them."""

NUMBERS = frozenset({"integer", "decimal", "money", "quantity", "price", "percent", "id"})
TEXTS = frozenset({"text", "translated"})
TO_MANY = frozenset({"one_to_many", "many_to_many"})
TO_ONE = frozenset({"many_to_one", "attachment"})
HIDDEN = frozenset({"secret", "json"})
"""What no condition can read."""
