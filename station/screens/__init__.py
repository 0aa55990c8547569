"""What fills the terminal: panes, dialogs, and the keys that become wishes."""
