"""The rules: declared over slots and facts that each syntax binds, and grouped into rule sets."""
