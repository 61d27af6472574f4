"""会议与活动: every meeting and activity of the committee, in one table.

A gathering (会议活动) is anything people are called together for, from the plenary to a visit; its kind (类别) is data.
Its parts (场次) are half-days: attendance is taken for each. A group meeting or sub-meeting is a gathering inside another.
Who is called is an invitee (受邀人员); whoever cannot come asks for leave (请假) and hears yes or no.
Speeches (大会发言) are chosen through three gates; ballots (表决选举) hold counts and never who voted what.
What was said is a remark (发言记录), goes into a briefing (会议简报) the same hour, and into the minutes (纪要) at the end.
"""
