"""What goes into an evidence package as it is: the program that checks it, and its explanation.

`verify.py` runs without this application, so it imports nothing of it and repeats the few rules
that an outsider needs; a test lets both judge the same packages.
"""
