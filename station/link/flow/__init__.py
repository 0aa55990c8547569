"""The flow process's tables as views. Without that process every view is empty, or stands still."""
