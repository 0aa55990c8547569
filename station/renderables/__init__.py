"""How views are drawn: views in, lines out, no widget and no state."""
