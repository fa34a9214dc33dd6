"""What other tools and papers compute, written anew from what they do.

`coortweet` and `toolkit` repeat two tools number for number, their known faults
included; `rule_coortweet` and `rule_toolkit` put them on the terms of `contest`, on
which every other method here stands: it is shown actions and no truth, and answers with
scores, edges and groups. Rasad's own numbers are never made by these modules.
"""
