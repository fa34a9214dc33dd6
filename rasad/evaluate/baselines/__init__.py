"""What other tools compute, number for number, their known faults included.

`coortweet` repeats CooRTweet and `toolkit` the Coordination Network Toolkit. Their
rules are written anew from what the tools do; nothing here is theirs. Rasad's own
numbers are never made by these modules.
"""
