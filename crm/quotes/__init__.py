"""Quotes: what a client is offered, at which prices and taxes, who agreed to the discount, and what came of it."""
