"""Key maps that professionals know, one TOML file each; `base = "astras"` in keys.toml begins with one of them."""
