"""Messages to people: which kinds there are, in whose language, through which channel.

Today the channel is mail. A message is a job in the transaction that causes it.
"""
