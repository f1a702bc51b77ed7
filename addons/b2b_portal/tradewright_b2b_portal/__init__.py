"""The portal where business customers order, follow and dispute."""
