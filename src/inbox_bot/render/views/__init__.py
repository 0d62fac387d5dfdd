"""What the mail templates are given: frozen values, each field marked *trusted* or *outside*.

*Trusted* comes from the office's settings or from our own computation. *Outside* was written by somebody
else: it is escaped in HTML, folded into its own block in text, and never reaches an acknowledgement
(`AcknowledgementView` has no such field at all, so a template cannot repeat a stranger's words even by
mistake). The steps fill these; nothing here reads a database or a clock. Every date and time is already
in the office's zone.

button      what the reader of a mail can do with a click
office      who writes, and where in the election: the office, its people, its dates
entry       an entry as officers see it, the part of it an acknowledgement may know, and what belongs to it
notices     what officers are told of an entry so that they act: new, due, to be decided, referred, unmatched
commands    what comes back to an officer who has sent a command or an answer
publication what goes to the website and to every candidate, and the preview that is approved
digest      the Chief Executive's morning
trouble     what went wrong and needs a person: sends, mail set aside, floods, silence
"""
