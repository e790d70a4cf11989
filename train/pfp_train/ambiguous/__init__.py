"""Ambiguous-MNIST: images between two digits, with the doubt of an ensemble as their soft label.

After Mukhoti, Kirsch, van Amersfoort, Torr, Gal: Deep Deterministic Uncertainty, CVPR 2023
(arXiv 2102.11582); docs/data.md says what is done as they do and what is not.
"""
