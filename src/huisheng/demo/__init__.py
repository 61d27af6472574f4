"""The demonstration year: made-up people and papers of 2017, brought to their ends through the lifecycle.

A door like ``desk`` and ``api``: it presses the same buttons. ``year2017.load`` fills an empty data folder.
"""
