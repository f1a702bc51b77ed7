"""The portal together with other addons."""
