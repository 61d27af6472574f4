"""文史资料: photographs, texts, recordings and things that tell of the district, collected and kept for good.

A material (文史资料) has a provider, rights, a date that may be uncertain, and passes three reviews by three persons.
Its originals (原件) are kept to the byte, with all the camera wrote; what is shown is a picture made from them without that.
A drive (文史征集) asks the public; a photo import (照片导入) takes a folder with its sheet of captions and can be undone.
A handing-over list (移交清单) names every file with its hash; whoever receives it can check, and so can ``fsck``.
"""
