"""What can be done to an entry, whoever asks: a mail that came in, a button, or the command line.

The floor between the store and the steps. Each module changes entries inside the caller's transaction,
queues the mails that follow from the change, sets its timers and writes its audit row, so that no step
can do half of it. Nothing here touches the network.
"""
