"""Keys of venues at rest: one encrypted file, its passphrase, and the commands that keep it."""
