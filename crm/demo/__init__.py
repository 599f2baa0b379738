"""The demo world: an invented province of a carrier with its clients. Data only; planting it is another file's work."""
