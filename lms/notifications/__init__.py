"""Messages to people: which kinds there are, in whose language, through which channel.

A notice waits in its receiver's inbox and is put into words when it is read: in the language of
the page, on the clocks its reader has chosen by then. Most notices also leave as a mail, which is
a job in the transaction that causes it. Who cannot sign in gets no notice.

Notices belong to topics. Of those that can be chosen the mail leaves at once, in a digest at its
reader's hour, or not at all, and each such mail names a link that stops its like.
"""
