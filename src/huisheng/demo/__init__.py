"""Demonstration years: made-up people and papers, brought to their ends through the lifecycle.

A door like ``desk`` and ``api``: it presses the same buttons. ``loading.load`` fills an empty data folder with 2017, which is
written, or with a later year, which is drawn from a seed; a later year may follow an earlier one in the same folder.
"""
