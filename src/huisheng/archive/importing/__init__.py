"""Reading a folder of photographs with its sheet of captions: what comes in, what is doubtful, and why, row by row.

``folder`` unpacks uploads into a folder of its own, ``captions`` reads the sheet, ``reading`` puts the two together.
"""
