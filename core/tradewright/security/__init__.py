"""Security: roles and access, the guard of statements, sessions, tokens, passwords, the audit trail."""
