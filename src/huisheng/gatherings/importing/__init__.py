"""Paper of a meeting as records: 签到册 (who signed, half-day by half-day) and 请假条 (leave decided on paper).

``finding`` answers which gathering, which half-day, which person; ``sheet`` and ``slips`` judge a file row by row and
write what was judged. What is in doubt is asked and counts nowhere until a person has decided.
"""

from huisheng.people import importing

from . import sheet, slips

importing.register(sheet.KIND)
importing.register(slips.KIND)
