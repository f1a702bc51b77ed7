"""The pages of the core itself: signing in and out, passwords, language and appearance, the way home."""
