"""The commands: what `station …` understands, and how it answers."""
