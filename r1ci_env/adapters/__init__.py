"""Adapters to other packages, one module each; a module imports its peer, and this package imports none of them."""
