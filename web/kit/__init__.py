"""What pages are made of: rendering, icons, formats, and the view models that templates draw."""
