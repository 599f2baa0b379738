"""Papers for a client: the quote on a page or two, and the proposal around it, both in the client's language."""
