"""The way between face and memory: attach, take a seat, read views, send commands. Only here is memory touched."""
