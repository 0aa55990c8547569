"""The desk in the background: its memory, its processes, who watches them and how they are found again."""
