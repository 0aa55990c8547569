"""The onlooker's tables as views. Without that process every view is empty, or stands still."""
