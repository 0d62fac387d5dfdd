"""The clocks that run on an entry; each gives a date together with its law and its working.

target            the office's own target, Monday–Friday office hours
information       foia: FOIA 2000 s.10, 20 working days after receipt
                  eir: EIR 2004 regs 5 and 7, 20 working days, 40 where extended
                  internal_review: FOIA s.45 Code of Practice (2018), part 5; EIR reg. 11
subject_access    UK GDPR arts 12 and 12A: one calendar month, three where extended
deadline          what each of them gives

Which clock runs on which entry is the matter of `register/deadlines.py`. Nothing here knows what day it is
today. `docs/deadlines.md` has the same as a table; `docs/decisions/` says why where the law leaves room.
"""
