"""民主监督: supervision by opinion, criticism and suggestion, that comes back to look again.

A supervision (监督事项) has a scheme: what, of which units, by which team, how. Who belongs to a supervised unit or
declares an interest is out (回避). The team fills a checklist in the field, also where there is no network, and lists
findings (问题). The opinion goes up as an output (监督意见); every finding goes to its unit, which says what it will do,
who does it and by when (整改). Somebody else than the one who found it looks again (回头看): it passes, or goes back once more.
A unit briefs the committee (情况通报) and answers what was said there. Members sent or hired as supervisors have units and terms.
Where the authors are hidden, a unit reads 区政协监督组 and no name: on its pages, in its papers, through its machines.
"""
