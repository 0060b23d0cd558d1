"""How long what is held about people is kept, and erasing it when its time is over."""
