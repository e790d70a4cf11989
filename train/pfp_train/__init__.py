"""Trains mean-field Gaussian posteriors, writes them as posterior files and scores them."""
