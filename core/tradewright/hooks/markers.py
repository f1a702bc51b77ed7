"""The two markers of pluggy's: `hookspec` declares a hook, `hookimpl` answers it."""

import pluggy

PROJECT = "tradewright"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
