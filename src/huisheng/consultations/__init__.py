"""年度协商: what the committee consults about in a year, from a topic somebody brought to what came of it.

A topic (协商议题) comes from a party, a committee, a sector, a unit, a member or the public; it is screened.
A plan (年度协商计划) is one a year: discussed by the chairmen's meeting, approved by the party committee, issued. Every issue of it
is a version, frozen with its fingerprint; a change in the middle of the year goes to the same approver and makes the next one.
A line (计划项目) says what, in which form and tier, in which month, who leads; gatherings, research and outputs hang on it.
A research task (调研课题) has questions, field notes and report versions; its report becomes an output.
"""
