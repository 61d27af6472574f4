"""统计与年度报告: the reading room. Nothing is entered here twice.

A year's figures are the lengths of lists that the working rooms keep (``figures.py``). A report (年度报告) is prose by
people in which every figure is a live token, counted whenever it is read. Approval (审定) seals words and numbers
together: a sealed report never changes, and what is corrected afterwards becomes its next edition (更正版).
"""
